"""Votes on a tablet: whole, once, of nobody; only where the poll was written for it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot.dialog import Invalid, Transaction
from bot.services.kiosk import STAYS, Kiosk, KioskLinks, Slip, Taken
from bot.services.marks import Answer
from bot.services.poll_plain import to_plain
from bot.services.poll_texts import on_tablets
from bot.services.poll_written import BadPoll, read_poll
from tests.services.polls.station import (
    CLOSES,
    COUNTED,
    NOON,
    SINGLE,
    WHO,
    Station,
    texts,
    written,
)

SECOND = timedelta(seconds=1)
MULTIPLE = {**SINGLE, "id": "which", "kind": "multiple", "most": 2}


def slip(option: str = "north", named: str = "", **more: str) -> Slip:
    """A ballot as a tablet makes it; `more`: other questions."""
    answers = {"where": option} | more
    return Slip(named or uuid4().hex, "de", {q: Answer({o: 1}) for q, o in answers.items()})


def put(station: Station, one: Slip, at: datetime = NOON) -> Taken:
    with station.database.write() as connection:
        return Kiosk(Transaction(connection, at), station.keys).take(station.poll(), one, at)


def links(station: Station, what: Any, at: datetime = NOON) -> Any:
    with station.database.write() as connection:
        return what(KioskLinks(Transaction(connection, at)))


def test_a_slip_is_a_ballot_of_nobody_at_no_time(station: Station) -> None:
    station.open(kiosk=True)
    taken = put(station, slip("south"))
    (part,) = station.rows("participation")
    assert (taken.became, taken.receipt) == ("counted", part["receipt"])
    assert (part["person_id"], part["channel"], part["cast_at"]) == (None, "kiosk", None)
    assert [row["option"] for row in station.rows("ballot_choice")] == ["south"]


def test_the_same_slip_counts_once_however_often_it_comes(station: Station) -> None:
    """Its answer was lost on the way, even until after the poll was counted."""
    station.open(kiosk=True)
    one = slip("south")
    first = put(station, one)
    assert put(station, one) == first
    station.close()
    assert put(station, one, COUNTED) == Taken("counted")
    assert station.count("participation") == 1


def test_the_same_slip_sent_eight_times_at_once_counts_once(station: Station) -> None:
    station.open(kiosk=True)
    one, together = slip(), threading.Barrier(8)

    def send(_number: int) -> Taken:
        together.wait()
        return put(station, one)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert len(set(answers)) == 1
    assert [station.count(t) for t in ("participation", "ballot", "ballot_choice")] == [1, 1, 1]


def test_with_another_id_each_time_it_would_count_each_time(station: Station) -> None:
    """The guard-off twin: the id alone keeps a queue that is sent again from counting twice."""
    station.open(kiosk=True)
    for _again in range(3):
        put(station, slip())
    assert station.count("ballot") == 3


@pytest.mark.parametrize(
    ("at", "became"),
    [(CLOSES - timedelta(microseconds=1), "counted"), (CLOSES, "late"), (COUNTED, "late")],
)
def test_what_a_tablet_kept_counts_by_when_it_reached_us(
    station: Station, at: datetime, became: str
) -> None:
    station.open(kiosk=True)
    assert put(station, slip(), at).became == became
    assert station.count("participation") == (1 if became == "counted" else 0)


def test_what_comes_late_is_still_late_when_it_comes_again(station: Station) -> None:
    station.open(kiosk=True)
    one = slip()
    station.close()
    assert [put(station, one, COUNTED).became for _ in range(2)] == ["late", "late"]


def test_a_cancelled_poll_counts_nothing(station: Station) -> None:
    station.open(kiosk=True)
    one = slip()
    put(station, one)
    with station.office() as office:
        office.cancel("lanes", "a mistake")
    assert [put(station, s).became for s in (one, slip())] == ["late", "late"]


@pytest.mark.parametrize("wrong", [slip("east"), Slip(uuid4().hex, "de", {}), slip()])
def test_a_ballot_is_whole_or_it_is_none(station: Station, wrong: Slip) -> None:
    station.open(SINGLE, MULTIPLE, kiosk=True)
    with pytest.raises(Invalid):
        put(station, wrong)
    assert station.count("participation") == 0
    assert put(station, slip("north", which="south")).became == "counted"


def test_the_result_says_how_many_were_given_on_tablets(station: Station) -> None:
    station.open(kiosk=True)
    for number in range(12):
        station.vote(f"p{number}", "north")
    for _number in range(6):
        put(station, slip("south"))
    station.close()
    found = station.result()
    assert (found.ballots, found.channels) == (18, {"kiosk": 6, "telegram": 12})
    assert found.questions["where"]["options"] == {"north": 12, "south": 6, "west": 0}


# -- only where the poll was written for it ------------------------------------------------------


def test_a_poll_says_that_votes_are_taken_where_nobody_is_known(station: Station) -> None:
    told = on_tablets(station.open(kiosk=True), "en")
    assert told.endswith("The result shows how many these are, where that gives nobody away.")
    assert on_tablets(read_poll(written(), NOON), "en") == ""


def test_whether_there_are_tablets_cannot_change_once_somebody_has_voted(station: Station) -> None:
    station.open()
    with station.office() as office:
        assert office.save(read_poll(written(kiosk=True), NOON)) == "changed"
    station.vote("anna")
    with station.office() as office, pytest.raises(BadPoll, match="stays as it is"):
        office.save(read_poll(written(), NOON))


def test_it_is_written_as_it_was_read() -> None:
    poll = read_poll(written(kiosk=True), NOON)
    assert read_poll(to_plain(poll), NOON) == poll


@pytest.mark.parametrize(
    "more",
    [
        {"level": "code"},
        {"mode": "named"},
        {"questions": [{"id": "at", "kind": "place", "ask": texts("Where?"), "grid": 0.01}]},
    ],
)
def test_no_tablet_where_voters_have_to_be_known(station: Station, more: dict[str, Any]) -> None:
    with pytest.raises(BadPoll, match="kiosk"):
        station.open(kiosk=True, **more)


# -- the links -----------------------------------------------------------------------------------


def test_a_link_opens_one_poll_and_only_its_hash_is_kept(station: Station) -> None:
    station.open(kiosk=True)
    token = links(station, lambda found: found.make("lanes", "library", WHO))
    assert links(station, lambda found: found.poll_of(token)).id == "lanes"
    assert links(station, lambda found: found.poll_of(token[:-1] + "_")) is None
    assert token not in str(station.rows("poll_kiosk"))
    assert "poll.kiosk" in station.audited()


def test_each_place_has_one_link_and_staff_can_void_it(station: Station) -> None:
    station.open(kiosk=True)
    places = ("library", "square", "library")
    made = [links(station, lambda found, p=p: found.make("lanes", p, WHO)) for p in places]

    def work() -> list[bool]:
        return [links(station, lambda found, t=t: found.poll_of(t) is not None) for t in made]

    assert work() == [False, True, True]
    assert links(station, lambda found: found.void("lanes", "square", WHO)) == 1
    assert work() == [False, False, True]
    assert links(station, lambda found: found.void("lanes", "", WHO)) == 1
    assert work() == [False, False, False]


def test_a_link_ends_a_week_after_the_poll(station: Station) -> None:
    """Until then it says that it is over, to a tablet that was offline."""
    station.open(kiosk=True)
    token = links(station, lambda found: found.make("lanes", "", WHO))
    assert links(station, lambda found: found.poll_of(token), CLOSES + STAYS - SECOND)
    assert links(station, lambda found: found.poll_of(token), CLOSES + STAYS) is None


def test_there_is_no_link_without_a_poll_for_it(station: Station) -> None:
    station.open()
    for poll, at in (("lanes", NOON), ("other", NOON)):
        with pytest.raises(BadPoll):
            links(station, lambda found, p=poll: found.make(p, "", WHO), at)
    with station.office() as office:
        office.save(read_poll(written(kiosk=True), NOON))
    with pytest.raises(BadPoll, match="not open"):
        links(station, lambda found: found.make("lanes", "", WHO), CLOSES)
