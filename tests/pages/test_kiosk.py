"""The kiosk: ballots in any bundle, late, twice, with and without a script; and nothing told of them."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import orjson
import pytest

from bot.services.keys import Keys
from bot.services.kiosk import KioskLinks
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from tests.dialogs.polling import one_of_each
from tests.pages.front import Front
from tests.services.polls.station import SINGLE, texts

WHOLE = {
    "q.more.trees": "1", "q.more.lamps": "1",
    "q.order.trees": "2", "q.order.benches": "1", "q.order.lamps": "3",
    "q.money.trees": "60", "q.money.benches": "0", "q.money.lamps": "40",
    "q.say.quiet": "1", "q.say.dark": "-1",
    "q.idea": "More <b>shade</b>",
}  # fmt: skip
MARKS = {
    ("more", "trees", 1), ("more", "lamps", 1),
    ("order", "trees", 2), ("order", "benches", 1), ("order", "lamps", 3),
    ("money", "trees", 60), ("money", "lamps", 40),
    ("say", "quiet", 1), ("say", "dark", -1), ("idea", "", 1),
}  # fmt: skip


def kiosk(front: Front, *questions: Mapping[str, Any], **more: Any) -> str:
    """A poll that is open for two hours, and the page of a tablet."""
    now = front.clock[0]
    plain = {
        "id": "lanes", "title": texts("Bike lanes"), "kiosk": True, "questions": list(questions),
        "closes": now.replace(hour=(now.hour + 2)).isoformat(), "next_steps": texts("We build."),
    } | more  # fmt: skip

    def make(transaction: Any) -> str:
        office = PollOffice(transaction, Keys.of(front.house.settings), "staff:anna")
        office.save(read_poll(plain, now))
        office.open("lanes")
        return KioskLinks(transaction).make("lanes", "", "staff:anna")

    return f"/kiosk/{front.does(make)}"


def slip(fields: Mapping[str, str], language: str = "de") -> dict[str, Any]:
    return {"id": uuid4().hex, "language": language, "fields": dict(fields)}


async def send(front: Front, at: str, *slips: Any) -> list[tuple[str, bool]]:
    """What became of each, and whether it has a receipt."""
    page = await front.ask("POST", f"{at}/slips", json={"slips": list(slips)})
    assert page.status == 200, page.html
    found = orjson.loads(page.body)["slips"]
    assert [one["id"] for one in found] == [one["id"] for one in slips]
    return [(one["became"], bool(one.get("receipt"))) for one in found]


def marks(front: Front) -> set[tuple[Any, ...]]:
    return set(front.rows("SELECT question, option, value FROM ballot_choice"))


async def test_a_ballot_of_every_kind_comes_as_it_was_filled_in(both: Front) -> None:
    at = kiosk(both, *one_of_each())
    assert await send(both, at, slip(WHOLE)) == [("counted", True)]
    assert marks(both) == MARKS
    assert both.rows("SELECT channel, language, person_id FROM participation") == [
        ("kiosk", "de", None)
    ]


async def test_what_was_kept_is_answered_one_by_one_and_again_alike(both: Front) -> None:
    at = kiosk(both, SINGLE)
    good = [slip({"q.where": option}) for option in ("north", "south", "south")]
    bad = [slip({"q.where": "east"}), slip({}), slip({"q.where": "north", "id": "x"})]
    expected = [*[("counted", True)] * 3, *[("refused", False)] * 2, ("counted", True)]
    for _again in range(2):
        assert await send(both, at, *good, *bad) == expected
    assert both.rows("SELECT count(*) FROM ballot") == [(4,)]


@pytest.mark.parametrize("kind", ["more", "order", "money", "idea"])
async def test_i_do_not_know_and_a_mark_that_is_none(front: Front, kind: str) -> None:
    """Both stand in the question's own field, or in one of its options."""
    questions = [{**q, "passing": True} for q in one_of_each() if q["id"] == kind]
    at = kiosk(front, *questions)
    assert await send(front, at, slip({f"q.{kind}": "-"})) == [("counted", True)]
    taken = kind in ("more", "idea")  # in words a question mark is a text
    assert (await send(front, at, slip({f"q.{kind}": "?"})))[0][0] == (
        "counted" if taken else "refused"
    )
    for value in ("1.5", "9" * 400, "-1", "x", "²"):
        if kind != "idea":
            told = await send(front, at, slip({f"q.{kind}.trees": value}))
            assert told == [("refused", False)]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"slips": []}, {"slips": {}}, {"slips": [1]}, {"slips": [{}]}, {"slips": [slip({})] * 101},
        {"slips": [slip({}) | {"id": "short"}]}, {"slips": [slip({}) | {"language": "xx"}]},
        {"slips": [slip({}) | {"id": 7}]}, {"slips": [slip({}) | {"fields": []}]},
    ],
)  # fmt: skip
async def test_what_no_tablet_of_ours_sends_is_refused_as_a_whole(front: Front, body: Any) -> None:
    at = kiosk(front, SINGLE)
    assert (await front.ask("POST", f"{at}/slips", json=body)).status == 400
    assert front.rows("SELECT count(*) FROM participation") == [(0,)]


async def test_without_a_script_the_ballot_is_a_form(front: Front) -> None:
    at = kiosk(front, *one_of_each())
    page = await front.get(at)
    assert (page.status, page.actions) == (200, [at] * 3)
    fields = WHOLE | {"id": page.fields["id"], "language": "zh"}
    said = await front.post(at, fields)
    receipt = re.search(r"V\w{3}-\w{4}", said.words)
    assert receipt
    assert said.language == "zh"
    assert f'content="20; url={at}"' in said.html
    assert (await front.post(at, fields)).words == said.words
    assert front.rows("SELECT count(*) FROM ballot") == [(1,)]


async def test_without_a_script_an_unfit_ballot_is_told_why(front: Front) -> None:
    at = kiosk(front, SINGLE)
    page = await front.get(at)
    said = await front.post(at, {"id": page.fields["id"], "language": "en"})
    assert "Please pick" in said.words
    assert front.rows("SELECT count(*) FROM ballot") == [(0,)]


async def test_the_page_holds_the_ballot_in_every_language_the_poll_has(front: Front) -> None:
    at = kiosk(front, SINGLE)
    page = await front.get(at)
    for word in ("Where first?", "Where first? (de)", "Where first? (zh)", "tablets in the street"):
        assert word in page.words
    assert [link for link in page.links if link.startswith("#")].count("#zh") == 1
    assert not any(link.startswith("/") for link in page.links)  # nothing leads away
    assert page.headers["Cache-Control"] == "no-store"


async def test_after_the_end_the_page_says_so_and_late_votes_are_named(front: Front) -> None:
    at = kiosk(front, SINGLE)
    front.clock[0] = front.clock[0].replace(hour=front.clock[0].hour + 2)
    page = await front.get(at)
    assert page.actions == []
    assert "This poll is closed" in page.words
    assert await send(front, at, slip({"q.where": "north"})) == [("late", False)]
    said = await front.post(at, {"id": uuid4().hex, "language": "en", "q.where": "north"})
    assert "This poll is closed" in said.words


async def test_a_link_that_is_not_ours_opens_nothing(front: Front) -> None:
    at = kiosk(front, SINGLE)
    wrong = "/kiosk/" + "a" * 43
    assert (await front.get(wrong)).status == 404
    assert (await front.ask("POST", f"{wrong}/slips", json={"slips": [slip({})]})).status == 404
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert (await front.post(at, {"id": uuid4().hex}, **foreign)).status == 403


async def test_nothing_of_a_ballot_is_told_by_the_log(
    front: Front, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even when the database breaks in the middle of it."""
    at = kiosk(front, SINGLE)
    one = slip({"q.where": "south"})
    with front.house.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE ballot_choice RENAME TO gone")
    page = await front.ask("POST", f"{at}/slips", json={"slips": [one]})
    assert page.status in (500, 503)
    heard = "".join(capsys.readouterr())
    assert "south" not in heard
    assert one["id"] not in heard


@pytest.mark.parametrize("kind", ["single", "multiple", "ranking", "budget"])
async def test_what_a_picture_shows_is_written_at_its_option(front: Front, kind: str) -> None:
    """The picture itself is somebody else's: it is not loaded."""
    pictured = {"image": "https://example.org/a.png", "alt": texts("Cranes at dusk")}
    first, *others = SINGLE["options"]
    at = kiosk(front, {**SINGLE, "kind": kind, "options": [{**first, **pictured}, *others]})
    page = await front.get(f"{at}?lang=en")
    assert page.html.count("Cranes at dusk<") == 1
    assert page.html.count("Cranes at dusk (de)<") == 1
    assert "example.org" not in page.html
