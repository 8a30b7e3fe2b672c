"""The talks of tests/dialogs/test_link.py, on every channel."""

from tests.dialogs.test_link import *  # noqa: F403
