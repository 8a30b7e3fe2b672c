"""The talks of tests/dialogs/test_asides.py, on every channel."""

from tests.dialogs.test_asides import *  # noqa: F403
