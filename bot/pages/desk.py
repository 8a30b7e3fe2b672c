"""What the house gives the public pages to work with."""

from dataclasses import dataclass

from bot.channel import Accept
from bot.services.registration import Registration
from bot.web import desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(desk.Desk):
    """The house as pages see it. `accept`: what hears a page speak for a person."""

    accept: Accept

    def ring(self, registration: Registration) -> None:
        """The person's open chat page may show what it was told."""
        if registration.address:
            self.wakeups.wake(registration.address)
