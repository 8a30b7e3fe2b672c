"""The talks of tests/dialogs/test_changing.py, on every channel."""

from tests.dialogs.test_changing import *  # noqa: F403
