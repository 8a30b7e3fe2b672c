"""The talks of tests/dialogs/test_registration.py, on every channel."""

from tests.dialogs.test_registration import *  # noqa: F403
