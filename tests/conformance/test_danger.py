"""The talks of tests/dialogs/test_danger.py, on every channel."""

from tests.dialogs.test_danger import *  # noqa: F403
