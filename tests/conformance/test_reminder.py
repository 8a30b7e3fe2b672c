"""The talks of tests/dialogs/test_reminder.py, on every channel."""

from tests.dialogs.test_reminder import *  # noqa: F403
