"""The talks of tests/dialogs/test_asking.py, on every channel."""

from tests.dialogs.test_asking import *  # noqa: F403
