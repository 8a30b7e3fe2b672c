"""The talks of tests/dialogs/test_topics.py, on every channel."""

from tests.dialogs.test_topics import *  # noqa: F403
