"""The talks of tests/dialogs/test_assistant.py, on every channel."""

from tests.dialogs.test_assistant import *  # noqa: F403
