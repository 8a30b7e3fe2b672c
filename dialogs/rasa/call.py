"""One action a Rasa server asks for, and what it leaves behind."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation import Conversation
from bot.dialog import Services, Talk, Transaction, Turn
from bot.engine import in_language_of
from bot.message import Message, Reply

Event = dict[str, Any]  # of Rasa: https://rasa.com/docs/rasa/action-server/events


@dataclass(frozen=True, slots=True)
class Call:
    """One action a Rasa server asks for: its tracker, and the talk as we know it."""

    tracker: Any  # rasa_sdk.Tracker
    conversation: Conversation
    message: Message
    transaction: Transaction
    services: Services

    @property
    def form(self) -> str | None:
        """The form in progress, as Rasa names it."""
        name = self.tracker.active_loop_name
        return str(name) if name else None

    def heard(self) -> "Call":
        """The same in the language of what was said, unless that was said to a form."""
        if self.form:
            return self
        return replace(self, conversation=in_language_of(self.conversation, self.message))

    def turn(self, argument: str = "") -> Turn:
        """The turn a dialog takes."""
        talk = Talk(
            self.conversation.person_id,
            self.conversation.address,
            self.conversation.language,
            self.conversation.memory,
            first=self.conversation.heard == 0,
        )
        return Turn(self.message, talk, self.transaction, self.services, argument)


@dataclass(frozen=True, slots=True)
class Done:
    """What an action leaves behind. `conversation` is None when the person was forgotten."""

    conversation: Conversation | None
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()


Take = Callable[[Call], Done]
