"""The talks of tests/dialogs/test_sent_places.py, on every channel."""

from tests.dialogs.test_sent_places import *  # noqa: F403
