"""What the house gives the public pages to work with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.channel import Accept
from bot.services.registration import Registration
from bot.web import desk

Invitation = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(desk.Desk):
    """The house as pages see it. `invitations`: what opens a talk on each open channel."""

    accept: Accept
    invitations: Mapping[str, Invitation]

    def ring(self, registration: Registration) -> None:
        """The person's open chat page may show what it was told."""
        if registration.address:
            self.wakeups.wake(registration.address)
