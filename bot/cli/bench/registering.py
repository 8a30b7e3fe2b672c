"""`citybot bench registration`: many people for few seats, through the inbox, as they would come.

Everybody taps `register`, reads the summary and taps `yes`, at a moment fixed beforehand: who has
to wait is counted as waiting. Afterwards the database is asked whether every seat was given once,
and whether the waiting list is in the order in which people came.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import ClassVar

from sqlalchemy import select

from bot import app
from bot.channel import Accepted, Channel, Sent
from bot.cli.bench.databases import described
from bot.config import Settings
from bot.database import Database
from bot.dialog import Transaction
from bot.message import Address, Capabilities, Message, Reply
from bot.models import Base
from bot.services.events import Event
from bot.services.organising import Organising
from bot.services.seats import Seats

_EVENT = "bench"
_INBOX = Base.metadata.tables["inbox"]
_REGISTRATION = Base.metadata.tables["registration"]


@dataclass(frozen=True, slots=True)
class Rush:
    """How many people come, in how many seconds, for how many seats."""

    people: int
    seconds: float
    seats: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rush. Seconds are from the moment somebody was to tap until they hear."""

    database: str
    rush: Rush
    confirmed: int
    waiting: int
    in_order: bool
    p50: float
    p95: float
    longest: float

    @property
    def is_right(self) -> bool:
        """Whether every seat was given once, and nobody was passed over."""
        seated = min(self.rush.people, self.rush.seats)
        left = self.rush.people - seated
        return (self.confirmed, self.waiting, self.in_order) == (seated, left, True)


class Silent(Channel):
    """Nobody's device: what is said counts when it is committed."""

    name: ClassVar[str] = "bench"
    can: ClassVar[Capabilities] = Capabilities(choices=10, choice_length=100)

    async def send(self, _to: Address, _reply: Reply) -> Sent:
        """Taken."""
        return Sent("taken")


def measure(folder: Path, url: str, rush: Rush) -> Outcome:
    """Let them come. `url`: an empty database; "" for SQLite in the folder."""
    settings = Settings(data_dir=folder, database_url=url, flood_messages=1_000_000)
    house = app.build(settings, ("bench",), known={"bench": Silent})
    with house.database.write() as connection:
        Organising(Transaction(connection, datetime.now(UTC))).save(_event(rush.seats))
    lags = asyncio.run(_rush(house, rush))
    return _counted(house.database, rush, lags)


def _event(seats: int) -> Event:
    starts_at = datetime.now(UTC) + timedelta(days=30)
    return Event(
        id=_EVENT,
        title={"en": "Summer school"},
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=1),
        zone="Europe/Berlin",
        capacity=seats,
        state="open",
    )


async def _rush(house: app.House, rush: Rush) -> list[float]:
    begun = time.perf_counter()
    due = (begun + rush.seconds * number / rush.people for number in range(rush.people))
    people = (_person(house, number, at) for number, at in enumerate(due))
    lags = await asyncio.gather(*people)
    await house.inbox.close()
    return [lag for both in lags for lag in both]


async def _person(house: app.House, number: int, due: float) -> tuple[float, float]:
    """One person: begins when it is time, confirms what they read; how long they waited."""
    address = Address("bench", f"p{number}")
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    begun = await house.inbox.accept(_tap(address, "begin", f"registration:{_EVENT}"))
    heard = time.perf_counter()
    await house.inbox.accept(_tap(address, "confirm", _first_choice(begun)))
    return heard - due, time.perf_counter() - heard


def _tap(address: Address, what: str, picked: str) -> Message:
    return Message(f"{address.user}-{what}", address, "", datetime.now(UTC), picked=picked)


def _first_choice(accepted: Accepted) -> str:
    return accepted.deliveries[-1].reply.choices[0].value


def _counted(database: Database, rush: Rush, lags: Sequence[float]) -> Outcome:
    with database.read() as connection:
        counts = Seats(Transaction(connection, datetime.now(UTC))).counts(_EVENT)
        queue = (
            select(_INBOX.c.id)
            .join(_REGISTRATION, _REGISTRATION.c.cause == "bench:" + _INBOX.c.event_id)
            .where(_REGISTRATION.c.status == "waiting")
            .order_by(_REGISTRATION.c.requested_at, _REGISTRATION.c.id)
        )
        came = list(connection.scalars(queue))
    told = described(str(database.url))
    database.close()
    ordered = sorted(lags)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    confirmed, waiting = (counts.get(s, (0, 0))[0] for s in ("confirmed", "waiting"))
    in_order = came == sorted(came)
    return Outcome(
        *(told, rush, confirmed, waiting, in_order), *(median(ordered), p95, ordered[-1])
    )
