"""Mass messages as the database sees them: a list is fixed, called for, settled, or given up.

A list is fixed before the platform is called, and nobody is put on it later: called for again by
the same key, it is the same list. Only who was deleted meanwhile is missing on it then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, exists, insert, literal_column, or_, select, update

from bot import mass_lists, outbox
from bot.mass_lists import Asked, Ready
from bot.mass_reports import hold
from bot.message import Address, Reply
from bot.models import Base

TRIES: Final = 8
PATIENCE: Final = timedelta(hours=1)  # for a report; then the platform is asked, and again
ASKED_FOR: Final = timedelta(days=1)
_TABLES = Base.metadata.tables
_OUTBOX, _BROADCAST, _MASS = (_TABLES[t] for t in ("outbox", "broadcast", "mass_message"))
_PLACE, _PERSON, _REPORT = (_TABLES[t] for t in ("address", "person", "mass_report"))
_OPEN = _MASS.c.state == literal_column("'open'")  # written out: the index is a partial one
_ON_IT = ("sending", "unsure")
NOBODY: Final = (_REPORT.c.sent == 0, _REPORT.c.trouble != "")
Became = Mapping[str, int]  # of how many on a list, by the state they are in now


@dataclass(frozen=True, slots=True)
class Fixed:
    """A mass message that is ours to call for, until its lease ends. `to`: who is on its list."""

    id: int
    broadcast: int
    channel: str
    language: str
    created_at: datetime
    attempts: int
    to: tuple[Address, ...]
    reply: Reply

    @property
    def key(self) -> str:
        """With the time: a database that begins anew counts from 1 again."""
        return f"{self.broadcast}-{self.id}-{self.created_at.timestamp():.0f}"

    @property
    def is_first(self) -> bool:
        """Whether it was never called for before: then a refusal says that nobody got it."""
        return self.attempts == 1


def claim(connection: Connection, asked: Asked) -> Fixed | None:
    """One whose end is not known, to be called for again; else the next list there is."""
    return _again(connection, asked) or _next(connection, asked)


def _again(connection: Connection, asked: Asked) -> Fixed | None:
    for row in _unended(connection, asked):
        reply = asked.says(connection, row.broadcast_id, row.language)
        if reply is None or _is_over(row, asked):
            _give_up(connection, row.id, asked.now)
        elif row.stands != "paused":
            taken = {"attempts": row.attempts + 1, "lease_until": asked.now + outbox.LEASE}
            connection.execute(update(_MASS).where(_MASS.c.id == row.id).values(taken))
            return _fixed(connection, row, row.attempts + 1, reply)
    return None


def _unended(connection: Connection, asked: Asked) -> Sequence[Row[Any]]:
    m, b = _MASS.c, _BROADCAST.c
    free = or_(m.lease_until.is_(None), m.lease_until < asked.now)
    wanted = select(_MASS, b.state.label("stands"), b.ends_at)
    wanted = wanted.join(_BROADCAST, b.id == m.broadcast_id)
    wanted = wanted.where(m.channel == asked.channel, _OPEN, m.due_at <= asked.now, free)
    locked = wanted.order_by(m.id).with_for_update(skip_locked=True, of=_MASS)
    return connection.execute(locked).all()


def _is_over(row: Row[Any], asked: Asked) -> bool:
    """Whether calling again might say it a second time, too late, or although it was cancelled."""
    late = row.ends_at is not None and row.ends_at <= asked.now
    forgotten = row.created_at + asked.mass.known <= asked.now
    return bool(late or forgotten or row.stands == "cancelled" or row.attempts >= TRIES)


def _fixed(connection: Connection, row: Row[Any], attempts: int, reply: Reply) -> Fixed:
    o = _OUTBOX.c
    of = (o.broadcast_id == row.broadcast_id, o.kind == outbox.BULK)
    on_it = select(o.address).where(*of, o.mass_id == row.id, o.state.in_(_ON_IT)).order_by(o.id)
    to = tuple(map(Address.parse, connection.scalars(on_it)))
    what = (row.id, row.broadcast_id, row.channel, row.language)
    return Fixed(*what, row.created_at, attempts, to, reply)


def _next(connection: Connection, asked: Asked) -> Fixed | None:
    for ready in mass_lists.ready(connection, asked):
        reply = asked.says(connection, ready.broadcast, ready.language)
        if reply is None:
            number = _made(connection, ready, asked, {"state": "refused", "people": 0})
            mass_lists.say_why(connection, ready, asked, number)
            continue
        rows = mass_lists.members(connection, ready, asked)
        if len(rows) >= asked.mass.least:
            return _fix(connection, ready, asked, rows, reply)
    return None


def _fix(
    connection: Connection, ready: Ready, asked: Asked, rows: Sequence[Row[Any]], reply: Reply
) -> Fixed:
    lease = asked.now + outbox.LEASE
    begun = {"state": "open", "people": len(rows), "due_at": asked.now, "lease_until": lease}
    number = _made(connection, ready, asked, begun)
    mass_lists.put(connection, [row.id for row in rows], number)
    to = tuple(Address.parse(row.address) for row in rows)
    what = (number, ready.broadcast, asked.channel, ready.language)
    return Fixed(*what, asked.now, 1, to, reply)


def _made(connection: Connection, ready: Ready, asked: Asked, values: dict[str, Any]) -> int:
    of = {"broadcast_id": ready.broadcast, "channel": asked.channel, "language": ready.language}
    row = of | {"created_at": asked.now, "attempts": 1} | values
    made = insert(_MASS).values(row).returning(_MASS.c.id)
    return int(connection.execute(made).scalar_one())


# -- what became of it -------------------------------------------------------------------------


def taken(connection: Connection, fixed: Fixed, ref: str, now: datetime) -> Became:
    """The platform took it; and if it has told already that it reached nobody, that counts."""
    hold(connection)
    ended = {"state": "taken", "platform_ref": ref or None, "error": None, "due_at": now + PATIENCE}
    if not _end(connection, fixed, ended):
        return {}
    sent = {"state": "sent", "settled_at": now, "platform_ref": ref or None, "error": None}
    count = _settle(connection, fixed, _ON_IT, sent)
    told = select(_REPORT.c.trouble).where(_REPORT.c.channel == fixed.channel)
    trouble = connection.scalar(told.where(_REPORT.c.ref == ref, *NOBODY))
    if trouble is None:
        return {"sent": count}
    failed = {"state": "failed", "error": trouble}
    return {"failed": _settle(connection, fixed, ("sent",), failed)}


def knows(connection: Connection, fixed: Fixed, ref: str) -> bool:
    """Whether the platform calls another message of ours by that name: it took that one."""
    m = _MASS.c
    other = exists().where(m.channel == fixed.channel, m.platform_ref == ref, m.id != fixed.id)
    return bool(ref) and bool(connection.scalar(select(other)))


def refused(
    connection: Connection, fixed: Fixed, reason: str, again_at: datetime | None, now: datetime
) -> Became:
    """Nobody got it: the list is dissolved, and who was on it waits as before."""
    if not _end(connection, fixed, {"state": "refused", "error": reason, "due_at": again_at}):
        return {}
    cancelled = 0
    for state, why in (("left", _PLACE.c.left_at), ("stopped", _PERSON.c.stopped_at)):
        at = select(_PLACE.c.id).join(_PERSON, _PERSON.c.id == _PLACE.c.person_id)
        gone = _OUTBOX.c.address.in_(at.where(why.is_not(None)))
        ended = {"state": "cancelled", "error": state, "settled_at": now, "mass_id": None}
        cancelled += _settle(connection, fixed, ("sending",), ended, gone)
    parked = {"state": "parked", "error": reason, "mass_id": None}
    return {"cancelled": cancelled, "parked": _settle(connection, fixed, ("sending",), parked)}


def not_known(
    connection: Connection, fixed: Fixed, reason: str, again_at: datetime, now: datetime
) -> Became:
    """It may have been taken: it is called for again, by the same key."""
    if not _end(connection, fixed, {"error": reason, "due_at": again_at, "lease_until": None}):
        return {}
    unsure = {"state": "unsure", "error": reason, "settled_at": now}
    return {"unsure": _settle(connection, fixed, ("sending",), unsure)}


def _end(connection: Connection, fixed: Fixed, values: dict[str, Any]) -> bool:
    """Whether it was still ours: the number of the try is the fence, as for rows."""
    ours = (_MASS.c.id == fixed.id, _OPEN, _MASS.c.attempts == fixed.attempts)
    ended = update(_MASS).where(*ours).values(values | {"lease_until": None})
    return connection.execute(ended).rowcount == 1


def _settle(
    connection: Connection,
    fixed: Fixed,
    states: Sequence[str],
    values: dict[str, Any],
    *which: Any,
) -> int:
    o = _OUTBOX.c
    of = (o.broadcast_id == fixed.broadcast, o.kind == outbox.BULK, o.mass_id == fixed.id)
    ended = update(_OUTBOX).where(*of, o.state.in_(states), *which).values(values)
    return connection.execute(ended).rowcount


def _give_up(connection: Connection, number: int, now: datetime) -> None:
    """Whether it was taken, nobody will know: the team decides."""
    known = _MASS.c.id == number
    connection.execute(update(_MASS).where(known).values(state="unknown", lease_until=None))
    on_it = (_OUTBOX.c.mass_id == number, _OUTBOX.c.state == "sending")
    unsure = {"state": "unsure", "settled_at": now}
    of = _OUTBOX.c.broadcast_id == select(_MASS.c.broadcast_id).where(known).scalar_subquery()
    connection.execute(update(_OUTBOX).where(of, *on_it).values(unsure))


def silent(connection: Connection, channel: str, now: datetime) -> tuple[str, int] | None:
    """One that was taken, of which no report came: its name there, and how many are on its list."""
    m, r = _MASS.c, _REPORT.c
    told = exists().where(r.channel == m.channel, r.ref == m.platform_ref)
    lately = m.created_at > now - ASKED_FOR
    wanted = select(m.id, m.platform_ref, m.people).where(m.channel == channel, lately, ~told)
    due = wanted.where(m.state == "taken", m.platform_ref.is_not(None), m.due_at <= now)
    found = connection.execute(due.order_by(m.id).limit(1)).first()
    if found is None:
        return None
    later = update(_MASS).where(m.id == found.id).values(due_at=now + PATIENCE)
    connection.execute(later)
    return found.platform_ref, found.people


def heard_of(connection: Connection, channel: str, ref: str) -> None:
    """It went out: nothing more is asked, and how many got it nobody tells any more."""
    of = (_MASS.c.channel == channel, _MASS.c.platform_ref == ref)
    connection.execute(update(_MASS).where(*of).values(due_at=None))
