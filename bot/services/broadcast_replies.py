"""Who replied to a broadcast: tapped one of its choices, or wrote soon after they got it.

Each person once: what they chose last counts, and goes before what they only wrote. What somebody
writes is a reply to the last one they got, and none when they want no more of it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, select, update

from bot.dialog import Transaction
from bot.models import Base
from bot.rows import dialect_of, insert_into
from bot.services.broadcast import Broadcast
from bot.services.texts import Texts

WITHIN: Final = timedelta(hours=24)
"""After they got it; who writes later has something else in mind more often than not."""
KEPT_AFTER: Final = timedelta(days=29)
"""After it began: then its figures are final, a day before the first reply can be gone."""
_NO_REPLIES: Final = ("unsubscribe", "topics", "broadcast")
"""Dialogs that heard no more than a wish to hear less, or a choice, which is counted as such."""
_NOT_GOT: Final = ("cancelled", "failed", "expired")
_TABLES = Base.metadata.tables
_REPLY, _OUTBOX, _PLACE = (_TABLES[n] for n in ("broadcast_reply", "outbox", "address"))
_TABLE = _TABLES["broadcast"]


@dataclass(frozen=True, slots=True)
class Replied:
    """How many people: who chose, by the place of the choice; and who only wrote."""

    chose: Mapping[int, int]
    wrote: int

    def to_json(self) -> dict[str, Any]:
        """As it is kept when the rows are gone."""
        return {"chose": {str(place): n for place, n in self.chose.items()}, "wrote": self.wrote}


class Replies:
    """The replies to all broadcasts."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def choices(self, number: int) -> Sequence[Texts]:
        """What can be answered still: nothing where its figures are final, or it asks nothing."""
        counted = (_TABLE.c.id == number, _TABLE.c.replies.is_(None))
        return self._connection.scalar(select(_TABLE.c.choices).where(*counted)) or ()

    def choose(self, number: int, choice: int, person_id: str, address: str) -> Sequence[Texts]:
        """They chose one of these; none where they never got it: a test, or from long ago."""
        choices = self.choices(number)
        if choice >= len(choices) or not self._has_got(number, person_id):
            return ()
        row = {"broadcast_id": number, "person_id": person_id, "address": address}
        new = {"choice": choice, "replied_at": self._now}
        chosen = insert_into(dialect_of(self._connection), _REPLY).values(row | new)
        once = ["broadcast_id", "person_id"]
        self._connection.execute(chosen.on_conflict_do_update(index_elements=once, set_=new))
        return choices

    def of(self, broadcast: Broadcast) -> Replied:
        """All of one broadcast; once its figures are kept, those: rows go one by one."""
        if broadcast.replies is not None:
            chose = {int(place): n for place, n in broadcast.replies["chose"].items()}
            return Replied(chose, broadcast.replies["wrote"])
        r = _REPLY.c
        counted = select(r.choice, func.count()).where(r.broadcast_id == broadcast.id)
        rows = self._connection.execute(counted.group_by(r.choice))
        found: dict[int | None, int] = dict(rows.all())
        wrote = found.pop(None, 0)
        return Replied({place: n for place, n in found.items() if place is not None}, wrote)

    def _has_got(self, number: int, person_id: str) -> bool:
        o = _OUTBOX.c
        theirs = select(_PLACE.c.id).where(_PLACE.c.person_id == person_id)
        got = (o.broadcast_id == number, o.kind == "broadcast", o.state.not_in(_NOT_GOT))
        wanted = select(o.id).where(o.address.in_(theirs), *got).limit(1)
        return self._connection.scalar(wanted) is not None


def note_replies(connection: Connection, heard: Sequence[Row[Any]]) -> None:
    """Those that are replies, of messages as they were transcribed, oldest first."""
    no_replies = _no_replies(connection, heard)
    wrote = [row for row in heard if "text" in row.said and row.id not in no_replies]
    if not wrote:
        return
    o = _OUTBOX.c
    since = min(row.said_at for row in wrote) - WITHIN
    got = (o.kind == "broadcast", o.state == "sent", o.settled_at > since)
    wanted = (
        select(o.broadcast_id, o.address, o.settled_at, _PLACE.c.person_id)
        .join(_PLACE, _PLACE.c.id == o.address)
        .where(o.address.in_({row.address for row in wrote}), *got)
        .order_by(o.settled_at.desc(), o.id.desc())
    )
    told = connection.execute(wanted).all()
    found = [(row, _last(told, row)) for row in wrote]
    replies = [
        {"broadcast_id": to.broadcast_id, "person_id": to.person_id, "address": row.address}
        | {"replied_at": row.said_at}
        for row, to in found
        if to is not None
    ]
    if replies:
        first = insert_into(dialect_of(connection), _REPLY).on_conflict_do_nothing()
        connection.execute(first, replies)


def join_replies(transaction: Transaction, person_id: str, other_id: str) -> None:
    """Two people turn out to be one: to each broadcast they replied once."""
    r, connection = _REPLY.c, transaction.connection
    theirs = r.person_id.in_((person_id, other_id))
    kept: dict[int, Row[Any]] = {}
    for row in sorted(connection.execute(select(_REPLY).where(theirs)), key=_weight):
        kept[row.broadcast_id] = row
    ids = [row.id for row in kept.values()]
    connection.execute(delete(_REPLY).where(theirs, r.id.not_in(ids)))
    connection.execute(update(_REPLY).where(theirs).values(person_id=person_id))


def _weight(row: Row[Any]) -> tuple[bool, datetime]:
    """What they chose goes before what they only wrote, and the last of it before others."""
    return row.choice is not None, row.replied_at


def _no_replies(connection: Connection, heard: Sequence[Row[Any]]) -> Collection[int]:
    """By what answered them, as a wish may be tapped, typed in any words, or be a number."""
    o = _OUTBOX.c
    these = (o.inbox_id.in_([row.id for row in heard]), o.dialog.in_(_NO_REPLIES))
    return set(connection.scalars(select(o.inbox_id).where(*these)))


def _last(told: Iterable[Any], wrote: Row[Any]) -> Any:
    """The last broadcast they had got when they wrote, if that is not too long ago."""
    theirs = (row for row in told if row.address == wrote.address)
    return next(
        (row for row in theirs if row.settled_at < wrote.said_at <= row.settled_at + WITHIN), None
    )
