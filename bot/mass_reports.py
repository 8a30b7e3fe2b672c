"""What a platform tells of a mass message when it is through: how many got it, and no names.

It may tell that twice, before we have written down that the message is ours, and of messages that
are none of ours. So it is kept under the platform's own name for the message, once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    exists,
    func,
    literal_column,
    select,
    text,
    update,
)

from bot.database import Database
from bot.i18n import _
from bot.models import Base
from bot.rows import dialect_of, insert_into

_TABLES = Base.metadata.tables
_REPORT, _MASS, _OUTBOX = (_TABLES[t] for t in ("mass_report", "mass_message", "outbox"))
_LOCK: Final = 7_220_424  # any number, the same in every process
LARGEST: Final = 2**31 - 1  # what the columns hold
ASKED: Final = _(
    "The platform is still being asked what became of it: please look again in a few minutes."
)


@dataclass(frozen=True, slots=True)
class Report:
    """Of one message: to how many of the people on its list it was delivered.

    trouble  why the platform gave it up, in its words; "" where it did not
    """

    ref: str
    people: int
    sent: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a platform has told of all mass messages of a broadcast, and of how many it has not."""

    channel: str
    sent: int
    refused: int
    silent: int


def is_asked_for(number: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Whether the message of that number is still called for: then nobody decides about it.

    Sent again beside that, it would be there twice.
    """
    return exists().where(_MASS.c.id == number, _MASS.c.state == literal_column("'open'"))


class Reports:
    """The reports to one house."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    async def keep(self, channel: str, report: Report) -> None:
        """Write it down; told again, it changes nothing. Raises SQLAlchemyError."""
        await asyncio.to_thread(self._keep, channel, report)

    def _keep(self, channel: str, report: Report) -> None:
        with self._database.write() as connection:
            keep(connection, channel, report, self._now())


def hold(connection: Connection) -> None:
    """A report and the writing down of what was taken see each other, whichever comes first."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})


def keep(connection: Connection, channel: str, report: Report, now: datetime) -> None:
    """Where it says that the message was given up and reached nobody, nobody has it."""
    hold(connection)
    row = {"channel": channel, "ref": report.ref, "heard_at": now, "trouble": report.trouble}
    row |= {"people": min(report.people, LARGEST), "sent": min(report.sent, LARGEST)}
    new = insert_into(dialect_of(connection), _REPORT).values(row).on_conflict_do_nothing()
    connection.execute(new)
    if report.trouble and not report.sent:
        m, o = _MASS.c, _OUTBOX.c
        ours = select(m.id, m.broadcast_id).where(
            m.channel == channel, m.platform_ref == report.ref
        )
        for number, broadcast in connection.execute(ours).all():
            of = (o.broadcast_id == broadcast, o.kind == "broadcast", o.mass_id == number)
            failed = {"state": "failed", "error": report.trouble}
            connection.execute(update(_OUTBOX).where(*of, o.state == "sent").values(failed))


def told(connection: Connection, broadcast: int) -> tuple[Told, ...]:
    """By channel, for the mass messages of this broadcast that were taken."""
    m, r = _MASS.c, _REPORT.c
    sent, people = func.coalesce(func.sum(r.sent), 0), func.coalesce(func.sum(r.people), 0)
    wanted = (
        select(m.channel, sent, people - sent, func.count() - func.count(r.ref))
        .outerjoin_from(_MASS, _REPORT, (r.channel == m.channel) & (r.ref == m.platform_ref))
        .where(m.broadcast_id == broadcast, m.state == "taken")
        .group_by(m.channel)
        .order_by(m.channel)
    )
    return tuple(Told(*row) for row in connection.execute(wanted))
