"""The talks of tests/dialogs/test_decided.py, on every channel."""

from tests.dialogs.test_decided import *  # noqa: F403
