"""The talks of tests/dialogs/test_gone.py, on every channel."""

from tests.dialogs.test_gone import *  # noqa: F403
