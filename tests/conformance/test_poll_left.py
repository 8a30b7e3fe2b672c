"""The talks of tests/dialogs/test_poll_left.py, on every channel."""

from tests.dialogs.test_poll_left import *  # noqa: F403
