"""Closing: at the minute, once, nothing lost that came in time, whatever breaks in between."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from bot.database import Database
from bot.models import Base
from bot.services import closing, recount
from bot.services.ballots import NotTaken
from bot.services.closing import GRACE, PATIENCE, Closer
from bot.services.poll_written import BadPoll
from tests.services.polls.station import (
    CLOSES,
    COUNTED,
    NOON,
    WHO,
    Station,
    texts,
)

SECOND = timedelta(seconds=1)
processes = multiprocessing.get_context("fork")


def votes(station: Station, count: int = 12, option: str = "north") -> None:
    for number in range(count):
        station.vote(f"person-{number}", option)


def waits(station: Station, received_at: datetime, state: str = "new") -> None:
    """A message that has not had its turn."""
    row = {"channel": "web", "event_id": f"{received_at}", "address": "web:zoe", "payload": {}}
    row |= {"received_at": received_at, "state": state, "attempts": 0, "due_at": received_at}
    with station.database.write() as connection:
        connection.execute(insert(Base.metadata.tables["inbox"]).values(row))


def test_a_poll_is_counted_soon_after_its_minute(station: Station) -> None:
    station.open()
    votes(station)
    assert station.close(CLOSES - SECOND) is False
    assert station.poll().state == "open"
    assert station.close(CLOSES) is False
    assert station.poll().state == "closing"
    assert station.close(CLOSES + GRACE) is True
    shown = station.result()
    assert (station.poll().state, shown.standing, shown.ballots) == ("closed", "final", 12)
    assert shown.questions["where"]["options"] == {"north": 12, "south": 0, "west": 0}
    assert station.audited() == [
        "poll.create",
        "poll.open",
        "poll.closing",
        "poll.closed",
        "poll.purged",
    ]


def test_the_file_gives_the_same_result_and_hash_at_any_later_time(station: Station) -> None:
    """F18, I8."""
    station.open()
    votes(station)
    station.close()
    file = station.file()
    assert file is not None
    again = recount.recount(file.encode())
    assert again["sha256"] == station.result().sha256 == station.rows("poll_result")[0]["sha256"]
    assert again == station.rows("poll_result")[0]["tally"]


def test_after_counting_there_are_no_ballots_no_times_and_no_key(station: Station) -> None:
    station.open()
    votes(station)
    station.close()
    assert [station.count(table) for table in ("ballot", "ballot_choice")] == [0, 0]
    assert {row["cast_at"] for row in station.rows("participation")} == {None}
    assert {row["receipt"] for row in station.rows("participation")} == {None}
    assert list(station.keys.held()) == []


def test_every_receipt_is_one_counted_ballot(station: Station) -> None:
    """F22."""
    poll = station.open()
    given = [station.vote(f"person-{number}").receipt for number in range(12)]
    with station.ballots() as ballots:
        ballots.withdraw(poll, "person-0", NOON)
    station.close()
    with station.ballots() as ballots:
        counted = [r for r in given if ballots.status_of(r) == {"lanes": "counted"}]
    assert sorted(counted) == sorted(given[1:])
    assert len(counted) == station.result().ballots == 11


def test_a_poll_in_which_nobody_voted_is_closed_too(station: Station) -> None:
    station.open()
    assert station.close() is True
    assert (station.result().standing, station.result().ballots) == ("too_few", 0)


def test_what_came_in_time_is_waited_for(station: Station) -> None:
    """F08: counted only when every message that reached us before the minute had its turn."""
    station.open()
    votes(station)
    waits(station, CLOSES - SECOND)
    waits(station, CLOSES)  # too late to count: nobody waits for it
    assert station.close(COUNTED) is False
    station.vote("zoe", "south", at=CLOSES - SECOND)
    with station.database.write() as connection:
        connection.execute(text("UPDATE inbox SET state = 'done' WHERE state = 'new'"))
    assert station.close(COUNTED + SECOND) is True
    assert station.result().questions["where"]["options"]["south"] == 1


def test_what_can_never_be_handled_is_counted_as_late_and_written_down(station: Station) -> None:
    station.open()
    votes(station)
    waits(station, CLOSES - SECOND)
    assert station.close(CLOSES + PATIENCE - SECOND) is False
    assert station.close(CLOSES + PATIENCE) is True
    assert (station.result().late, "poll.late" in station.audited()) == (1, True)


def test_once_all_is_in_nothing_is_taken_any_more(station: Station) -> None:
    poll = station.open()
    votes(station)
    closer = Closer(station.database, station.keys)
    closer._begin("lanes", CLOSES)
    assert closer._drain("lanes", COUNTED) is True
    for attempt in (
        lambda: station.vote("zoe", at=CLOSES - SECOND),
        lambda: station.vote("person-0", "south", at=CLOSES - SECOND),
    ):
        with pytest.raises(NotTaken):
            attempt()
    with station.ballots() as ballots, pytest.raises(NotTaken):
        ballots.withdraw(poll, "person-0", CLOSES - SECOND)
    assert closer._count("lanes", COUNTED) is True
    assert station.result().ballots == 12


def test_a_process_that_has_written_and_not_committed_is_waited_for(
    postgres_url: str, tmp_path: Path
) -> None:
    """Its message is in no table that others see yet."""
    database, other = Database(postgres_url), Database(postgres_url)
    station = Station(database, tmp_path / "keys")
    now = datetime.now(UTC)
    station.open(opens=(now - timedelta(hours=1)).isoformat(), closes=(now + SECOND).isoformat())
    poll = station.poll()
    with other.write() as turn:
        turn.execute(text("UPDATE person SET stopped_at = NULL"))
        turn.execute(text("SELECT pg_current_xact_id()"))
        with database.read() as connection:
            assert closing.waiting(connection, poll) == 1
        assert station.close(now + SECOND + GRACE) is False
    assert station.close(now + SECOND + GRACE) is True
    database.close()
    other.close()


def test_a_dump_of_the_database_does_not_hold_up_closing(postgres_url: str, tmp_path: Path) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    station = Station(database, tmp_path / "keys")
    station.open()
    with other.read() as reader:
        reader.execute(text("SELECT count(*) FROM person"))
        assert station.close() is True
    database.close()
    other.close()


# -- races --------------------------------------------------------------------------------------


def test_two_who_close_at_once_keep_one_result(station: Station) -> None:
    """F10."""
    station.open()
    votes(station)
    barrier = threading.Barrier(4)

    def close(_number: int) -> bool:
        barrier.wait(10)
        return station.close()

    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(close, range(4)))
    assert sorted(counted) == [False, False, False, True]
    assert station.audited().count("poll.closed") == 1
    assert station.count("poll_result") == 1
    file = station.file()
    assert file is not None
    assert recount.recount(file.encode())["sha256"] == station.result().sha256


def test_who_votes_while_it_is_counted_is_counted_or_told(station: Station) -> None:
    """The number of accepted votes is the number published."""
    station.open()
    accepted, refused = [], []
    done = threading.Event()

    def vote(number: int) -> None:
        for turn in range(8):
            try:
                station.vote(f"voter-{number}-{turn}", at=CLOSES - SECOND)
                accepted.append(number)
            except NotTaken:
                refused.append(number)

    def close() -> None:
        while not done.is_set() and not station.close():
            pass

    with ThreadPoolExecutor(5) as pool:
        voting = [pool.submit(vote, number) for number in range(4)]
        closed = pool.submit(close)
        for v in voting:
            v.result(60)
        done.set()
        closed.result(60)
    station.close()
    assert len(accepted) + len(refused) == 32
    assert station.rows("poll_result")[0]["ballots"] == len(accepted)


def test_without_the_lock_an_accepted_vote_is_missing(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin: a voter who only looks is accepted while the others are counted."""
    from bot.services import ballots

    database = Database(postgres_url)
    station = Station(database, tmp_path / "keys")
    station.open()
    votes(station)
    looked, counted = threading.Event(), threading.Event()

    def only_looks(self: Any, poll: Any, heard_at: datetime) -> None:
        looked.set()
        counted.wait(20)

    monkeypatch.setattr(ballots.Ballots, "hold_open", only_looks)
    with ThreadPoolExecutor(1) as pool:
        vote = pool.submit(station.vote, "zoe", "south", CLOSES - SECOND)
        looked.wait(10)
        assert station.close() is True
        counted.set()
        assert vote.result(20).first is True
    assert station.result().ballots == 12  # thirteen were told that their vote counts
    database.close()


# -- kill -9 ------------------------------------------------------------------------------------


def _close_and_die(url: str, folder: Path, kill_at: int, steps: Path) -> None:
    """Close the poll in a process that kills itself before its step number `kill_at`."""
    taken = 0

    def step(*_anything: Any) -> None:
        nonlocal taken
        taken += 1
        if taken == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(url)
    for name in ("begin", "commit"):  # in between, a kill undoes what was begun
        event.listen(database.engine, name, step)
    station = Station(database, folder)
    destroy = station.keys.destroy

    def destroyed(poll_id: str) -> bool:
        step()
        done = destroy(poll_id)
        step()
        return done

    keys = station.keys
    keys.destroy = destroyed  # type: ignore[method-assign]
    Closer(database, keys).close("lanes", COUNTED)
    database.close()
    steps.write_text(str(taken), encoding="utf-8")


def run(*args: object) -> int:
    child = processes.Process(target=_close_and_die, args=args)
    child.start()
    child.join(60)
    return int(child.exitcode or 0)


TABLES = ("poll", "participation", "ballot", "ballot_choice", "poll_receipt", "audit_entry")
Saved = tuple[dict[str, list[dict[str, Any]]], bytes]


def _saved(station: Station) -> Saved:
    """Everything there is before closing, the key too."""
    key = (station.folder / "lanes.key").read_bytes()
    return {table: station.rows(table) for table in TABLES}, key


def _again(station: Station, saved: Saved) -> None:
    """As if nobody had tried to close."""
    rows, key = saved
    with station.database.write() as connection:
        for table in ("poll_result", *reversed(TABLES)):
            connection.execute(text(f"DELETE FROM {table}"))
        for table in TABLES:
            connection.execute(insert(Base.metadata.tables[table]), rows[table])
    (station.folder / "lanes.key").write_bytes(key)


def test_a_kill_at_any_step_of_closing_leaves_one_result(database_url: str, tmp_path: Path) -> None:
    """F09."""
    folder, steps = tmp_path / "keys", tmp_path / "steps"
    database = Database(database_url)
    station = Station(database, folder)
    station.open()
    votes(station, 11)
    saved = _saved(station)
    database.close()
    assert run(database_url, folder, 0, steps) == 0
    count = int(steps.read_text(encoding="utf-8"))
    assert count > 15
    for kill_at in range(1, count + 1):
        _again(station, saved)
        database.close()
        assert run(database_url, folder, kill_at, steps) == -9, kill_at
        before = station.rows("poll_result")
        station.close(COUNTED + SECOND)
        after = station.rows("poll_result")
        assert len(after) == 1, kill_at
        assert not before or before == after, "what was published stays"
        assert station.audited().count("poll.closed") == 1
        assert (station.count("ballot"), list(station.keys.held())) == (0, [])
        assert station.poll().purged_at is not None
        assert after[0]["ballots"] == 11
        database.close()


# -- the office ---------------------------------------------------------------------------------


def test_extending_needs_a_second_person_and_is_announced(station: Station) -> None:
    """F13."""
    station.open()
    later = CLOSES + timedelta(days=1)
    with station.office() as office:
        office.ask_extension("lanes", later, texts("Holidays"))
        with pytest.raises(BadPoll, match="second person"):
            office.agree_extension("lanes")
    assert station.poll().closes_at == CLOSES
    with station.office("staff:bert") as office:
        office.agree_extension("lanes")
    (told,) = station.poll().extended
    assert (told.before, told.until, dict(told.reason)) == (CLOSES, later, texts("Holidays"))
    assert station.audited()[-2:] == ["poll.extension-asked", "poll.extend"]
    station.vote("anna", at=CLOSES + SECOND)
    assert station.close(COUNTED) is False


def test_a_poll_whose_minute_has_come_is_not_extended(station: Station) -> None:
    station.open()
    with station.office() as office:
        office.ask_extension("lanes", CLOSES + timedelta(days=1), texts("Holidays"))
    with station.office("staff:bert", CLOSES) as office, pytest.raises(BadPoll):
        office.agree_extension("lanes")
    assert station.poll().closes_at == CLOSES


def test_closing_by_hand_counts_what_came_until_then(station: Station) -> None:
    station.open()
    votes(station)
    with station.office(at=NOON + SECOND) as office:
        office.close("lanes")
    station.vote("zoe", at=NOON)
    with pytest.raises(NotTaken):
        station.vote("yan", at=NOON + SECOND)
    assert station.close(NOON + SECOND + GRACE) is True
    assert station.result().ballots == 13


def test_a_cancelled_poll_has_no_result_and_no_ballots(station: Station) -> None:
    station.open()
    votes(station)
    with station.office() as office:
        office.cancel("lanes", "asked the wrong question")
    with pytest.raises(NotTaken):
        station.vote("zoe")
    Closer(station.database, station.keys).close_due(NOON)
    assert (station.result().standing, station.count("ballot")) == ("none", 0)
    assert list(station.keys.held()) == []


def test_the_clock_finds_what_is_due_and_one_bad_poll_harms_no_other(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    station.open()
    station.open(id="other")
    votes(station)
    real = closing.count

    def breaks(connection: Any, poll: Any) -> Any:
        if poll.id == "lanes":
            raise ValueError("a broken ballot")
        return real(connection, poll)

    monkeypatch.setattr(closing, "count", breaks)
    assert Closer(station.database, station.keys).close_due(COUNTED) == ("other",)
    monkeypatch.undo()
    assert Closer(station.database, station.keys).close_due(COUNTED) == ("lanes",)


def test_what_voters_read_stays_as_it_is_once_somebody_has_voted(station: Station) -> None:
    poll = station.open()
    other = replace(poll, title=texts("Bus lanes"))
    with station.office() as office:
        assert office.save(other) == "changed"
        assert office.save(other) == "same"
    station.vote("anna")
    with station.office() as office:
        with pytest.raises(BadPoll, match="has voted"):
            office.save(poll)
        with pytest.raises(BadPoll, match="extend it"):
            office.save(replace(other, closes_at=CLOSES + SECOND))
        assert office.save(replace(other, next_steps=texts("We build."))) == "changed"


def test_a_poll_does_not_open_without_saying_what_happens_then(station: Station) -> None:
    poll = replace(station.open(), id="other", next_steps={}, code="", state="draft")
    with station.office() as office:
        office.save(poll)
        with pytest.raises(BadPoll, match="next_steps"):
            office.open("other")
    assert WHO == "staff:anna"
