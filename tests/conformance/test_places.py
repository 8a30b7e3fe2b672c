"""The talks of tests/dialogs/test_places.py, on every channel."""

from tests.dialogs.test_places import *  # noqa: F403
