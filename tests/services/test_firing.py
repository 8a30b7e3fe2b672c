"""Due reminders go into the outbox once each, whatever else happens at that moment."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from bot import addresses, outbox
from bot.database import Database
from bot.dialog import Transaction
from bot.models import Base
from bot.services import firing
from bot.services.firing import DUE, fire, fire_due
from bot.services.keys import Keys
from bot.services.people import People
from bot.services.reminders import MOST, TooMany
from tests.services.reminding import EVENING, HOUSE, NOW, Town

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SOON = NOW + HOUR
KEYS = Keys(Path("no-poll"))


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


def many(town: Town, count: int) -> None:
    """So many people, each with one reminder that is due at SOON."""
    town.people(count)
    rows = [
        {
            **{"person_id": f"p{n}", "address": f"telegram:p{n}", "language": "en"},
            **{"planned_at": SOON, "due_at": SOON, "late_after": SOON + HOUR},
            **{"zone": "Europe/Berlin", "text": f"r{n}", "state": "due", "created_at": NOW},
        }
        for n in range(count)
    ]
    with town.database.write() as connection:
        connection.execute(insert(Base.metadata.tables["reminder"]), rows)


def together(*works: Callable[[], Any]) -> None:
    """All at once, each in a thread; raises what one of them raised."""
    raised: list[BaseException] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []


def clock(url: str, fired: Callable[[Database], Any]) -> Callable[[], None]:
    """A clock in a process of its own, as far as the database can tell."""

    def run() -> None:
        with closing(Database(url)) as database:
            fired(database)

    return run


def said_twice(town: Town) -> list[str]:
    counted = Counter(address for address, _text in town.sent())
    return [address for address, times in counted.items() if times > 1]


def test_four_clocks_hand_over_five_hundred_reminders_once_each(town: Town) -> None:
    """D01."""
    many(town, 500)

    def look(database: Database) -> None:
        while len(town.sent()) < 500:
            fire(database, SOON, HOUSE, most=20)

    together(*[clock(town.database.url, look)] * 4)
    assert (len(town.sent()), said_twice(town)) == (500, [])
    assert set(town.states()) == {"handed"}
    assert sorted(r.outbox_id for r in town.rows()) == [r.id for r in town.rows("outbox")]


UNLOCKED = DUE._generate()
UNLOCKED._for_update_arg = None


def test_without_the_claim_two_clocks_say_it_twice(town: Town) -> None:
    """The twin of the test above: what is due is read first, and handed over afterwards."""
    many(town, 50)
    both_have_read = threading.Barrier(2)

    def unguarded(database: Database) -> None:
        with database.read() as connection:
            rows = connection.execute(UNLOCKED, {"now": SOON, "most": 500}).all()
        both_have_read.wait(30)
        with database.write() as connection:
            firing._Firing(connection, SOON, HOUSE).run(rows)

    together(*[clock(town.database.url, unguarded)] * 2)
    assert len(said_twice(town)) == 50


@contextmanager
def paused(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """A clock that stands still between claiming and committing: (it stands, go on)."""
    stands, go_on = threading.Event(), threading.Event()
    add = outbox.add

    def slow(*args: Any) -> Any:
        stands.set()
        assert go_on.wait(30)
        return add(*args)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "add", slow)
        yield stands, go_on


def stop(database: Database) -> None:
    with database.write() as connection:
        People(Transaction(connection, SOON), KEYS).stop("anna")


def leave(database: Database) -> None:
    with database.write() as connection:
        addresses.leave(connection, "telegram:anna", SOON)


def cancel(database: Database) -> None:
    Town(database, SOON).cancel(Town(database).person("anna", f"web{time.monotonic_ns()}"))


@pytest.mark.parametrize("change", [stop, leave, cancel])
def test_whoever_goes_while_a_clock_works_hears_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, change: Callable[[Database], None]
) -> None:
    """D08: the change waits for the clock, and takes back what the clock has handed over."""
    town.event()
    town.register(town.person("anna"))
    with paused(monkeypatch) as (stands, go_on):

        def change_meanwhile(database: Database) -> None:
            assert stands.wait(30)
            threading.Timer(0.3, go_on.set).start()
            change(database)

        together(
            clock(town.database.url, lambda database: fire(database, EVENING, HOUSE)),
            clock(town.database.url, change_meanwhile),
        )
    assert town.sent() == []


@pytest.mark.parametrize("change", [stop, leave, cancel])
def test_without_the_locks_it_would_be_said_after_they_went(
    town: Town, change: Callable[[Database], None]
) -> None:
    """The twin: what was read before the change is handed over after it."""
    town.event()
    town.register(town.person("anna"))
    with town.database.read() as connection:
        rows = connection.execute(DUE, {"now": EVENING, "most": 500}).all()
        people = firing._Firing(connection, EVENING, HOUSE)._people({"anna"})
    change(town.database)
    with town.database.write() as connection:
        unguarded = firing._Firing(connection, EVENING, HOUSE)
        unguarded._people = lambda _ids: people  # type: ignore[method-assign]
        unguarded.run(rows)
    assert len(town.sent()) == 1


def test_a_clock_passes_over_whom_a_turn_works_on(postgres_url: str) -> None:
    """Else both could wait for each other; only PostgreSQL has more than one writer."""
    with closing(Database(postgres_url)) as database:
        town = Town(database)
        for name in ("anna", "ben"):
            town.remind(town.person(name), SOON)
        with database.write() as connection:
            People(Transaction(connection, SOON), KEYS).resume("anna")
            assert town.tick(SOON).addresses == ("telegram:ben",)
        assert town.tick(SOON).addresses == ("telegram:anna",)


def test_what_people_ask_for_comes_also_at_night_and_says_so_when_late(town: Town) -> None:
    anna = town.person("anna")
    at_night = datetime(2026, 11, 25, 23, tzinfo=UTC)
    town.remind(anna, at_night, "take the pill")
    town.remind(anna, at_night + HOUR, "")
    town.tick(at_night)
    town.tick(at_night + HOUR + 11 * MINUTE)
    texts = [r.body["text"] for r in town.rows("outbox")]
    assert texts == [
        "Your reminder: take the pill",
        "You wanted to be reminded now.\n\nI am late, and I am sorry: it was meant for Thursday, "
        "November 26, 2026, 1:00\u202fAM (Berlin).",
    ]
    assert [r.expires_at for r in town.rows("outbox")] == [
        at_night + 12 * HOUR,
        at_night + 13 * HOUR,
    ]


def test_it_goes_where_it_was_asked_for_else_to_another_address(town: Town) -> None:
    anna = town.person("anna")
    town.person("anna", "web")
    town.remind(anna, SOON, "one")
    town.remind(anna, SOON + MINUTE, "two")
    town.tick(SOON)
    leave(town.database)
    town.tick(SOON + MINUTE)
    assert town.sent() == [("web:anna", "Your reminder: two")]


@pytest.mark.parametrize("reason", ["left", "stopped", "gone"])
def test_who_is_away_is_not_written_to(town: Town, reason: str) -> None:
    anna = town.person("anna")
    town.remind(anna, SOON)
    if reason == "gone":
        with town.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM address")
    else:
        {"left": leave, "stopped": stop}[reason](town.database)
    town.tick(SOON)
    assert town.states() == [f"cancelled {'stopped' if reason == 'stopped' else 'left'}"]
    assert town.rows("outbox") == []


def test_the_same_wish_twice_is_one_reminder_and_there_is_an_end_to_wishes(town: Town) -> None:
    anna = town.person("anna")
    first = town.remind(anna, SOON, "call Bob")
    assert town.remind(anna, SOON, "call Bob").id == first.id
    for minute in range(1, MOST):
        town.remind(anna, SOON + minute * MINUTE, "call Bob")
    with pytest.raises(TooMany):
        town.remind(anna, SOON + HOUR * 50, "one more")
    assert len(town.rows()) == MOST
    town.remind(town.person("ben"), SOON, "x" * 5000)
    assert len(town.rows()[-1].text) == 1000


def test_only_ones_own_reminders_can_be_taken_back_and_once(town: Town) -> None:
    anna, ben = town.person("anna"), town.person("ben")
    reminder = town.remind(anna, SOON)
    assert not town.reminders(lambda r: r.cancel(reminder.id, ben.person_id))
    assert town.reminders(lambda r: r.cancel(reminder.id, anna.person_id))
    assert not town.reminders(lambda r: r.cancel(reminder.id, anna.person_id))
    assert town.reminders(lambda r: r.get(reminder.id, ben.person_id)) is None
    assert town.states() == ["cancelled person"]


def test_all_of_ones_own_can_be_taken_back(town: Town) -> None:
    anna, ben = town.person("anna"), town.person("ben")
    for minute in range(3):
        town.remind(anna, SOON + minute * MINUTE)
    town.remind(ben, SOON)
    assert town.reminders(lambda r: r.cancel_all("anna")) == 3
    assert town.reminders(lambda r: r.waiting("anna")) == ()
    assert len(town.reminders(lambda r: r.waiting("ben"))) == 1


def test_what_became_of_a_reminder_is_what_the_outbox_says(town: Town) -> None:
    anna = town.person("anna", "wechat")
    town.remind(anna, SOON)
    town.tick(SOON)
    reminder = Base.metadata.tables["reminder"]
    for state in ("queued", "parked", "sent", "expired"):
        with town.database.write() as connection:
            connection.execute(text("UPDATE outbox SET state = :s"), {"s": state})
        (told,) = town.reminders(lambda r: r.history(reminder.c.person_id == "anna"))
        assert (told.state, told.sending) == ("handed", state)


def store(database: Database, count: int) -> None:
    """Many reminders of other days."""
    many_rows = [
        {
            **{"person_id": f"q{n}", "address": f"telegram:q{n}", "language": "en"},
            **{"planned_at": NOW + n * HOUR, "due_at": NOW + (n + 24) * HOUR},
            **{"late_after": NOW + (n + 48) * HOUR, "zone": "Europe/Berlin", "text": "later"},
            **{"state": "due" if n % 2 else "handed", "created_at": NOW},
        }
        for n in range(count)
    ]
    with database.write() as connection:
        connection.execute(insert(Base.metadata.tables["reminder"]), many_rows)
        connection.exec_driver_sql("ANALYZE")


def plan(database: Database) -> str:
    """How the database looks for what is due."""
    compiled = DUE.compile(database.engine, compile_kwargs={"render_postcompile": True})
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.read() as connection:
        values = compiled.construct_params({"now": SOON, "most": 500})
        if database.is_sqlite:
            given = tuple(
                str(values[name]) if name == "now" else values[name]
                for name in compiled.positiontup or ()
            )
            rows = connection.exec_driver_sql(explain + str(compiled), given)
        else:
            rows = connection.exec_driver_sql(explain + str(compiled), values)
        return " ".join(str(value) for row in rows for value in row)


def test_a_tick_reads_an_index_of_what_is_due_however_much_is_stored(database: Database) -> None:
    store(database, 20_000)
    assert "ix_reminder_due" in plan(database)
    assert not {"Sort", "TEMP B-TREE"} & set(plan(database).split(" "))


def test_without_its_index_a_tick_would_read_everything(database: Database) -> None:
    """The twin of the test above."""
    store(database, 2_000)
    with database.write() as connection:
        connection.exec_driver_sql("DROP INDEX ix_reminder_due")
    assert "ix_reminder_due" not in plan(database)


def test_the_statements_of_a_batch_do_not_grow_with_it(town: Town) -> None:
    from sqlalchemy import event

    many(town, 60)
    counts: list[int] = []

    def counted(*_anything: Any) -> None:
        counts[-1] += 1

    event.listen(town.database.engine, "before_cursor_execute", counted)
    for most in (1, 50):
        counts.append(0)
        fire(town.database, SOON, HOUSE, most)
    assert counts[0] == counts[1] <= 8


def test_a_look_when_nothing_is_due_is_one_statement_and_changes_nothing(town: Town) -> None:
    town.remind(town.person("anna"), SOON)
    assert fire_due(town.database, lambda: SOON - MINUTE, HOUSE).settled == 0
    assert town.states() == ["due"]
