"""The talks of tests/dialogs/test_first_talks.py, on every channel."""

from tests.dialogs.test_first_talks import *  # noqa: F403
