"""Whom a broadcast reaches: counted before it is sent, queued when it begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, case, func, insert, literal, literal_column, select

from bot.models import Base
from bot.services.audience import Wanted, left_out, recipients

_OUTBOX = Base.metadata.tables["outbox"]
Reached = tuple[str, str, str, int]  # channel, reach, language, people


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a broadcast would reach at this moment.

    reached   people by channel, by when they get it (see audience.Reach), and by the language of
              the text they read
    left_out  people it is for and who cannot be told, by reason: stopped, left, closed
    others    people who read the text in the language for all others, as their own is not there
    """

    reached: tuple[Reached, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    others: int = 0

    @property
    def people(self) -> int:
        """How many get it, now or later."""
        return sum(count for *_by, count in self.reached)

    def by(self, reach: str) -> int:
        """How many get it at once (`now`), when they look, or when they write."""
        return sum(count for _c, when, _l, count in self.reached if when == reach)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "reached": [list(one) for one in self.reached],
            "left_out": dict(self.left_out),
            "others": self.others,
        }


def preview(connection: Connection, wanted: Wanted) -> Preview:
    """Whom it would reach at the moment that is asked about."""
    to = recipients(wanted).c
    groups = (to.channel, to.reach, to.language)
    others = func.sum(case((to.own.is_(True), 0), else_=1))
    counted = select(*groups, func.count(), others).group_by(*groups).order_by(*groups)
    rows = connection.execute(counted).all()
    missing: dict[str, int] = dict(connection.execute(left_out(wanted)).all())
    return Preview(tuple(tuple(row[:4]) for row in rows), missing, sum(row[4] for row in rows))


def queueing(wanted: Wanted, ends_at: datetime | None) -> Executable:
    """Queue it to everybody it is for, in one statement; what waits to be fetched is parked."""
    to = recipients(wanted).c
    o = _OUTBOX.c
    state = case(
        (to.reach == "looks", literal_column("'parked'")), else_=literal_column("'queued'")
    )
    same: dict[str, Any] = {
        "kind": literal_column("'broadcast'"),
        "created_at": literal(wanted.now, o.created_at.type),
        "due_at": literal(wanted.now, o.due_at.type),
        "expires_at": literal(ends_at, o.expires_at.type),
        "state": state,
        "attempts": literal_column("0"),
        "broadcast_id": literal(wanted.broadcast),
    }
    chosen = select(to.channel, to.address, to.language, *same.values())
    names = ("channel", "address", "language", *same)
    return insert(_OUTBOX).from_select(names, chosen.order_by(to.person_id))
