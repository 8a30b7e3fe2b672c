"""The statements of a batch of turns, as each database spells them.

Their number does not grow with the batch, nor does their text (see rows.py). They are made once,
on the bare tables: SQLAlchemy then finds their SQL again without looking far.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    bindparam,
    delete,
    exists,
    literal_column,
    not_,
    select,
    update,
)

from bot.models import Base, Instant
from bot.rows import Dialect, Spelt, given, insert_into, insert_rows, is_among

_TABLES = Base.metadata.tables
INBOX, TALK = _TABLES["inbox"], _TABLES["conversation"]
_PERSON, _PLACE = _TABLES["person"], _TABLES["address"]
_THERE = TALK.alias("there")
_NOW = bindparam("now", type_=Instant)
_NEW: ColumnElement[str] = literal_column("'new'")
_DONE: ColumnElement[str] = literal_column("'done'")
# Written out, not bound: a partial index serves only who says the condition it was made for.
_IS_NEW = INBOX.c.state == _NEW

DUE = (
    select(INBOX.c.address)
    .distinct()
    .where(_IS_NEW, INBOX.c.due_at <= _NOW)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The statements that each database spells in its own way."""

    store: Executable
    lock: Executable
    begin: Executable
    people: Executable
    places: Executable
    waiting: Executable
    move: Executable
    forget: Executable
    done: Executable
    give_back: Executable


def _spelling(dialect: Dialect) -> Spelling:
    none: ColumnElement[int] = literal_column("0")
    new: dict[str, ColumnElement[Any]] = {
        "received_at": _NOW,
        "due_at": _NOW,
        "state": _DONE,
        "attempts": none,
    }
    store = insert_rows(dialect, INBOX, "channel", "event_id", "address", "payload", **new)
    talk = ("address", "person_id", "language", "state")
    moved = given(dialect, *(TALK.c[name] for name in talk))
    address, _person, language, state = moved.values
    # Who is there is left out first: ON CONFLICT would wait for whoever holds that row.
    is_there = exists().where(_THERE.c.address == address)
    strangers = select(*moved.values, _NOW).where(~is_there).order_by(moved.place)
    begin = insert_into(dialect, TALK).from_select([*talk, "heard_at"], strangers)
    in_talks = is_among(dialect, TALK.c.address, "addresses")
    waits = (_IS_NEW, is_among(dialect, INBOX.c.address, "addresses"))
    its = is_among(dialect, INBOX.c.id, "ids")
    return Spelling(
        store=store.on_conflict_do_nothing().returning(
            INBOX.c.channel, INBOX.c.event_id, INBOX.c.id
        ),
        lock=select(*(TALK.c[name] for name in talk))
        .where(in_talks)
        .order_by(TALK.c.address)
        .with_for_update(skip_locked=True),
        begin=begin.on_conflict_do_nothing().returning(TALK.c.address, TALK.c.person_id),
        people=insert_rows(dialect, _PERSON, "id", created_at=_NOW),
        places=insert_rows(dialect, _PLACE, "id", "channel", "person_id", created_at=_NOW),
        waiting=select(INBOX)
        .where(*waits, not_(is_among(dialect, INBOX.c.id, "held")))
        .order_by(INBOX.c.id),
        move=update(TALK)
        .where(TALK.c.address == address)
        .values(language=language, state=state, heard_at=_NOW),
        forget=delete(TALK).where(in_talks),
        done=update(INBOX).where(its).values(state=_DONE),
        give_back=update(INBOX).where(its).values(state=_NEW),
    )


SPELLINGS = Spelt(_spelling)
