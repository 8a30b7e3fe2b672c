"""The outbox of channels that may answer the platform's own request: one reply, over the counter.

It counts as sent before it is given: a platform that did not get it asks again with the same
event, and gets the same reply. So each row remembers which of its parts answered which event.
What is asked at the same time shares one transaction, as in the inbox.

A number means the list that was numbered last. So what answers the event comes before what is left
of earlier replies, and these are numbered no more.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Row,
    bindparam,
    literal_column,
    or_,
    select,
    update,
)

from bot.channel import Accepted
from bot.database import Database
from bot.message import Address, Capabilities, Reply
from bot.models import Base, Instant
from bot.outbox import OPEN, delivery_of
from bot.render import fit, fold, in_words
from bot.rows import Dialect, Spelt, is_among
from bot.stored import reply_to_json

LATELY = timedelta(minutes=15)  # platforms ask again within seconds
BATCH = 64

_INBOX, _OUTBOX = Base.metadata.tables["inbox"], Base.metadata.tables["outbox"]
_NOW = bindparam("now", type_=Instant)
_IS_OPEN = _OUTBOX.c.state.in_([literal_column(f"'{state}'") for state in OPEN])
_MAY_BE_SAID = (
    _IS_OPEN
    & (_OUTBOX.c.kind != literal_column("'broadcast'"))
    & or_(_OUTBOX.c.expires_at.is_(None), _OUTBOX.c.expires_at > _NOW)
)
_COLUMNS = ("id", "address", "inbox_id", "body", "created_at", "state", "parts_sent", "attempts")


def _seeing(dialect: Dialect) -> Executable:
    """What may be said to these addresses, and what was said to them a moment ago."""
    said = _OUTBOX.c.settled_at > bindparam("lately", type_=Instant)
    return (
        select(*(_OUTBOX.c[name] for name in (*_COLUMNS, "platform_ref")))
        .where(is_among(dialect, _OUTBOX.c.address, "addresses"), _OUTBOX.c.body.is_not(None))
        .where(or_(_MAY_BE_SAID, said))
        .order_by(_OUTBOX.c.id)
        .with_for_update()
    )


def _holding(dialect: Dialect) -> Executable:
    """Two tries of one event may come together: the second waits here, then sees the first."""
    these = is_among(dialect, _INBOX.c.id, "events")
    return select(_INBOX.c.id).where(these).order_by(_INBOX.c.id).with_for_update()


# All run with every batch: made once, on the bare tables, so that they cost little.
_SEE = Spelt[Executable](_seeing)
_HOLD = _holding("postgresql")  # SQLite has one writer at a time anyway
_OWED = (
    select(_OUTBOX.c.state)
    .where(_OUTBOX.c.address == bindparam("to"), _OUTBOX.c.inbox_id.is_not(None))
    .where(or_(_IS_OPEN, _OUTBOX.c.state == literal_column("'sent'")))
    .order_by(_OUTBOX.c.id.desc())
    .limit(1)
)
_WAITS = select(_OUTBOX.c.id).where(_OUTBOX.c.address == bindparam("to"), _MAY_BE_SAID).limit(1)
_MARK = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"))
    .values(
        state=bindparam("becomes"),
        parts_sent=bindparam("parts"),
        platform_ref=bindparam("named"),
        attempts=bindparam("tries"),
        settled_at=bindparam("settled", type_=Instant),
        due_at=_NOW,
    )
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Somebody at the counter: to whom, for which row of the inbox, what their channel shows."""

    to: Address
    event: int
    can: Capabilities
    told: asyncio.Future[Reply | None]

    @property
    def name(self) -> str:
        """How a row remembers that it answered this."""
        return f"answer:{self.event}"


@dataclass(frozen=True, slots=True)
class _Said:
    """What one answer holds: the rows it says, or which part of the one; whether that is all."""

    reply: Reply
    rows: Sequence[Row[Any]]
    is_whole: bool
    part: int = 0


class DatabaseCounter:
    """See channel.Counter."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._waiting: list[_Asked] = []
        self._pump: asyncio.Task[None] | None = None

    async def answer(self, to: Address, accepted: Accepted, can: Capabilities) -> Reply | None:
        """What to say now, as one part that counts as sent; None: nothing."""
        if accepted.row is None:
            return accepted.notice and fit(accepted.notice, can).parts[0]
        asked = _Asked(to, accepted.row, can, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._work())
        return await asked.told

    async def waits(self, to: Address) -> bool:
        """Whether something is left to be said to this address."""
        return await asyncio.to_thread(self._waits, to)

    async def owes(self, to: Address) -> bool:
        """Whether our last reply, with what it asks, was not yet said to its end."""
        return await asyncio.to_thread(self._owes, to)

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                replies = await asyncio.to_thread(self._answer, batch)
            except Exception as error:  # each of them must hear it, or would wait for ever
                _fail(batch, error)
                continue
            for asked, reply in zip(batch, replies, strict=True):
                if not asked.told.done():
                    asked.told.set_result(reply)

    def _answer(self, batch: Sequence[_Asked]) -> list[Reply | None]:
        with self._database.write() as connection:
            return _Answers(connection, batch, self._now()).all()

    def _waits(self, to: Address) -> bool:
        with self._database.read() as connection:
            found = connection.execute(_WAITS, {"to": str(to), "now": self._now()})
            return found.first() is not None

    def _owes(self, to: Address) -> bool:
        with self._database.read() as connection:
            return connection.scalar(_OWED, {"to": str(to)}) in OPEN


def _fail(batch: Sequence[_Asked], error: Exception) -> None:
    for asked in batch:
        if not asked.told.done():
            asked.told.set_exception(error)


class _Answers:
    """The answers of one transaction."""

    def __init__(self, connection: Connection, batch: Sequence[_Asked], now: datetime) -> None:
        self._connection, self._batch, self._now = connection, batch, now
        self._rows = self._seen()
        self._given: dict[str, Reply] = {}
        self._marks: list[dict[str, Any]] = []

    def all(self) -> list[Reply | None]:
        """In the order they were asked for; all marked before any is given."""
        replies = [self._reply(asked) for asked in self._batch]
        if self._marks:
            self._connection.execute(_MARK, self._marks)
        return replies

    def _seen(self) -> dict[str, list[Row[Any]]]:
        if self._connection.dialect.name == "postgresql":
            events = [asked.event for asked in self._batch]
            self._connection.execute(_HOLD, {"events": events}).all()
        addresses = list({str(asked.to) for asked in self._batch})
        values = {"addresses": addresses, "now": self._now, "lately": self._now - LATELY}
        rows: defaultdict[str, list[Row[Any]]] = defaultdict(list)
        for row in self._connection.execute(_SEE[self._connection.dialect.name], values):
            rows[row.address].append(row)
        return rows

    def _reply(self, asked: _Asked) -> Reply | None:
        if asked.name in self._given:
            return self._given[asked.name]
        rows = self._rows[str(asked.to)]
        again = [row for row in rows if _place(row, asked.name) is not None]
        if again:
            said = _said(again, _place(again[0], asked.name) or 0, asked.can)
            return said.reply if said else None
        waiting = [row for row in rows if row.state in OPEN]
        if not waiting or any(row.state == "sending" for row in waiting):
            return None  # on its way already: what comes later waits for it
        said = self._next(waiting, asked)
        if said is None:
            return None
        self._mark(said, asked.name)
        self._rows[str(asked.to)] = [row for row in rows if row not in said.rows]
        self._given[asked.name] = said.reply
        return said.reply

    def _next(self, waiting: Sequence[Row[Any]], asked: _Asked) -> _Said | None:
        """What to say of what waits: all where it has room, else what answers the event."""
        said = _said(waiting, waiting[0].parts_sent, asked.can)
        answers = [row for row in waiting if row.inbox_id == asked.event]
        if not answers or (said and said.is_whole and len(said.rows) == len(waiting)):
            return said
        first = _said(answers, 0, asked.can)
        if first and answers[0] is not waiting[0]:
            self._overtake([row for row in waiting if row.id < answers[0].id], asked.can)
        return first

    def _overtake(self, rows: Sequence[Row[Any]], can: Capabilities) -> None:
        """They went on: where no more can be sent, nobody asks for the rest of what they read."""
        for row in rows:
            changes: dict[str, Any] = {}
            if row.parts_sent and row.inbox_id and not can.push_budget:
                changes = {"state": "cancelled", "settled_at": self._now}
            elif (reply := delivery_of(row).reply).choices:
                words = replace(reply, text=in_words(reply), choices=(), several=())
                changes = {"body": reply_to_json(words)}
            if changes:
                its = _OUTBOX.c.id == row.id
                self._connection.execute(update(_OUTBOX).where(its).values(changes))

    def _mark(self, said: _Said, name: str) -> None:
        for row in said.rows:
            before = f"{row.platform_ref or ''} " if said.part else ""
            self._marks.append(
                {
                    "row": row.id,
                    "becomes": "sent" if said.is_whole else "queued",
                    "parts": said.part + 1,
                    "named": f"{before}{name}={said.part}".strip(),
                    "tries": row.attempts + said.is_whole,
                    "settled": self._now if said.is_whole else None,
                    "now": self._now,
                }
            )


def _place(row: Row[Any], name: str) -> int | None:
    """Which part of the row was said in that answer; None if it was not in it."""
    named = (one.partition("=") for one in (row.platform_ref or "").split())
    return next((int(part) for found, _is, part in named if found == name), None)


def _said(rows: Sequence[Row[Any]], place: int, can: Capabilities) -> _Said | None:
    """From that part of the first row on: the part alone, or from the beginning several rows."""
    if place:
        return _part(rows[0], place, can)
    first, *others = rows
    return _begun([first, *takewhile(lambda row: not row.parts_sent, others)], can)


def _begun(rows: Sequence[Row[Any]], can: Capabilities) -> _Said | None:
    """As many rows as have room in one part; of the first alone, its first part."""
    replies = [delivery_of(row).reply for row in rows]
    found: _Said | None = None
    for count in range(1, len(rows) + 1):
        fitted = fit(fold(replies[:count]), can)
        is_whole = len(fitted.parts) == 1
        if fitted.parts[-1].attachments or (found and not is_whole):
            break  # a file is sent on its own; and what has no room here, too
        found = _Said(fitted.parts[0], rows[:count], is_whole)
        if not is_whole:
            break
    return found


def _part(row: Row[Any], place: int, can: Capabilities) -> _Said | None:
    """A later part of a row whose beginning was said."""
    parts = fit(delivery_of(row).reply, can).parts
    if place >= len(parts) or parts[place].attachments:
        return None
    return _Said(parts[place], [row], place == len(parts) - 1, place)
