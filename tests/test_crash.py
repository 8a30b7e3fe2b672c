"""kill -9 between any two steps: nothing is lost, and doubled only what may be.

A step is a statement, a commit, or the moment before and after the platform took a message. The
platform sends its event again when it heard no 'ok', as the real ones do.
"""

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot import outbox
from bot.database import Database
from bot.message import Address, Reply
from bot.models import Conversation, Inbox, Outbox
from tests import crash_child

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)  # every lease has lapsed


# Forked, not spawned: this process holds no threads and no open database when it forks.
processes = multiprocessing.get_context("fork")


def run(*args: object) -> int:
    """Run the child to its end; -9 when it killed itself."""
    child = processes.Process(target=crash_child.run, args=args)
    child.start()
    child.join(30)
    assert child.exitcode is not None, "the child hangs"
    return int(child.exitcode)


def steps_of(url: str, tmp_path: Path, kind: str) -> int:
    """How many steps a run takes that nobody kills."""
    assert run(url, tmp_path / "whole", 0, NOW, kind) == 0
    return int((tmp_path / "whole.steps").read_text(encoding="utf-8"))


def rows(database: Database, table: type) -> list[dict[str, object]]:
    with database.read() as connection:
        return [dict(r) for r in connection.execute(select(table.__table__)).mappings()]


def test_a_message_survives_a_kill_at_every_step(database_url: str, tmp_path: Path) -> None:
    """Each kill point gets its own ledger line count: at least one, at most two."""
    steps = steps_of(database_url, tmp_path, "reply")
    assert steps > 15
    doubled = 0
    for kill_at in range(1, steps + 1):
        ledger = tmp_path / f"ledger-{kill_at}"
        _clear(database_url)
        assert run(database_url, ledger, kill_at, NOW) == -9
        assert run(database_url, ledger, 0, LATER) == 0
        sent = ledger.read_text(encoding="utf-8").splitlines()
        assert {line.partition(" (Message")[0] for line in sent} == {"ledger:anna 1: hello"}
        assert len(sent) <= 2, f"killed at step {kill_at}"
        assert len(set(sent)) == len(sent), "what may be a repeat says so"
        doubled += len(sent) == 2
        _assert_all_settled(database_url)
    # Only a kill between the platform's taking and our writing it down may say it twice.
    assert 0 < doubled <= 8


def test_a_reply_that_is_sent_at_once_survives_a_kill_at_any_step(
    database_url: str, tmp_path: Path
) -> None:
    """It is claimed by the transaction that adds it, and written down by that of another's turn."""
    steps = steps_of(database_url, tmp_path, "at once")
    first = 1 if database_url.startswith("sqlite") else 2  # each step on one of the two
    for kill_at in range(first, steps + 1, 2):
        ledger = tmp_path / f"ledger-{kill_at}"
        _clear(database_url)
        run(database_url, ledger, kill_at, NOW, "at once")  # how its threads mix is not told
        assert run(database_url, ledger, 0, LATER, "at once") == 0
        sent = ledger.read_text(encoding="utf-8").splitlines()
        assert {line.partition(" (Message")[0] for line in sent} == {
            "ledger:anna 1: hello",
            "ledger:ben 1: hello",
        }
        assert len(set(sent)) == len(sent), (
            f"killed at step {kill_at}: what may be a repeat says so"
        )
        _assert_all_settled(database_url, people=2)


def test_a_broadcast_is_never_doubled_by_a_kill(database_url: str, tmp_path: Path) -> None:
    """At most once: after a kill in the middle the row is `unsure`, for staff to decide."""
    _queue_broadcast(database_url)
    steps = steps_of(database_url, tmp_path, "broadcast")
    states = set()
    for kill_at in range(1, steps + 1):
        ledger = tmp_path / f"ledger-{kill_at}"
        ledger.touch()
        _clear(database_url)
        _queue_broadcast(database_url)
        assert run(database_url, ledger, kill_at, NOW, "broadcast") == -9
        assert run(database_url, ledger, 0, LATER, "broadcast") == 0
        sent = len(ledger.read_text(encoding="utf-8").splitlines())
        (state,) = _states(database_url)
        states.add(state)
        assert (sent, state) in {(1, "sent"), (1, "unsure"), (0, "unsure")}, kill_at
    assert states == {"sent", "unsure"}


def _queue_broadcast(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        draft = outbox.Draft(Address("ledger", "anna"), Reply("news"), kind="broadcast")
        outbox.add(connection, [draft], NOW)
    database.close()


def _clear(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        for table in ("outbox", "inbox", "conversation", "address", "person"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    database.close()


def _states(url: str) -> list[object]:
    database = Database(url)
    states = [row["state"] for row in rows(database, Outbox)]
    database.close()
    return states


def _assert_all_settled(url: str, people: int = 1) -> None:
    database = Database(url)
    assert [row["state"] for row in rows(database, Inbox)] == ["done"] * people
    assert [row["state"] for row in rows(database, Outbox)] == ["sent"] * people
    memories = [talk["state"]["memory"] for talk in rows(database, Conversation)]  # type: ignore[index]
    assert memories == [{"count": 1}] * people
    database.close()
