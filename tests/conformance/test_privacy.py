"""The talks of tests/dialogs/test_privacy.py, on every channel."""

from tests.dialogs.test_privacy import *  # noqa: F403
