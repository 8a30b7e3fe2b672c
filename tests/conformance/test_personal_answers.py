"""The talks of tests/dialogs/test_personal_answers.py, on every channel."""

from tests.dialogs.test_personal_answers import *  # noqa: F403
