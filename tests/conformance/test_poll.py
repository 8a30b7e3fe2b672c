"""The talks of tests/dialogs/test_poll.py, on every channel."""

from tests.dialogs.test_poll import *  # noqa: F403
