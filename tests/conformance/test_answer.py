"""The talks of tests/dialogs/test_answer.py, on every channel."""

from tests.dialogs.test_answer import *  # noqa: F403
