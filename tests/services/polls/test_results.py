"""What a result shows and keeps back: rounds and duels, paper, small groups, unanimity."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.dialog import Transaction
from bot.services import recount
from bot.services.opinions import opinions_of
from bot.services.paper import Agreement, Paper
from bot.services.poll_written import BadPoll, read_poll
from bot.services.results import Result, all_who_answered, is_too_few, placed, unanimous
from tests.services.polls.station import NOON, SINGLE, Station, options, texts, written

NAMES = ["a", "b", "c"]
# https://en.wikipedia.org/wiki/Instant-runoff_voting#Tennessee_capital_election
TENNESSEE = [
    ({"memphis": 1, "nashville": 2, "chattanooga": 3, "knoxville": 4}, 42),
    ({"nashville": 1, "chattanooga": 2, "knoxville": 3, "memphis": 4}, 26),
    ({"chattanooga": 1, "knoxville": 2, "nashville": 3, "memphis": 4}, 15),
    ({"knoxville": 1, "chattanooga": 2, "nashville": 3, "memphis": 4}, 17),
]
CITIES = ["memphis", "nashville", "chattanooga", "knoxville"]
ballots = some.lists(
    some.tuples(
        some.sampled_from([p for n in (1, 2, 3) for p in permutations(NAMES, n)]).map(
            lambda order: {option: place for place, option in enumerate(order, 1)}
        ),
        some.integers(1, 5),
    ),
    max_size=8,
)


def test_a_known_election_has_its_known_rounds() -> None:
    order, rounds = recount.irv(CITIES, TENNESSEE)
    assert [found["out"] for found in rounds] == [["chattanooga"], ["nashville"], []]
    assert rounds[1]["firsts"] == {"memphis": 42, "nashville": 26, "knoxville": 32}
    assert rounds[2]["firsts"] == {"memphis": 42, "knoxville": 58}
    assert order == [["knoxville"], ["memphis"], ["nashville"], ["chattanooga"]]


def test_the_same_election_has_its_known_duels() -> None:
    wins = recount.duels(CITIES, TENNESSEE)
    assert (wins["nashville", "memphis"], wins["memphis", "nashville"]) == (58, 42)
    assert recount.schulze(CITIES, wins)[0] == ["nashville"]


@given(ballots)
def test_rounds_end_and_every_option_has_one_place(given_: recount.Given) -> None:
    order, rounds = recount.irv(NAMES, given_)
    assert sorted(option for group in order for option in group) == NAMES
    assert all(found["out"] for found in rounds[:-1])
    voters = sum(times for _marks, times in given_)
    assert all(sum(found["firsts"].values()) <= voters for found in rounds)


@given(ballots)
def test_nobody_is_on_both_sides_of_a_duel(given_: recount.Given) -> None:
    wins = recount.duels(NAMES, given_)
    voters = sum(times for _marks, times in given_)
    assert all(wins[a, b] + wins[b, a] <= voters for a, b in wins)


def test_behind_two_firsts_comes_a_third() -> None:
    assert list(placed([["a", "b"], ["c"], ["d"]])) == [(1, ["a", "b"]), (3, ["c"]), (4, ["d"])]


# -- paper ---------------------------------------------------------------------------------------


def enter(station: Station, who: str, count: int, counts: dict[str, int]) -> Agreement:
    with station.database.write() as connection:
        paper = Paper(Transaction(connection, NOON))
        return paper.enter("lanes", "library", {"where": counts}, count, who)


def test_so_few_ballots_on_paper_that_each_is_known_are_not_taken(station: Station) -> None:
    station.open()
    with pytest.raises(BadPoll, match="count two places together"):
        enter(station, "staff:anna", 4, {"north": 4})
    assert enter(station, "staff:anna", 5, {"north": 4}) == "first"
    assert enter(station, "staff:bert", 5, {"north": 4}) == "agreed"


def test_two_tallies_are_alike_whatever_the_order_of_their_lines(station: Station) -> None:
    station.open()
    for number in range(12):
        station.vote(f"n{number}")
    enter(station, "staff:anna", 8, {"north": 5, "south": 3})
    assert enter(station, "staff:bert", 8, {"south": 3, "north": 5}) == "agreed"
    station.close()
    assert station.result().channels == {"telegram": 12, "paper": 8}


def test_paper_is_never_hidden_and_hides_no_other_channel(station: Station) -> None:
    """The file says how many there are: hidden beside a small channel, it would give that away."""
    station.open()
    for number in range(20):
        station.vote(f"n{number}")
    for number in range(3):
        station.vote(f"m{number}", channel="wechat")
    for who in ("staff:anna", "staff:bert"):
        enter(station, who, 8, {"north": 8})
    station.close()
    assert station.result().channels == {"telegram": None, "wechat": None, "paper": 8}


FEW = [
    ((9, 0), True), ((10, 0), False), ((0, 0), True), ((0, 10), False), ((4, 20), True),
    ((5, 5), False), ((5, 4), True), ((1, 1000), True),
]  # fmt: skip


@pytest.mark.parametrize(("given_and_paper", "few"), FEW)
def test_figures_are_shown_from_so_many_on(given_and_paper: tuple[int, int], few: bool) -> None:
    given_, paper = given_and_paper
    assert is_too_few({"ballots": given_, "paper_ballots": paper}) is few


@pytest.mark.parametrize(("kind", "whole"), [("multiple", 12 + 6), ("single", 12 + 9)])
def test_on_paper_the_whole_is_ballots_where_one_has_several_marks(kind: str, whole: int) -> None:
    """Nine marks on six sheets: of those the shares in the chat and on the page are told."""
    tally = {"kind": kind, "answered": 12, "options": {"a": 10}, "paper": {"a": 4, "b": 5}}
    found = Result(read_poll(written(), NOON), "final", 18, {"q": tally}, channels={"paper": 6})
    assert all_who_answered(found, "q") == whole


# -- unanimity -----------------------------------------------------------------------------------

TOLD: list[tuple[dict[str, Any], list[str]]] = [
    ({"kind": "single", "answered": 12, "options": {"a": 12, "b": 0}}, ["a", "b"]),
    ({"kind": "single", "answered": 12, "options": {"a": 11, "b": 1}}, []),
    ({"kind": "single", "answered": 12, "options": {"a": 19, "b": 1}, "paper": {"a": 8}}, []),
    ({"kind": "scale", "answered": 12, "options": {"1": 12, "2": 0}}, ["1"]),
    ({"kind": "scale", "answered": 12, "options": {"1": 6, "2": 6, "3": 0}}, []),
    ({"kind": "statements", "answered": 12, "options": {
        "a": {"agree": 12, "disagree": 0, "pass": 0}, "b": {"agree": 0, "disagree": 12, "pass": 0},
        "c": {"agree": 6, "disagree": 6, "pass": 0}}}, ["a", "b"]),
    ({"kind": "text", "answered": 12}, []),
    ({"kind": "single", "answered": 0, "options": {"a": 0, "b": 0}}, []),
]  # fmt: skip


@pytest.mark.parametrize(("question", "told"), TOLD)
def test_what_tells_of_every_voter_is_warned_of(question: dict[str, Any], told: list[str]) -> None:
    tally = {"paper_ballots": 8, "questions": [{"id": "q", **question}]}
    assert unanimous(tally) == tuple(("q", option) for option in told)


def test_a_ranking_and_its_rounds_are_kept_with_the_result(station: Station) -> None:
    ranking = {"id": "order", "kind": "ranking", "method": "irv", "ask": texts("In which order?"),
               "options": options("north", "south", "west")}  # fmt: skip
    station.open(SINGLE, ranking)
    for number in range(12):
        station.mark(f"n{number}", {"south": 1, "west": 2}, question="order")
    station.close()
    tally = station.result().questions["order"]
    assert tally["order"] == [["south"], ["north", "west"]]
    assert tally["rounds"] == [{"firsts": {"north": 0, "south": 12, "west": 0}, "out": []}]


def test_groups_of_opinion_are_found_again_in_the_file(station: Station) -> None:
    """Two camps, found by whoever has nothing but the published file."""
    statements = {"id": "say", "kind": "statements", "ask": texts("Do you agree?"),
                  "options": options("cars", "trees", "noise", "buses")}  # fmt: skip
    station.open(statements)
    for number in range(24):
        mind = 1 if number % 2 else -1
        marks = {"cars": mind, "trees": -mind, "noise": mind, "buses": 1}
        station.mark(f"person-{number}", marks, question="say")
    station.close()
    file = station.file() or ""
    found = opinions_of(file)
    assert found == dict(station.result().opinions)
    assert [group["people"] for group in found["say"]["groups"]] == [12, 12]
    assert opinions_of(file.replace("buses=1", "buses=-1")) != found
