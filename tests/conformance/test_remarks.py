"""The talks of tests/dialogs/test_remarks.py, on every channel."""

from tests.dialogs.test_remarks import *  # noqa: F403
