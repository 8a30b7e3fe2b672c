"""Many reminders in a database, made there by a few statements."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.cli.bench.bulk import Bulk
from bot.database import Database


def run(database: Database, statement: str, **values: Any) -> None:
    """Any statement, in a transaction of its own."""
    Bulk(database).run(statement, **values)


def add_people(database: Database, count: int) -> None:
    """Those whose reminders come due."""
    bulk, now = Bulk(database), datetime.now(UTC)
    bulk.insert("person (id, created_at)", "SELECT 'p' || i, :now FROM n", (0, count), now=now)
    bulk.insert(
        "address (id, channel, person_id, created_at)",
        "SELECT 'bench:p' || i, 'bench', 'p' || i, :now FROM n",
        (0, count),
        now=now,
    )


def store(database: Database, first: int, last: int) -> None:
    """Reminders of other days and other people, a minute apart."""
    bulk, begin = Bulk(database), datetime.now(UTC) + timedelta(days=30)
    due = bulk.later(begin, "(i % 500000) * 60")
    _add(bulk, (first, last), "'q' || i", due)
    bulk.analyse()


def add_due(
    database: Database, first: int, last: int, person: str, due: str, **values: Any
) -> None:
    """Reminders of these people, due then; both are SQL over a number `i`."""
    _add(Bulk(database), (first, last), person, due, **values)


def _add(bulk: Bulk, span: tuple[int, int], person: str, due: str, **values: Any) -> None:
    now = datetime.now(UTC)
    columns = (
        "person_id, address, language, planned_at, due_at, late_after, zone, text, state, "
        "created_at"
    )
    chosen = (
        f"SELECT {person}, 'bench:' || {person}, 'en', {due}, {due}, :late, 'UTC', "  # noqa: S608 - ours
        f"'water the trees ' || i, 'due', :now FROM n"
    )
    late = now + timedelta(days=2000)
    bulk.insert(f"reminder ({columns})", chosen, span, now=now, late=late, **values)
