"""What the house gives its pages to work with: settings, and the database off the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.config import Settings
from bot.database import Database
from bot.dialog import Transaction
from bot.wakeups import Wakeups

Got = TypeVar("Got")
Invitation = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The house as any page sees it; each room of pages adds what only it needs.

    invitations  what opens a talk on each open channel
    """

    settings: Settings
    database: Database
    wakeups: Wakeups
    now: Callable[[], datetime]
    invitations: Mapping[str, Invitation] = field(default_factory=dict)

    async def look(self, what: Callable[[Transaction], Got]) -> Got:
        """Read something."""

        def within() -> Got:
            with self.database.read() as connection:
                return what(Transaction(connection, self.now()))

        return await asyncio.to_thread(within)

    async def do(self, what: Callable[[Transaction], Got]) -> Got:
        """Change something, in one transaction; what it says to people is sent at once."""

        def within() -> Got:
            with self.database.write() as connection:
                return what(Transaction(connection, self.now()))

        done = await asyncio.to_thread(within)
        self.wakeups.wake("delivery")
        return done
