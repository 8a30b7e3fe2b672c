"""Whom a mass message may reach: who waits for a broadcast, may be written to, and is awake."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)

from bot.i18n import _
from bot.message import Mass, Reply
from bot.models import Base
from bot.quiet import Assumed
from bot.rows import dialect_of, is_among
from bot.services.preferences import next_allowed

TOO_LONG: Final = _("The text is too long for one mass message; who writes again gets it.")
_TABLES = Base.metadata.tables
_OUTBOX, _BROADCAST, _MASS = (_TABLES[t] for t in ("outbox", "broadcast", "mass_message"))
_PLACE, _PERSON, _CONSENT = (_TABLES[t] for t in ("address", "person", "consent"))
_IS_BULK = _OUTBOX.c.kind == literal_column("'broadcast'")  # as the partial index has it


@dataclass(frozen=True, slots=True)
class At:
    """On which channel, what its platform takes, and at which moment."""

    channel: str
    mass: Mass
    now: datetime


@dataclass(frozen=True, slots=True)
class Asked(At):
    """Besides, what it takes to send.

    says  the text of a broadcast in a language; None where it does not go into one message
    """

    assumed: Assumed
    says: Callable[[Connection, int, str], Reply | None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A broadcast in one language, for which enough people wait and nobody is still tried."""

    broadcast: int
    language: str
    minds_night: bool
    consents: tuple[str, ...]


def ready(connection: Connection, asked: At) -> Iterator[Ready]:
    """What a list could be made of, the oldest broadcast first."""
    b, o = _BROADCAST.c, _OUTBOX.c
    wanted = (
        select(b.id, o.language)
        .join(_OUTBOX, o.broadcast_id == b.id)
        .where(b.state.in_(("sending", "done")), b.ends_at > asked.now, *_waits(asked))
        .where(~_is_tried(asked), ~is_held(b.id, o.language, asked.channel, asked.now))
        .group_by(b.id, o.language)
        .having(func.count() >= asked.mass.least)
        .order_by(b.id, o.language)
    )
    for number, language in connection.execute(wanted).all():
        # Apart: by JSON nothing can be grouped.
        told = select(b.minds_night, b.audience).where(b.id == number)
        minds_night, audience = connection.execute(told).one()
        yield Ready(number, language, minds_night, tuple(audience.get("consents", ())))


def _waits(asked: At) -> tuple[ColumnElement[bool], ...]:
    o = _OUTBOX.c
    in_time = or_(o.expires_at.is_(None), o.expires_at > asked.now)
    return _IS_BULK, o.state == "parked", o.channel == asked.channel, in_time


def _is_tried(asked: At) -> ColumnElement[bool]:
    """Whether some of it are still written to one by one, or on a list that is called for."""
    other = _OUTBOX.alias("tried")
    o = other.c
    due = and_(o.state == "queued", o.due_at <= asked.now)
    return exists().where(
        o.broadcast_id == _BROADCAST.c.id,
        o.kind == literal_column("'broadcast'"),
        o.channel == asked.channel,
        or_(due, o.state == "sending"),
    )


def is_held(
    broadcast: ColumnElement[int], language: ColumnElement[str], channel: Any, now: datetime
) -> ColumnElement[bool]:
    """Whether the platform refused such a message, and it is not time to try again."""
    m = _MASS.c
    waits = or_(m.due_at.is_(None), m.due_at > now)
    of = (m.broadcast_id == broadcast, m.language == language, m.channel == channel)
    return exists().where(*of, m.state == "refused", waits)


def members(connection: Connection, ready: Ready, asked: Asked) -> Sequence[Row[Any]]:
    """Who may be on the list now, locked: who waited longest first, as many as it takes."""
    wanted: Select[Any] = (
        select(_OUTBOX.c.id, _OUTBOX.c.address)
        .where(*_of(ready, asked), *_may(ready))
        .join(_PLACE, _PLACE.c.id == _OUTBOX.c.address)
        .join(_PERSON, _PERSON.c.id == _PLACE.c.person_id)
        .order_by(_OUTBOX.c.id)
        .limit(asked.mass.most)
        .with_for_update(skip_locked=True, of=_OUTBOX)
    )
    if ready.minds_night:
        wanted = wanted.where(~_sleeps(connection, ready, asked))
    return connection.execute(wanted).all()


def _of(ready: Ready, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    mine = (_OUTBOX.c.broadcast_id == ready.broadcast, _OUTBOX.c.language == ready.language)
    return *mine, *_waits(asked)


def _may(ready: Ready) -> tuple[ColumnElement[bool], ...]:
    """They have neither stopped us nor left, nor taken back what they had agreed to."""
    stays = (_PERSON.c.stopped_at.is_(None), _PLACE.c.left_at.is_(None))
    if not ready.consents:
        return stays
    c = _CONSENT.c
    given = (c.person_id == _PERSON.c.id, c.purpose.in_(ready.consents))
    holds = exists().where(*given, c.withdrawn_at.is_(None))
    return *stays, not_(and_(exists().where(*given, c.withdrawn_at.is_not(None)), ~holds))


def _sleeps(connection: Connection, ready: Ready, asked: Asked) -> ColumnElement[bool]:
    """Whether it is night for a person: as few conditions as there are clocks among them."""
    p = _PERSON.c
    clocks = (
        select(p.zone, p.quiet)
        .join(_PLACE, _PLACE.c.person_id == p.id)
        .join(_OUTBOX, _OUTBOX.c.address == _PLACE.c.id)
        .where(*_of(ready, asked))
        .distinct()
    )
    asleep = [
        and_(p.zone.is_not_distinct_from(zone), p.quiet.is_not_distinct_from(quiet))
        for zone, quiet in connection.execute(clocks).all()
        if next_allowed(zone, quiet, asked.assumed, asked.now) > asked.now
    ]
    return or_(literal_column("1 = 0"), *asleep)


def put(connection: Connection, ids: Sequence[int], number: int) -> None:
    """These rows stand on that list from now on. No lease of their own: the list has one."""
    among = is_among(dialect_of(connection), _OUTBOX.c.id, "ids")
    on_it = {"state": "sending", "mass_id": number, "lease_until": None, "error": None}
    taken = update(_OUTBOX).where(among).values(on_it | {"attempts": _OUTBOX.c.attempts + 1})
    connection.execute(taken, {"ids": list(ids)})


def say_why(connection: Connection, ready: Ready, asked: Asked, number: int) -> None:
    """It cannot be said in one message: the team reads that, and who waits goes on waiting."""
    connection.execute(update(_MASS).where(_MASS.c.id == number).values(error=TOO_LONG))
    connection.execute(update(_OUTBOX).where(*_of(ready, asked)).values(error=TOO_LONG))
