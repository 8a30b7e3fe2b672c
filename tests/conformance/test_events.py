"""The talks of tests/dialogs/test_events.py, on every channel."""

from tests.dialogs.test_events import *  # noqa: F403
