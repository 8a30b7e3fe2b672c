"""A brain whose turns are counted and timed; what it says is its own."""

import time
from typing import TYPE_CHECKING

from bot.conversation import Conversation
from bot.dialog import Transaction
from bot.engine import Result
from bot.message import Event
from bot.turns import Brain

if TYPE_CHECKING:
    from bot.metrics import Metrics


class Counted:
    """Takes turns as the brain it was given does."""

    def __init__(self, brain: Brain, metrics: "Metrics") -> None:
        self._brain, self._metrics = brain, metrics

    def take_turn(
        self, conversation: Conversation, event: Event, transaction: Transaction
    ) -> Result:
        """Say what happens next; raises whatever the brain raises."""
        begun = time.perf_counter()
        try:
            result = self._brain.take_turn(conversation, event, transaction)
        except Exception:
            self._metrics.turn("failed", time.perf_counter() - begun)
            raise
        self._metrics.turn("taken", time.perf_counter() - begun)
        return result
