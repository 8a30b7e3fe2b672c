"""The talks of tests/dialogs/test_poll_paging.py, on every channel."""

from tests.dialogs.test_poll_paging import *  # noqa: F403
