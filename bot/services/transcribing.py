"""Writes the transcripts the team lists and searches, a few seconds behind inbox and outbox.

Apart from the turns, so that nobody who writes waits for it. Rows are locked while they are read:
who is erased at that moment is erased after what is written here, see services/privacy.py.
"""

import sys
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    exists,
    func,
    literal,
    select,
    update,
)

from bot.database import Database
from bot.models import Base
from bot.rows import dialect_of, insert_into
from bot.services.broadcast_replies import note_replies
from bot.services.redaction import redacted
from bot.services.search_words import indexed

MOST: Final = 100  # rows a transaction: on SQLite everybody who writes waits for it
_ASIDE: Final = 0.005  # seconds between two of them, in which who waited has their turn
AT_ONCE: Final = 500
"""Rows of a look beside people who write: to answer them goes before."""

# On PostgreSQL a row may come into sight after a later one: so many are looked at once more.
_AGAIN: Final = 1000
_TABLES = Base.metadata.tables
_INBOX, _OUTBOX, _TALK = _TABLES["inbox"], _TABLES["outbox"], _TABLES["conversation"]
_TRANSCRIPT, _LINE = _TABLES["transcript"], _TABLES["transcript_line"]
_DIALOG, _UPTO = _TABLES["transcript_dialog"], _TABLES["transcribed"]
TEAM: Final = "team"
_AFTER: ColumnElement[int] = bindparam("after")
_MOVE = (
    update(_TRANSCRIPT)
    .where(_TRANSCRIPT.c.address == bindparam("at"))
    .values(language=bindparam("language"), heard_at=bindparam("heard_at"))
)


def said_in_secret() -> Any:
    """Whether a turn is one that the team must not see, as a condition on its inbox row."""
    told = (_OUTBOX.c.inbox_id == _INBOX.c.id, _OUTBOX.c.dialog.is_(None))
    return exists().where(*told).correlate(_INBOX)


def transcribe(database: Database, _now: datetime, most: int = sys.maxsize) -> int:
    """Write down what is new, oldest first; gives how many lines. Harmless when several do it.

    `most`: how many new rows of inbox and outbox each are looked at; the others have to wait.
    """
    return sum(_transcribed(database, source, most) for source in _SOURCES)


def _transcribed(database: Database, source: str, most: int) -> int:
    with database.read() as connection:
        upto = connection.scalar(select(_UPTO.c.upto).where(_UPTO.c.source == source)) or 0
    at, new, written = max(0, upto - _AGAIN), 0, 0
    while new < most:
        with database.write() as connection:
            rows = connection.execute(_SOURCES[source], {"after": at}).all()
            written += _write(connection, source, rows)
            if rows and rows[-1].id > upto:
                _note(connection, source, rows[-1].id)
        if len(rows) < MOST:
            break
        # What is looked at once more does not count: of some rows there never is a line.
        at, new = rows[-1].id, new + sum(row.id > upto for row in rows)
        time.sleep(_ASIDE)
    return written


def _heard() -> Select[Any]:
    """What people wrote, handled, and nobody's secret."""
    row = _INBOX.c
    return (
        select(row.id, row.address, row.payload.label("said"), row.received_at.label("said_at"))
        .add_columns(literal("").label("dialog"))
        .where(row.id > _AFTER, row.state == "done", row.address.is_not(None))
        .where(row.payload.is_not(None), ~said_in_secret(), ~_has_line("inbox", row.id))
        .order_by(row.id)
        .limit(MOST)
        .with_for_update(read=True, skip_locked=True, of=_INBOX)
    )


def _told() -> Select[Any]:
    """What we said and the team may see."""
    row = _OUTBOX.c
    return (
        select(row.id, row.address, row.body.label("said"), row.created_at.label("said_at"))
        .add_columns(row.dialog)
        .where(row.id > _AFTER, row.dialog.is_not(None), row.body.is_not(None))
        .where(~_has_line("outbox", row.id))
        .order_by(row.id)
        .limit(MOST)
        .with_for_update(read=True, skip_locked=True, of=_OUTBOX)
    )


def _has_line(source: str, row_id: Any) -> Any:
    return exists().where(_LINE.c.source == source, _LINE.c.source_id == row_id)


_SOURCES: Mapping[str, Select[Any]] = {"inbox": _heard(), "outbox": _told()}


def _write(connection: Connection, source: str, rows: Sequence[Row[Any]]) -> int:
    numbers = _numbers(connection, {row.address for row in rows})
    known = [row for row in rows if row.address in numbers]
    written = _keep_lines(connection, source, known, numbers)
    if source == "inbox":
        note_replies(connection, known)
    spoke = {(numbers[row.address], _short(row.dialog)) for row in known if row.dialog}
    _once(connection, _DIALOG, [{"transcript_id": n, "dialog": d} for n, d in sorted(spoke)])
    return written


def _short(dialog: str) -> str:
    return TEAM if dialog.startswith(f"{TEAM}:") else dialog


def _numbers(connection: Connection, addresses: Collection[str]) -> dict[str, int]:
    """The transcripts of these conversations, moved on or made; who has no talk gets none."""
    talk = _TALK.c
    wanted = select(talk.address, talk.language, talk.heard_at).order_by(talk.address)
    talks = connection.execute(wanted.where(talk.address.in_(addresses))).all()
    known = _known(connection, [row.address for row in talks])
    rows = [dict(row._mapping) for row in talks]
    # A number that is tried in vain is used up: who is there already is never inserted.
    if moved := [row for row in rows if row["address"] in known]:
        connection.execute(_MOVE, [{"at": row.pop("address"), **row} for row in moved])
    new = [row for row in rows if "address" in row]
    for row in new:
        row["channel"] = row["address"].partition(":")[0]
    _once(connection, _TRANSCRIPT, new)
    return known | _known(connection, [row["address"] for row in new])


def _known(connection: Connection, addresses: Collection[str]) -> dict[str, int]:
    if not addresses:
        return {}
    found = select(_TRANSCRIPT.c.address, _TRANSCRIPT.c.id)
    there = connection.execute(found.where(_TRANSCRIPT.c.address.in_(addresses)))
    return {row.address: row.id for row in there}


def _keep_lines(
    connection: Connection, source: str, rows: Sequence[Row[Any]], numbers: Mapping[str, int]
) -> int:
    lines = [
        {
            "transcript_id": numbers[row.address],
            "source": source,
            "source_id": row.id,
            "said_at": row.said_at,
            "words": _words_of(row.said["text"]),
        }
        for row in rows
        if "text" in row.said
    ]
    _once(connection, _LINE, lines)
    return len(lines)


@lru_cache(256)  # we say the same few things all day
def _words_of(text: str) -> str:
    return indexed(redacted(text))


def _once(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert what is not there yet."""
    if rows:
        new = insert_into(dialect_of(connection), table).on_conflict_do_nothing()
        connection.execute(new, rows)


def _note(connection: Connection, source: str, upto: int) -> None:
    new = insert_into(dialect_of(connection), _UPTO).values(source=source, upto=upto)
    further: Any = func.max(_UPTO.c.upto, new.excluded.upto)
    if dialect_of(connection) == "postgresql":
        further = func.greatest(_UPTO.c.upto, new.excluded.upto)
    connection.execute(new.on_conflict_do_update(index_elements=["source"], set_={"upto": further}))
