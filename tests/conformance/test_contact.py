"""The talks of tests/dialogs/test_contact.py, on every channel."""

from tests.dialogs.test_contact import *  # noqa: F403
