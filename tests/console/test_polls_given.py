"""Codes, tablets, posters, paper and results of polls on their pages."""

import re

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.console.office import Office, opened
from tests.console.test_polls import LANES, done, hall, kept
from tests.pages.hall import CHOICES, VIEWS, mild
from tests.script import ScriptChannel


async def test_codes_are_shown_once_and_only_hashes_are_kept(both: Office) -> None:
    desk = await both.joins("anna", "poll-officer")
    await kept(desk, level="code")
    page = await desk.post(f"{LANES}/codes", had="0", count="3", do="show")
    codes = re.findall(r"<code>([^<]+)</code>", page.html)
    assert len(codes) == 3
    again = await desk.get(f"{LANES}/codes")
    assert not any(code in again.html for code in codes)
    assert "Made so far: 3" in again.words
    twice = await desk.post(f"{LANES}/codes", had="0", count="3", do="show")
    assert twice.status == 422  # pressed twice, it makes no second set
    file = await desk.post(f"{LANES}/codes", had="3", count="2", do="file")
    assert len(file.body.decode().split()) == 2
    assert "lanes-codes.txt" in file.headers["Content-Disposition"]
    kept_rows = str(both.rows("SELECT * FROM poll_code"))
    assert not any(code in kept_rows for code in (*codes, *file.body.decode().split()))
    for count in ("0", "-1", "501", "many", "9" * 30):
        assert (await desk.post(f"{LANES}/codes", had="5", count=count, do="show")).status == 422


async def test_a_tablet_gets_a_link_that_is_shown_once(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    await kept(desk, kiosk="1")
    page = await desk.post(f"{LANES}/kiosk", place="library", do="make")
    (link,) = re.findall(r"<code>(http[^<]+)</code>", page.html)
    page = await desk.get(f"{LANES}/kiosk")
    assert "library" in page.words
    assert link not in page.html
    await desk.post(f"{LANES}/kiosk", place="library", do="void")
    assert office.rows("SELECT count(*) FROM poll_kiosk") == [(0,)]


async def test_paper_takes_two_people_who_do_not_see_each_others_figures(both: Office) -> None:
    anna, ben = await both.joins("anna", "poll-officer"), await both.joins("ben", "poll-officer")
    hall(both).open("lanes", mild, ("single", "irv"))
    fields = {
        "place": "Library",
        "ballots": "38",
        "n.first.kantstrasse": "31",
        "n.first.market": "",
    }
    page = await anna.post(f"{LANES}/paper", **fields)
    assert "It counts once a second person" in page.words
    page = await anna.post(f"{LANES}/paper", **fields)
    assert "It counts once a second person" in page.words
    blind = await ben.get(f"{LANES}/paper")
    assert "31" not in blind.words
    assert "n.order.market" not in blind.fields  # orders cannot be added up
    wrong = await ben.post(f"{LANES}/paper", **fields | {"ballots": "3"})
    assert wrong.status == 422
    assert wrong.fields["n.first.kantstrasse"] == "31"
    assert "is no count" in (await ben.post(f"{LANES}/paper", **fields | {"ballots": "x"})).words
    page = await ben.post(f"{LANES}/paper", **fields | {"place": "library", "n.first.market": "0"})
    assert "Two people have the same" in page.words


async def test_the_result_is_drawn_and_counted_again(both: Office) -> None:
    viewer, polls = await both.joins("anna", "viewer"), hall(both)
    polls.open("lanes", mild, CHOICES)
    polls.vote("lanes", 20, CHOICES)
    before = await viewer.get(f"{LANES}/results")
    assert "Until it is counted nobody sees a result, not even the team." in before.words
    assert "Kantstraße" not in before.words
    polls.close("lanes")
    page = await viewer.get(f"{LANES}/results?recount=1")
    assert "20 people took part." in page.words
    assert "every figure comes out again" in page.words
    assert "/polls/lanes.json" in page.links
    both.change("UPDATE poll_result SET file = replace(file, 'kantstrasse=1', 'market=1')")
    changed = await viewer.get(f"{LANES}/results?recount=1")
    assert "This is not the file that was published" in changed.words
    assert "Other figures come out here:" in changed.words


async def test_too_few_have_no_figures_for_the_team_either(office: Office) -> None:
    viewer, polls = await office.joins("anna", "viewer"), hall(office)
    polls.open("lanes", mild, ("single",))
    polls.vote("lanes", 4, ("single",))
    polls.close("lanes")
    page = await viewer.get(f"{LANES}/results?recount=1")
    assert "fewer than 10 people took part" in page.words
    assert "There is no file to count" in page.words
    assert page.html.count("<table") == 0


async def test_what_came_of_it_is_said_and_of_two_the_second_is_told(office: Office) -> None:
    desk, polls = await office.joins("anna", "poll-officer"), hall(office)
    polls.open("lanes", mild, ("single",))
    polls.close("lanes")
    fields = (await desk.get(f"{LANES}/say")).fields
    assert (await desk.post(f"{LANES}/say", **fields | {"outcome.en": "Built."})).status == 303
    late = await desk.post(f"{LANES}/say", **fields | {"outcome.en": "Not built."})
    assert late.status == 409
    assert late.fields["outcome.en"] == "Not built."
    assert "There now: Built." in late.words
    assert polls.station.poll().outcome == {"en": "Built."}
    assert (
        "What was said once"
        in (
            await desk.post(f"{LANES}/say", **late.fields | {"outcome.en": "", "next_steps.de": ""})
        ).words
    )


async def test_what_people_wrote_is_looked_at_before_others_see_it(office: Office) -> None:
    desk, polls = await office.joins("anna", "poll-officer"), hall(office)
    polls.open("lanes", mild, VIEWS)
    polls.vote("lanes", 12, VIEWS)
    polls.close("lanes")
    page = await desk.get(f"{LANES}/written")
    assert "<b>Trees" not in page.html
    one = page.fields["id"]
    assert (await desk.post(f"{LANES}/written", id=one, do="show")).status == 303
    assert office.rows("SELECT count(*) FROM poll_text WHERE state = 'shown'") == [(1,)]
    foreign = await desk.post("/console/polls/nobody/written", id=one, do="hide")
    assert foreign.status == 404
    assert (await desk.post(f"{LANES}/written", id="9" * 40, do="accepted")).status == 422


async def test_who_may_only_read_does_not_see_what_a_draft_asks(office: Office) -> None:
    officer, viewer = await office.joins("anna", "poll-officer"), await office.joins("b", "viewer")
    await kept(officer)
    page = await viewer.get(LANES)
    assert "Bike lanes en" in page.words
    assert "Where first?" not in page.words
    assert f"{LANES}/open" not in page.links
    await done(officer, "open")
    assert "Where first?" in (await viewer.get(LANES)).words


class Scanned(ScriptChannel):
    """A messenger that opens a talk by a link."""

    name = "telegram"

    async def invitation(self, code: str) -> str | None:
        return f"https://t.me/town_bot?start={code}"


class OwnPage(Scanned):
    """Our own page likewise."""

    name = "web"


@pytest.mark.parametrize(
    ("level", "mode", "channels"),
    [
        ("account", "confidential", ["telegram"]),
        ("web", "confidential", ["telegram", "web"]),
        ("web", "web-secret", ["web"]),
    ],
)
async def test_codes_to_scan_lead_only_where_a_vote_counts(
    settings: Settings, library: Library, level: str, mode: str, channels: list[str]
) -> None:
    known = {"telegram": Scanned, "web": OwnPage}
    async with opened(settings, library, known) as office:
        desk = await office.joins("anna", "poll-officer")
        await kept(desk, level=level, mode=mode)
        page = await desk.get(f"{LANES}/ways")
        assert (
            sorted(link.rpartition("/qr/")[2] for link in page.links if "/qr/" in link) == channels
        )
        assert page.html.count('class="qr"') == len(channels)
        for name in ("telegram", "web"):
            code = await desk.get(f"{LANES}/qr/{name}")
            assert code.status == (200 if name in channels else 404)
            assert (b"<svg" in code.body) == (name in channels)


async def test_a_poster_is_a_file_that_is_saved(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    await kept(desk)
    assert "Set public_url" in (await desk.get(f"{LANES}/ways")).words
    pdf = await desk.get(f"{LANES}/poster.pdf?size=a3")
    assert pdf.body.startswith(b"%PDF")
    assert 'filename="lanes-a3.pdf"' in pdf.headers["Content-Disposition"]
    html = await desk.get(f"{LANES}/poster.html")
    assert html.headers["Content-Disposition"].startswith("attachment")
    assert (await desk.get(f"{LANES}/qr/telegram")).status == 404


async def test_today_leads_to_the_poll_that_closes(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    hall(office).open("lanes", mild, ("single",))
    assert LANES in (await desk.get("/console")).links
