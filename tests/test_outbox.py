"""What a claim reads: as much as it takes, however much is due at once."""

import time
from datetime import UTC, datetime

from bot import outbox
from bot.database import Database
from bot.message import Address, Reply

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
PLAN = """
    EXPLAIN {} SELECT id FROM outbox WHERE state = 'queued' AND kind <> 'broadcast'
    AND channel IN ('script') AND due_at <= '2027-03-01 12:00:00.000000'
    ORDER BY due_at, id LIMIT 64
"""


def waiting(database: Database, many: int, analysed: bool = True) -> None:
    """A reminder each for so many people, due at once."""
    drafts = [
        outbox.Draft(Address("script", f"p{n}"), Reply("hello"), kind="reminder")
        for n in range(many)
    ]
    with database.write() as connection:
        outbox.add(connection, drafts, NOW)
        if analysed:
            connection.exec_driver_sql("ANALYZE")


def plan(database: Database) -> str:
    """How the database finds what is due, in its order."""
    with database.read() as connection:
        asked = PLAN.format("QUERY PLAN" if database.is_sqlite else "")
        rows = connection.exec_driver_sql(asked)
        return " ".join(str(value) for row in rows for value in row)


def test_what_is_due_at_once_is_read_in_its_order_and_not_sorted(database: Database) -> None:
    database.upgrade()
    waiting(database, 3000)
    assert "ix_outbox_due" in plan(database)
    assert not [sign for sign in ("Sort", "TEMP B-TREE") if sign in plan(database)]


def test_without_the_id_in_the_index_all_that_is_due_would_be_sorted(postgres_url: str) -> None:
    """The twin of the test above; SQLite has the id in every index."""
    database = Database(postgres_url)
    database.upgrade()
    with database.write() as connection:
        connection.exec_driver_sql("DROP INDEX ix_outbox_due")
        connection.exec_driver_sql(
            "CREATE INDEX ix_outbox_due ON outbox (channel, due_at) "
            "WHERE state = 'queued' AND kind <> 'broadcast'"
        )
    waiting(database, 3000)
    assert "Sort" in plan(database)
    database.close()


def test_the_oldest_is_claimed_first(database: Database) -> None:
    database.upgrade()
    waiting(database, 200)
    claimed = claim(database)
    assert [row.delivery.to.user for row in claimed] == [f"p{n}" for n in range(64)]


def test_a_plan_made_while_nothing_waited_is_not_kept(postgres_url: str) -> None:
    """PostgreSQL keeps the plan of a statement it has seen often: here, one for an empty table."""
    database = Database(postgres_url)
    database.upgrade()
    with database.write() as connection:
        connection.exec_driver_sql("TRUNCATE outbox")
    for _look in range(20):
        assert claim(database) == ()
    waiting(database, 8000, analysed=False)
    fresh = Database(postgres_url)  # its connections have seen nothing yet
    assert quickest_claim(database) < 3 * quickest_claim(fresh)
    for opened in (database, fresh):
        opened.close()


def claim(database: Database) -> tuple[outbox.Claimed, ...]:
    with database.write() as connection:
        return outbox.claim(connection, "script", NOW)


def quickest_claim(database: Database) -> float:
    """Seconds of one claim, the best of twenty: whatever else the machine does meanwhile."""
    took = []
    for _try in range(20):
        begun = time.perf_counter()
        assert len(claim(database)) == 64
        took.append(time.perf_counter() - begun)
    return min(took)
