"""A stage: a house beside a platform's fake, and the people on it. What each messenger's file fills."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select

from bot import app
from bot.message import Address, Capabilities
from bot.models import Outbox


class Impossible(Exception):
    """What the script wants cannot be done by a person at this messenger."""


class StageClock:
    """The script's clock, which a platform may push on a little while it settles."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._ahead = clock, timedelta(0)

    def __call__(self) -> datetime:
        return self._clock() + self._ahead

    def advance(self, **units: float) -> None:
        """`advance(seconds=5)`."""
        self._ahead += timedelta(**units)

    def rewind(self) -> None:
        """In the script no time has passed."""
        self._ahead = timedelta(0)


class Actor(Protocol):
    """One person at a messenger."""

    @property
    def address(self) -> Address:
        """Where the person is; on our own page it is known after a word."""

    async def type(self, text: str) -> None:
        """The person writes."""

    async def tap(self, label: str, before: int) -> None:
        """Taps the button with that label: the newest, or one that came so many before it."""

    async def join(self, locale: str | None) -> None:
        """Presses start, or follows; `locale` is what the device says. May raise Impossible."""

    async def send_place(self, latitude: float, longitude: float) -> None:
        """Sends a location. May raise Impossible."""

    async def news(self) -> Sequence[str]:
        """What came since the last look, as it came: `text {file} [button] [button]`."""


class Stage(Protocol):
    """The house, and who is in it."""

    house: app.House
    can: Capabilities

    def actor(self, name: str) -> Actor:
        """Somebody new. May raise Impossible."""

    async def settle(self) -> None:
        """Until everything is said that may be said now."""


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for it, looking often; what waits in a test must not wait for long."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not holds():
        assert loop.time() < end, "nothing came"
        await asyncio.sleep(0.002)


def is_open(house: app.House) -> bool:
    """Whether something is still to be sent."""
    rows = select(Outbox.id).where(Outbox.state.in_(("queued", "sending"))).limit(1)
    with house.database.read() as connection:
        return connection.scalar(rows) is not None


async def deliver(house: app.House) -> None:
    """Send what is due."""
    while await house.deliverer.deliver():
        await asyncio.sleep(0)


async def strike(house: app.House, *background: asyncio.Task[None]) -> None:
    """Take the stage down."""
    for task in background:
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)
    await house.inbox.close()
    for channel in house.channels.values():
        await channel.close()
    house.database.close()
