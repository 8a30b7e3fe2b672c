"""The talks of tests/dialogs/test_handoff.py, on every channel."""

from tests.dialogs.test_handoff import *  # noqa: F403
