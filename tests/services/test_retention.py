"""What is old is shredded: at its boundary, completely, and once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, false, insert, select, text

from adapters.web.session import IDLE
from bot.database import Database
from bot.mailbox import DatabaseMailbox
from bot.message import Address
from bot.models import Base
from bot.services import retention
from bot.services.retention import CONTENT, KEYS, LEDGER, QUESTIONS, SILENCE, due, shred
from bot.services.tries import FORGOTTEN

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANNA = "web:anna"


def keep(database: Database, table: str, **values: Any) -> None:
    with database.write() as connection:
        connection.execute(insert(Base.metadata.tables[table]).values(**values))


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    found = Base.metadata.tables[table]
    with database.read() as connection:
        return [dict(r) for r in connection.execute(select(found).order_by(found.c[0])).mappings()]


def heard(database: Database, at: datetime, **other: Any) -> None:
    payload = {"kind": "message", "at": at.isoformat(), "text": "hello"}
    values = {"channel": "web", "event_id": "1", "address": ANNA, "payload": payload}
    values |= {"received_at": at, "state": "done", "attempts": 0, "due_at": at}
    keep(database, "inbox", **(values | other))


def replied(database: Database, at: datetime, **other: Any) -> None:
    values = {"channel": "web", "address": ANNA, "kind": "reply", "body": {"text": "hi"}}
    values |= {"created_at": at, "due_at": at, "state": "sent", "attempts": 1}
    keep(database, "outbox", **(values | other))


def asked(database: Database, at: datetime) -> None:
    values = {"person_id": "p1", "address": ANNA, "language": "en", "text": "why?"}
    keep(database, "question", asked_at=at, outcome="answered", confidence=1.0, found=[], **values)


def talked(database: Database, at: datetime, address: str = "terminal:anna") -> None:
    state = {"heard": 3, "memory": {"asked": "why?"}}
    values = {"address": address, "person_id": "p1", "language": "de", "state": state}
    keep(database, "conversation", heard_at=at, **values)


def known(database: Database, *addresses: str) -> None:
    """Person p1 with these addresses."""
    keep(database, "person", id="p1", created_at=NOW)
    for address in addresses:
        channel = address.partition(":")[0]
        keep(database, "address", id=address, channel=channel, person_id="p1", created_at=NOW)


def guessed(database: Database, at: datetime) -> None:
    keep(database, "sign_in_try", key="a hash", failures=3, last_at=at)


Put = Callable[[Database, datetime], None]


EARLY, EXACT, LATE = -SECOND, timedelta(0), SECOND  # beside the end of its time


@dataclass(frozen=True)
class Case:
    """A row, how long something of it is kept, and what it is before and after."""

    table: str
    put: Put
    limit: timedelta
    column: str
    after: object = None


CONTENTS = (
    Case("inbox", heard, CONTENT, "payload"),
    Case("outbox", replied, CONTENT, "body"),
    Case("question", asked, QUESTIONS, "person_id"),
    Case("question", asked, QUESTIONS, "address"),
    Case("conversation", talked, SILENCE, "state", after={}),
)
ROWS = (
    Case("inbox", heard, KEYS, "id"),
    Case("outbox", replied, LEDGER, "id"),
    Case("sign_in_try", guessed, FORGOTTEN, "key"),
)


@pytest.mark.parametrize("off", [EARLY, EXACT, LATE])
@pytest.mark.parametrize("case", CONTENTS, ids=lambda case: f"{case.table}.{case.column}")
def test_a_content_goes_one_second_after_its_time(
    database: Database, case: Case, off: timedelta
) -> None:
    case.put(database, NOW - case.limit - off)
    (before,) = rows(database, case.table)
    shred(database, NOW)
    (row,) = rows(database, case.table)
    assert before[case.column] not in (None, {})
    assert row[case.column] == (case.after if off is LATE else before[case.column])


@pytest.mark.parametrize("off", [EARLY, EXACT, LATE])
@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.table)
def test_a_row_goes_one_second_after_its_time(
    database: Database, case: Case, off: timedelta
) -> None:
    case.put(database, NOW - case.limit - off)
    shred(database, NOW)
    assert len(rows(database, case.table)) == (0 if off is LATE else 1)


@pytest.mark.parametrize("state", ["sent", "failed", "expired", "cancelled", "unsure"])
def test_whatever_became_of_a_reply_its_text_goes(database: Database, state: str) -> None:
    replied(database, NOW - CONTENT - SECOND, state=state)
    shred(database, NOW)
    (row,) = rows(database, "outbox")
    assert (row["state"], row["body"]) == (state, None)


@pytest.mark.parametrize("state", ["queued", "parked"])
def test_what_nobody_came_for_is_not_kept_for_ever(database: Database, state: str) -> None:
    """A page that was closed never fetches its last reply; its text goes after 3 days, too."""
    replied(database, NOW - CONTENT, state=state)
    shred(database, NOW)
    assert [(r["state"], bool(r["body"])) for r in rows(database, "outbox")] == [(state, True)]
    shred(database, NOW + SECOND)
    (row,) = rows(database, "outbox")
    assert (row["state"], row["body"], row["settled_at"]) == ("expired", None, NOW + SECOND)


def test_what_is_being_sent_or_is_due_later_is_left_alone(database: Database) -> None:
    replied(database, NOW - LEDGER, state="sending")
    replied(database, NOW - LEDGER, state="queued", due_at=NOW + SECOND)
    before = rows(database, "outbox")
    shred(database, NOW)
    assert rows(database, "outbox") == before


@pytest.mark.parametrize("state", ["queued", "sending", "parked"])
def test_nothing_stays_open_longer_than_the_ledger(
    database: Database, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put off again and again, or left by a sender nobody looked after."""
    replied(database, NOW - LEDGER - SECOND, state=state, due_at=NOW + SECOND, lease_until=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(retention, "delete", lambda table: delete(table).where(false()))
        shred(database, NOW)
    (row,) = rows(database, "outbox")
    assert (row["state"], row["body"], row["lease_until"]) == ("expired", None, None)
    shred(database, NOW)
    assert rows(database, "outbox") == []


@pytest.mark.parametrize("off", [EARLY, EXACT, LATE])
def test_a_visitor_of_the_web_goes_when_their_session_is_over(
    database: Database, off: timedelta
) -> None:
    known(database, ANNA)
    talked(database, NOW - SILENCE - off, ANNA)
    before = everything(database)
    shred(database, NOW)
    gone = {**before, "conversation": [], "address": [], "person": []}
    assert everything(database) == (gone if off is LATE else before)


def test_a_visitor_who_also_writes_elsewhere_stays_there(database: Database) -> None:
    known(database, ANNA, "telegram:1")
    talked(database, NOW - SILENCE - SECOND, ANNA)
    talked(database, NOW, "telegram:1")
    shred(database, NOW)
    assert [row["address"] for row in rows(database, "conversation")] == ["telegram:1"]
    assert [row["id"] for row in rows(database, "address")] == ["telegram:1"]
    assert [row["id"] for row in rows(database, "person")] == ["p1"]


def test_a_visitor_who_writes_at_this_moment_is_passed_over(postgres_url: str) -> None:
    database = Database(postgres_url)
    known(database, ANNA)
    talked(database, NOW - SILENCE - SECOND, ANNA)
    with database.write() as turn:
        turn.execute(text("SELECT 1 FROM conversation FOR UPDATE"))
        shred(database, NOW)
        assert len(rows(database, "conversation")) == 1
    database.close()


def test_the_web_session_lives_as_long_as_the_talk_is_kept() -> None:
    assert IDLE == SILENCE


def test_an_event_that_still_waits_keeps_its_content(database: Database) -> None:
    heard(database, NOW - KEYS - SECOND, state="new")
    before = rows(database, "inbox")
    shred(database, NOW)
    assert rows(database, "inbox") == before


@pytest.mark.parametrize("table", ["inbox", "outbox"])
def test_what_was_shredded_is_nothing_also_for_the_database(database: Database, table: str) -> None:
    """JSON's null would be something: found by IS NOT NULL, and read as a message."""
    (heard if table == "inbox" else replied)(database, NOW - CONTENT - SECOND)
    shred(database, NOW)
    column = "payload" if table == "inbox" else "body"
    with database.read() as connection:
        wanted = text(f"SELECT count(*) FROM {table} WHERE {column} IS NULL")
        assert connection.execute(wanted).scalar() == 1


async def test_a_page_opened_again_after_its_texts_are_gone_shows_an_empty_talk(
    database: Database,
) -> None:
    heard(database, NOW - CONTENT - SECOND)
    replied(database, NOW - CONTENT - SECOND)
    shred(database, NOW)
    mailbox = DatabaseMailbox(database, lambda: NOW)
    assert await mailbox.transcript(Address("web", "anna")) == ()
    assert await mailbox.since(Address("web", "anna"), 0) == ()


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {table: rows(database, table) for table in Base.metadata.tables}


def old_and_new(database: Database) -> None:
    """A row of each kind on both sides of each boundary."""
    ages = [n * limit for limit in (CONTENT, KEYS, LEDGER) for n in (0.5, 1.5)]
    for number, age in enumerate(ages):
        heard(database, NOW - age, event_id=str(number))
        asked(database, NOW - age)
        for state in ("sent", "queued", "parked", "sending", "failed"):
            replied(database, NOW - age, state=state)
    talked(database, NOW - SILENCE - SECOND)


def test_shredding_twice_is_shredding_once(database: Database) -> None:
    old_and_new(database)
    shred(database, NOW)
    once = everything(database)
    shred(database, NOW)
    assert everything(database) == once


def test_a_run_killed_half_way_is_finished_by_the_next_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_and_new(database)
    talks = rows(database, "conversation")

    def killed(*_anything: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(retention, "_talks", killed)
        with pytest.raises(KeyboardInterrupt):
            shred(database, NOW)
    half = everything(database)
    assert half["conversation"] == talks
    shred(database, NOW)
    assert everything(database) == {**half, "conversation": [{**talks[0], "state": {}}]}


def test_what_the_next_run_will_do_is_told_before(database: Database) -> None:
    old_and_new(database)
    before = {table: rows(database, table) for table in ("inbox", "outbox", "question")}
    with database.read() as connection:
        told = due(connection, NOW)
    shred(database, NOW)
    for table, old in before.items():
        kept = {row["id"]: row for row in rows(database, table)}
        assert told[table] == sum(kept.get(row["id"]) != row for row in old), table
    assert told["conversation"] == 1
    with database.read() as connection:
        assert due(connection, NOW) == {}


def test_nothing_is_shredded_in_an_empty_house(database: Database) -> None:
    shred(database, NOW)
    assert not any(everything(database).values())
