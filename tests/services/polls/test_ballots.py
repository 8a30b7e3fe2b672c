"""One ballot a person, changed until closing, whatever happens at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from bot.database import Database
from bot.dialog import Invalid
from bot.models import Base
from bot.services import ballot_rows
from bot.services.ballots import (
    BAD_CODE,
    CLOSED,
    CODE_NEEDED,
    CODE_USED,
    KEY_LOST,
    NOT_HERE,
    NOT_OPEN,
    NotTaken,
)
from bot.services.receipts import read_receipt
from tests.services.polls.station import CLOSES, COUNTED, NOON, SINGLE, Station, options, texts

SECOND = timedelta(seconds=1)
MULTIPLE = {**SINGLE, "id": "which", "kind": "multiple", "most": 2}


UNIQUE = (
    ("participation", "pk_participation"),
    ("participation", "uq_participation_poll_id_person_id"),
    ("ballot", "pk_ballot"),
    ("ballot_choice", "pk_ballot_choice"),
)


def assert_adds_up(station: Station) -> None:
    """I7: as many ballots as voters; of one question with one choice, as many marks."""
    parts, ballots = station.rows("participation"), station.rows("ballot")
    assert len(parts) == len(ballots) == len({row["voter_key"] for row in parts})
    receipts = [r["receipt"] for r in station.rows("poll_receipt") if r["state"] == "cast"]
    assert sorted(receipts) == sorted(row["receipt"] for row in parts)
    marked = {(row["ballot_key"], row["question"]) for row in station.rows("ballot_choice")}
    assert len(marked) == len(station.rows("ballot_choice"))


def test_a_vote_is_a_participation_and_a_ballot_with_nothing_in_common(station: Station) -> None:
    station.open()
    receipt = station.vote("anna", "south").receipt
    (part,), (ballot,) = station.rows("participation"), station.rows("ballot")
    (choice,) = station.rows("ballot_choice")
    assert read_receipt(receipt) == receipt
    assert (part["person_id"], part["receipt"]) == ("anna", receipt)
    assert (choice["option"], choice["ballot_key"]) == ("south", ballot["ballot_key"])
    assert not {str(v) for v in part.values()} & {ballot["ballot_key"], "south"}
    assert not {str(v) for v in (*ballot.values(), *choice.values())} & {"anna", receipt}


def test_a_vote_is_changed_and_the_last_one_counts(station: Station) -> None:
    station.open()
    first = station.vote("anna", "south")
    second = station.vote("anna", "north")
    assert (first.first, second.first, second.receipt) == (True, False, first.receipt)
    assert [row["option"] for row in station.rows("ballot_choice")] == ["north"]
    assert_adds_up(station)


def test_the_answers_to_several_questions_come_one_by_one_onto_one_ballot(station: Station) -> None:
    poll = station.open(SINGLE, MULTIPLE)
    station.vote("anna", "south")
    station.mark("anna", {"north": 1, "west": 1}, question="which")
    with station.ballots() as ballots:
        mine = ballots.mine(poll, "anna")
    assert mine is not None
    assert {q: dict(a.marks) for q, a in mine.answers.items()} == {
        "where": {"south": 1},
        "which": {"north": 1, "west": 1},
    }
    assert (station.count("ballot"), station.count("ballot_choice")) == (1, 3)


def test_a_vote_is_withdrawn_and_may_be_given_again(station: Station) -> None:
    poll = station.open()
    receipt = station.vote("anna").receipt
    with station.ballots() as ballots:
        assert ballots.withdraw(poll, "anna", NOON) is True
        assert ballots.withdraw(poll, "anna", NOON) is False
        assert ballots.status_of(receipt) == {"lanes": "withdrawn"}
    assert [station.count(t) for t in ("participation", "ballot", "ballot_choice")] == [0, 0, 0]
    assert station.vote("anna").receipt != receipt
    assert_adds_up(station)


@pytest.mark.parametrize(
    ("marks", "question"),
    [
        ({"east": 1}, "where"),
        ({"north": 1, "south": 1}, "where"),
        ({}, "where"),
        ({"north": 2, "south": 1, "west": 1}, "which"),
        ({"-": 0}, "where"),
        ({"?": 0, "north": 1}, "where"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    station: Station, marks: dict[str, int], question: str
) -> None:
    station.open(SINGLE, MULTIPLE)
    with pytest.raises(Invalid):
        station.mark("anna", marks, question=question)
    assert station.count("participation") == 0


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (CLOSES - SECOND, None),
        (CLOSES - timedelta(microseconds=1), None),
        (CLOSES, CLOSED),
        (CLOSES + SECOND, CLOSED),
        (NOON - timedelta(hours=2), NOT_OPEN),
    ],
)
def test_a_vote_counts_until_the_closing_moment_and_not_at_it(
    station: Station, at: object, why: str | None
) -> None:
    station.open()
    try:
        station.vote("anna", at=at)  # type: ignore[arg-type]
        said = None
    except NotTaken as late:
        said = late.why
    assert said == why
    assert station.count("participation") == (0 if why else 1)


def test_a_vote_heard_in_time_counts_while_it_is_closing(station: Station) -> None:
    station.open()
    station.close(CLOSES + SECOND)
    assert station.poll().state == "closing"
    station.vote("anna", at=CLOSES - SECOND)
    with pytest.raises(NotTaken):
        station.vote("bert", at=CLOSES)
    assert_adds_up(station)


def test_an_account_is_needed_where_the_poll_says_so(station: Station) -> None:
    station.open()
    with pytest.raises(NotTaken) as refused:
        station.vote("anna", channel="web")
    assert refused.value.why == NOT_HERE
    station.vote("anna", channel="telegram")
    station.vote("anna", "south", channel="web")  # linked: it changes what was cast elsewhere
    assert_adds_up(station)


def test_an_invitation_is_good_for_one_ballot(station: Station) -> None:
    poll = station.open(level="code")
    with station.office() as office:
        one, two = office.invite(poll.id, 2)
    for invitation, why in (("", CODE_NEEDED), ("AAAA2-BBBB3", BAD_CODE)):
        with pytest.raises(NotTaken) as refused:
            station.vote("anna", invitation=invitation)
        assert refused.value.why == why
    station.vote("anna", invitation=one)
    with pytest.raises(NotTaken) as refused:
        station.vote("bert", invitation=one)
    assert refused.value.why == CODE_USED
    station.vote("anna", "south", invitation=two)  # who has voted needs no second one
    assert station.count("participation") == 1
    assert_adds_up(station)


def test_no_invitation_can_be_read_from_the_database(station: Station) -> None:
    poll = station.open(level="code")
    with station.office() as office:
        codes = office.invite(poll.id, 3)
    assert not {row["code_hash"] for row in station.rows("poll_code")} & set(codes)


def test_without_the_key_there_are_no_changes_but_no_double_votes_either(station: Station) -> None:
    """F04."""
    poll = station.open()
    station.vote("anna", "south")
    station.keys.destroy("lanes")
    with pytest.raises(NotTaken) as refused:
        station.vote("anna", "north")
    assert refused.value.why == KEY_LOST
    with station.ballots() as ballots, pytest.raises(NotTaken):
        ballots.withdraw(poll, "anna", NOON)
    station.vote("bert", "north")  # a first vote needs no key to be kept
    assert [row["option"] for row in station.rows("ballot_choice")].count("south") == 1
    assert_adds_up(station)


def test_another_key_in_its_place_finds_no_ballot(station: Station) -> None:
    station.open()
    station.vote("anna", "south")
    station.keys.destroy("lanes")
    station.keys.make("lanes")
    with pytest.raises(NotTaken) as refused:
        station.vote("anna", "north")
    assert refused.value.why == KEY_LOST
    assert [row["option"] for row in station.rows("ballot_choice")] == ["south"]


# -- people -----------------------------------------------------------------------------------


def test_two_accounts_of_one_person_the_first_vote_stays(station: Station) -> None:
    """F06."""
    station.open()
    station.vote("anna", "south", at=NOON + SECOND)
    first = station.vote("annas-phone", "north", at=NOON)
    with station.ballots() as ballots:
        assert ballots.join("anna", "annas-phone") == ("lanes",)
    (part,), (choice,) = station.rows("participation"), station.rows("ballot_choice")
    assert (part["person_id"], part["receipt"], choice["option"]) == (
        "anna",
        first.receipt,
        "north",
    )
    assert station.audited()[-1] == "poll.join"
    station.vote("anna", "west")  # it still is hers to change
    assert [row["option"] for row in station.rows("ballot_choice")] == ["west"]
    assert_adds_up(station)


def test_a_vote_of_the_other_account_alone_is_the_persons(station: Station) -> None:
    """F05: a vote here, then one there, is a change."""
    station.open()
    station.vote("annas-phone", "north")
    with station.ballots() as ballots:
        assert ballots.join("anna", "annas-phone") == ()
    station.vote("anna", "south", channel="web")
    assert [row["option"] for row in station.rows("ballot_choice")] == ["south"]
    assert_adds_up(station)


def test_without_the_key_both_votes_of_one_person_stay_and_it_is_written_down(
    station: Station,
) -> None:
    station.open()
    station.vote("anna")
    station.vote("annas-phone", at=NOON + SECOND)
    station.keys.destroy("lanes")
    with station.ballots() as ballots:
        assert ballots.join("anna", "annas-phone") == ()
    assert {row["person_id"] for row in station.rows("participation")} == {"anna", None}
    assert station.rows("audit_entry")[-1]["detail"] == "key lost: both stay"
    assert_adds_up(station)


def test_who_is_forgotten_takes_an_open_vote_along_and_leaves_a_counted_one(
    station: Station,
) -> None:
    """F21."""
    station.open()
    for person in range(11):
        station.vote(f"person-{person}")
    with station.ballots() as ballots:
        ballots.give_up("person-0")
    assert station.count("ballot") == 10
    assert_adds_up(station)
    station.close()
    with station.ballots(COUNTED) as ballots:
        ballots.give_up("person-1")
    assert station.result().ballots == station.count("participation") == 10
    assert "person-1" not in {row["person_id"] for row in station.rows("participation")}


# -- at the same moment -----------------------------------------------------------------------


def together(work: Callable[[int], object], times: int) -> list[object]:
    """Run it so often at once; gives results and errors."""
    barrier = threading.Barrier(min(times, 8))

    def begin(number: int) -> object:
        if number < 8:
            barrier.wait(10)
        try:
            return work(number)
        except Exception as error:  # the caller looks at it
            return error

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(begin, range(times)))


def test_fifty_votes_of_one_voter_at_once_are_one_ballot(station: Station) -> None:
    """F01."""
    station.open()
    found = together(lambda n: station.vote("anna", ("north", "south", "west")[n % 3]).receipt, 50)
    assert len(set(found)) == 1
    assert station.count("ballot_choice") == 1
    assert_adds_up(station)


def test_fifty_votes_at_once_without_the_guard_are_more(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin: looking first, and no key in the table, lets one person vote twice."""
    database = Database(postgres_url)
    station = Station(database, tmp_path / "keys")
    station.open()
    part = Base.metadata.tables["participation"]
    with database.write() as connection:
        for table, name in UNIQUE:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    ready = threading.Barrier(8)

    def naive(self: ballot_rows.BallotRows, values: dict[str, object]) -> object:
        ready.wait(10)
        row = values | {"receipt": self._fresh_receipt(str(values["poll_id"]))}
        return self._connection.execute(insert(part).values(row).returning(part)).one()

    monkeypatch.setattr(ballot_rows.BallotRows, "begin", naive)
    together(lambda _n: station.vote("anna"), 8)
    with database.read() as connection:
        assert len(connection.execute(select(part)).all()) > 1
    database.close()


def test_two_channels_of_one_invitation_at_once_are_one_ballot(station: Station) -> None:
    poll = station.open(level="code")
    with station.office() as office:
        (code,) = office.invite(poll.id, 1)
    found = together(lambda n: station.vote(f"person-{n}", invitation=code), 8)
    refused = [error.why for error in found if isinstance(error, NotTaken)]
    assert refused == [CODE_USED] * 7
    assert_adds_up(station)


def test_many_voters_who_change_their_minds_add_up(station: Station) -> None:
    """F02, smaller: many voters, three votes each, eight at a time."""
    station.open()
    people = 24
    together(
        lambda n: station.vote(f"p{n % people}", ("north", "south", "west")[n % 3]), 3 * people
    )
    assert station.count("ballot_choice") == station.count("ballot") == people
    assert_adds_up(station)


def test_the_options_of_a_hundred_are_one_choice(station: Station) -> None:
    many = {**SINGLE, "options": options(*(f"o{n}" for n in range(100)))}
    station.open(many)
    station.vote("anna", "o99")
    assert [row["option"] for row in station.rows("ballot_choice")] == ["o99"]


def test_a_name_is_on_the_ballot_only_where_the_poll_is_by_name(station: Station) -> None:
    station.open(mode="named", title=texts("By name"))
    station.vote("anna", name="Anna M.")
    assert [row["name"] for row in station.rows("ballot")] == ["Anna M."]
