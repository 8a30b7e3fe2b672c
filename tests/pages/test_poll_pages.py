"""Polls as everybody may read them: how to vote, the rules, what came out, and how to check it."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.services import recount
from bot.services.closing import GRACE, Closer
from bot.services.suppression import CELL
from tests.pages.front import Front, Page, pages_anew
from tests.pages.hall import CHOICES, VIEWS, Hall, mild, questions
from tests.pages.test_guards import CONTENT
from tests.services.polls.station import NOON, Station

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall(front: Front, tmp_path: Path) -> Hall:
    front.clock[0] = NOON
    return Hall(Station(front.house.database, tmp_path / "keys"), NOON)


def cells(page: Page, caption: str) -> dict[str, list[str]]:
    """The lines of the table with that caption: label to figures."""
    table = page.html.split(f"{caption}</caption>")[1].split("</table>")[0]
    rows = re.findall(r"<tr><th scope=\"row\"[^>]*>(.*?)</th>(.*?)</tr>", table, re.DOTALL)
    plain = re.compile(r"<[^>]+>")
    return {plain.sub("", label): re.findall(r"<td>(.*?)</td>", rest) for label, rest in rows}


# -- while it is open ----------------------------------------------------------------------------

IN_LANGUAGES = [
    ("en", "Bicycle lanes in our town", ("Open until Monday, May 4, 2026", "Vote in the chat")),
    ("de", "Radwege in unserer Stadt", ("Offen bis Montag, 4. Mai 2026", "Im Chat abstimmen")),
    ("zh", "我市自行车道", ("截止时间：柏林时间2026年5月4日星期一", "在聊天中投票")),
]


@pytest.mark.parametrize(("language", "title", "told"), IN_LANGUAGES)
async def test_an_open_poll_is_told_in_the_readers_language(
    front: Front, hall: Hall, language: str, title: str, told: tuple[str, ...]
) -> None:
    hall.open("lanes", mild, ("single",))
    page = await front.get(f"/polls/lanes?lang={language}")
    assert (page.status, page.language) == (200, language)
    for said in (title, *told, hall.station.poll("lanes").code):
        assert said in page.words
    asked = questions(mild)["single"]["ask"]
    for code, others in asked.items():  # the other languages stand beside it
        assert f'lang="{code}">{others}<' in page.html
    assert f'href="https://chat.example.org/polls/lanes?lang={language}"' in page.html
    assert 'hreflang="zh"' in page.html
    assert f'property="og:title" content="{title}"' in page.html


async def test_before_the_end_nothing_tells_of_a_vote(front: Front, hall: Hall) -> None:
    hall.open("lanes", mild, CHOICES)
    before = (await front.get("/polls/lanes")).body
    hall.vote("lanes", 30, CHOICES)
    assert (await front.get("/polls/lanes")).body == before
    for file in ("lanes.csv", "lanes.json", "lanes/figures.csv"):
        page = await front.get(f"/polls/{file}?lang=de")
        assert (page.status, page.headers["Cache-Control"]) == (404, "no-store")
        assert "noch nicht ausgezählt" in page.words


async def test_a_poll_with_open_figures_shows_them_so_far(front: Front, hall: Hall) -> None:
    hall.open("lanes", mild, ("single",), live=True)
    hall.vote("lanes", 12, ("single",))
    page = await front.get("/polls/lanes")
    assert "12 people took part. The poll is still open" in page.words
    assert "<svg" in page.html
    assert "Count it yourself" not in page.words
    hall.vote("lanes", 20, ("single",), seed=2)
    assert "12 people took part" in (await front.get("/polls/lanes")).words  # not counted each time
    front.wait(timedelta(seconds=11))
    assert "20 people took part" in (await front.get("/polls/lanes")).words


WHERE = [
    ({"level": "web"}, (True, True)),
    ({"level": "code"}, (True, True)),
    ({"level": "account"}, (False, True)),
    ({"level": "web", "mode": "web-secret"}, (True, False)),
]


@pytest.mark.parametrize(("rules", "ways"), WHERE)
async def test_only_ways_by_which_one_may_vote_are_shown(
    front: Front,
    hall: Hall,
    monkeypatch: pytest.MonkeyPatch,
    rules: Mapping[str, str],
    ways: tuple[bool, bool],
) -> None:
    async def invitation(code: str) -> str:
        return f"https://t.example/bot?start={code}"

    monkeypatch.setattr(front.chat.channel, "invitation", invitation)
    hall.open("x" * 40, mild, ("single",), **rules)
    async with pages_anew(front) as fresh:
        page = await fresh.get(f"/polls/{'x' * 40}?lang=en")
    in_chat = any("/chat?lang=en&invite=" in link for link in page.links)
    elsewhere = any(link.startswith("https://t.example/") for link in page.links)
    assert (in_chat, elsewhere) == ways


async def test_a_link_of_the_page_leads_into_the_vote(front: Front, hall: Hall) -> None:
    hall.open("lanes", mild, ("single",))
    (link,) = (x for x in (await front.get("/polls/lanes?lang=en")).links if "invite=" in x)
    await front.chat.say("go", picked=f"invite:{link.partition('invite=')[2]}")
    assert "Where should we build first?" in front.chat.shown[-1].text


STATES: list[tuple[str, str]] = [
    ("opens later", "Opens on Monday, May 4, 2026, 3:00 PM (Berlin)."),
    ("over", "Closed on Monday, May 4, 2026, 3:00 PM (Berlin). It is being counted."),
    ("cancelled", "This poll was cancelled; the votes are deleted."),
    ("moved", "The end was moved from Monday, May 4, 2026, 3:00 PM (Berlin)"),
]


@pytest.mark.parametrize(("what", "said"), STATES)
async def test_a_page_says_how_a_poll_stands(
    front: Front, hall: Hall, what: str, said: str
) -> None:
    later = {"opens": "2026-05-04T13:00Z", "closes": "2026-05-04T14:00Z"}
    hall.open("lanes", mild, ("single",), **(later if what == "opens later" else {}))
    if what == "over":
        front.wait(timedelta(hours=1))
    if what == "cancelled":
        with hall.station.office() as office:
            office.cancel("lanes", "the wrong question")
    if what == "moved":
        with hall.station.office() as office:
            office.ask_extension("lanes", NOON + 3 * 60 * MINUTE, mild("Rain", "Regen", "下雨"))
        with hall.station.office("staff:bert") as office:
            office.agree_extension("lanes")
    page = await front.get("/polls/lanes?lang=en")
    assert said in page.words
    assert ("How to vote" in page.words) == (what == "moved")
    assert "Count it yourself" not in page.words


async def test_a_draft_is_nobodys_to_see(front: Front, hall: Hall) -> None:
    hall.open("lanes", mild, ("single",))
    with front.house.database.write() as connection:
        connection.execute(text("UPDATE poll SET state = 'draft'"))
    for path in ("lanes", "lanes.csv", "lanes.json", "lanes/figures.csv", "no-such-poll"):
        assert (await front.get(f"/polls/{path}")).status == 404
    assert "lanes" not in (await front.get("/polls")).html


async def test_all_polls_are_listed_the_open_ones_first(front: Front, hall: Hall) -> None:
    hall.open("over", mild, ("single",))
    hall.close("over")
    hall.open("lanes", mild, ("single",))
    links = [link for link in (await front.get("/polls?lang=de")).links if "/polls/" in link]
    assert links == ["/polls/lanes?lang=de", "/polls/receipt?lang=de", "/polls/over?lang=de"]
    assert "Zurzeit läuft keine Umfrage." not in (await front.get("/polls?lang=de")).words


# -- what came out -------------------------------------------------------------------------------


def counted(hall: Hall, poll_id: str, kinds: tuple[str, ...], voters: int = 40) -> None:
    hall.open(poll_id, mild, kinds)
    hall.vote(poll_id, voters, kinds)
    hall.close(poll_id)


async def test_every_figure_of_the_choices_stands_in_a_table(front: Front, hall: Hall) -> None:
    counted(hall, "lanes", CHOICES)
    page = await front.get("/polls/lanes?lang=en")
    tally = hall.station.result("lanes").questions
    tables = page.html.split('class="figured"')[1:]
    assert len(tables) == len(CHOICES)
    assert all("<svg" in table and "<table" in table for table in tables)
    first = cells(page, "Votes by option")
    options = tally["first"]["options"]
    assert {line[0] for line in first.values()} == {str(n) for n in options.values()}
    money = cells(page, "Points by option")
    assert money["Kantstraße"][0] == f"{tally['money']['options']['kantstrasse']:,}"
    assert money["Kantstraße"][2] == str(tally["money"]["supporters"]["kantstrasse"])
    safe = tally["safe"]
    assert f"On average: {round(safe['mean'], 1):g}." in page.words
    assert f"(median): {safe['median']:g}." in page.words


async def test_a_run_off_shows_its_rounds_and_schulze_its_duels(front: Front, hall: Hall) -> None:
    counted(hall, "lanes", ("irv", "schulze"))
    page = await front.get("/polls/lanes?lang=en")
    tally = hall.station.result("lanes").questions
    rounds = cells(page, "First places in each round")
    assert len(next(iter(rounds.values()))) == len(tally["order"]["rounds"])
    gone = tally["order"]["rounds"][0]["out"]
    assert sum("goes out" in line[0] for line in rounds.values()) == len(gone)
    wins = {(a, b): str(n) for a, b, n in tally["rank"]["duels"]}
    order = [option for group in tally["rank"]["order"] for option in group]
    duels = cells(page, "How many ballots prefer the option of the line to that of the column")
    expected = [["–" if a == b else wins[a, b] for b in order] for a in order]
    assert list(duels.values()) == expected
    for said in ("Counted by instant run-off.", "Counted by Schulze's method."):
        assert said in page.words


async def test_opinions_places_and_what_people_wrote(front: Front, hall: Hall) -> None:
    counted(hall, "views", VIEWS, 60)
    page = await front.get("/polls/views?lang=en")
    views = hall.station.result("views").questions["views"]["options"]
    trees = cells(page, "Votes on each statement")["We need more trees."]
    assert trees == [str(views["trees"]["agree"]), "0", "0", "100%"]
    assert list(cells(page, "Most agree, whatever group they are in")) == ["We need more trees."]
    assert "Parking should cost nothing." in cells(page, "Here people are of different minds")
    assert "All or none chose: “We need more trees.”" in page.words
    places = cells(page, "Votes by option")
    assert any(label.startswith("elsewhere (places that fewer than 5 chose)") for label in places)
    assert '<svg class="chart map"' in page.html
    assert "60 people wrote something." in page.words
    assert "Benches for old people." not in page.words  # nobody has let it pass
    hall.publish_texts("views")
    page = await front.get("/polls/views?lang=en")
    assert "Benches for old people." in page.words
    assert "&lt;b&gt;Trees&lt;/b&gt;" in page.html


async def test_one_statement_has_one_share_wherever_it_stands(front: Front, hall: Hall) -> None:
    counted(hall, "views", VIEWS, 60)
    page = await front.get("/polls/views?lang=en")
    camps = cells(page, "How many agree in each group of opinion")
    least = cells(page, "Most agree, whatever group they are in")
    apart = cells(page, "Here people are of different minds")
    assert {label: min(map(percent, camps[label])) for label in least} == {
        label: percent(share) for label, (share,) in least.items()
    }
    assert {label: spread(camps[label]) for label in apart} == {
        label: percent(share) for label, (share,) in apart.items()
    }


async def test_without_groups_what_most_agree_with_is_the_share_of_all(
    front: Front, hall: Hall
) -> None:
    hall.open("views", mild, ("statements",))
    for number in range(12):
        minds = {"trees": 1, "slow": 1 if number else -1}
        hall.station.mark(f"n{number}", minds, question="views", poll="views")
    hall.close("views")
    page = await front.get("/polls/views?lang=en")
    votes = cells(page, "Votes on each statement")
    most = cells(page, "Most agree")
    assert most == {label: [votes[label][3]] for label in most}
    assert set(most) == {"We need more trees.", "Cars should drive at 30 everywhere in town."}
    assert "whatever group" not in page.words


def percent(share: str) -> int:
    return int(share.removesuffix("%"))


def spread(shares: list[str]) -> int:
    return max(map(percent, shares)) - min(map(percent, shares))


async def test_nobody_voted_and_hardly_anybody_voted(front: Front, hall: Hall) -> None:
    counted(hall, "nobody", ("single",), 0)
    counted(hall, "few", ("single",), 4)
    for poll_id, said in (("nobody", "nobody took part."), ("few", "fewer than 10 people")):
        page = await front.get(f"/polls/{poll_id}?lang=en")
        assert said in page.words
        assert "<table" not in page.html
        assert "<svg" not in page.html
        for file in (".csv", ".json", "/figures.csv"):
            assert (await front.get(f"/polls/{poll_id}{file}")).status == 404


async def test_what_happens_now_and_later_what_came_of_it(front: Front, hall: Hall) -> None:
    counted(hall, "lanes", ("single",))
    page = await front.get("/polls/lanes?lang=de")
    assert "Wie es jetzt weitergeht Der Rat entscheidet im Juni." in page.words
    with hall.station.office() as office:
        office.say_outcome("lanes", mild("It is built.", "Es wird gebaut.", "正在建设。"))
    page = await front.get("/polls/lanes?lang=de")
    assert "Was daraus wurde Es wird gebaut." in page.words
    assert "Der Rat entscheidet im Juni." not in page.words


async def test_paper_is_a_channel_and_stands_beside_each_sum(front: Front, hall: Hall) -> None:
    hall.open("lanes", mild, ("single",))
    hall.vote("lanes", 30, ("single",))
    hall.paper("lanes", "library", {"first": {"market": 6}}, 6)
    hall.close("lanes")
    page = await front.get("/polls/lanes?lang=en")
    assert cells(page, "By channel")["paper"] == ["6"]
    assert [line[2] for line in cells(page, "Votes by option").values()].count("6") == 1
    assert "besides, marks on paper: 6" in page.words


# -- small groups --------------------------------------------------------------------------------

GROUPS: list[dict[str, int]] = [
    {"telegram": 20, "web": 3},
    {"telegram": 20, "web": 3, "wechat": 6},
    {"telegram": 4, "web": 4, "wechat": 4},
    {"telegram": 19, "web": 1, "wechat": 1, "wecom": 30},
    {"telegram": 12},
    {"telegram": 5, "web": 5},
    {"telegram": 1, "web": 9},
    {"telegram": 2, "web": 2, "wechat": 7, "wecom": 8},
]


def may_be(shown: Mapping[str, int | None], whole: int) -> int:
    """How many people those groups could be, at least, that are not shown."""
    return whole - sum(n for n in shown.values() if n is not None)


@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("paper", [0, 7])
async def test_no_file_and_no_page_tells_of_a_small_group(
    front: Front, hall: Hall, groups: dict[str, int], paper: int
) -> None:
    """By channel and, with the same figures, by language: what is hidden cannot be computed."""
    hall.open("lanes", mild, ("single",))
    languages = dict(zip(groups, ("de", "en", "zh", "fr"), strict=False))
    people = [name for name, count in groups.items() for _one in range(count)]
    for number, channel in enumerate(people):
        who = {"channel": channel, "language": languages[channel]}
        hall.station.vote(f"n{number}", "market", question="first", poll="lanes", **who)
    if paper:
        hall.paper("lanes", "library", {"first": {"kantstrasse": paper}}, paper)
    hall.close("lanes")
    found = json.loads((await front.get("/polls/lanes.json")).body)
    page = await front.get("/polls/lanes?lang=en")
    small = {name for name, count in groups.items() if count < CELL}
    for counts, whole in (
        ({k: n for k, n in found["channels"].items() if k != "paper"}, len(people)),
        (found["languages"], len(people)),
    ):
        hidden = [name for name, count in counts.items() if count is None]
        assert all(n is None or n >= CELL for n in counts.values())
        assert len(hidden) != 1, "it would be the rest"
        assert not hidden or may_be(counts, whole) >= CELL
    assert small <= {name for name, count in found["channels"].items() if count is None}
    shown = {label: line[0] for label, line in cells(page, "By channel").items()}
    assert list(shown.values()).count("not shown") == list(found["channels"].values()).count(None)
    assert ("Not shown: fewer than 5 people" in page.words) == (None in found["channels"].values())
    for file in ("lanes.csv", "lanes/figures.csv"):
        table = (await front.get(f"/polls/{file}")).html
        assert not re.search("telegram|wechat|wecom", table)


async def test_three_online_are_not_known_by_those_on_paper(front: Front, hall: Hall) -> None:
    hall.open("lanes", mild, ("single",))
    hall.vote("lanes", 3, ("single",))
    hall.paper("lanes", "library", {"first": {"market": 20}}, 20)
    hall.close("lanes")
    page = await front.get("/polls/lanes?lang=en")
    assert "fewer than 5 people voted otherwise than on paper" in page.words
    assert (await front.get("/polls/lanes.csv")).status == 404


# -- counting again ------------------------------------------------------------------------------


@pytest.mark.parametrize("kinds", [CHOICES, VIEWS])
async def test_what_is_taken_along_recounts_to_what_is_shown(
    front: Front, hall: Hall, kinds: tuple[str, ...], tmp_path: Path
) -> None:
    counted(hall, "lanes", kinds)
    page = await front.get("/polls/lanes?lang=en")
    (sha,) = re.findall(r'<code class="sha"[^>]*>([0-9a-f]{64})</code>', page.html)
    file, script = await front.get("/polls/lanes.csv"), await front.get("/polls/recount.py")
    data = json.loads((await front.get("/polls/lanes.json")).body)
    (tmp_path / "lanes.csv").write_bytes(file.body)
    (tmp_path / "recount.py").write_bytes(script.body)
    command = [sys.executable, "-I", "recount.py", "lanes.csv"]  # -I: nothing of ours is at hand
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=60)
    again = json.loads(said.stdout)
    assert again["sha256"] == data["sha256"] == sha
    assert again["questions"] == data["questions"]
    assert again["ballots"] == data["ballots"] == 40
    assert "python3 recount.py lanes.csv" in page.html
    assert recount.recount(file.body)["sha256"] == sha


async def test_files_are_named_kept_and_never_shown_from_our_address(
    front: Front, hall: Hall
) -> None:
    counted(hall, "lanes", ("single",))
    kinds = {
        "lanes.csv": "text/csv; charset=utf-8",
        "lanes.json": "application/json",
        "lanes/figures.csv": "text/csv; charset=utf-8",
        "recount.py": "text/x-python; charset=utf-8",
    }
    for name, kind in kinds.items():
        headers = (await front.get(f"/polls/{name}")).headers
        assert headers["Content-Type"] == kind
        assert headers["Content-Disposition"].startswith("attachment; filename=")
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Cache-Control"].startswith("public, max-age=")
        assert headers["X-Content-Type-Options"] == "nosniff"
    tag = (await front.get("/polls/lanes.csv")).headers["ETag"]
    again = await front.get("/polls/lanes.csv", **{"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")


async def test_no_cell_of_a_table_is_a_formula(front: Front, hall: Hall) -> None:
    evil = '=HYPERLINK("https://evil.example/{}")'.format
    hall.open(
        "lanes", lambda _en, _de, _zh: mild(*map(evil, (_en, _de, _zh))), ("single",), mode="named"
    )
    for number in range(12):
        hall.station.vote(
            f"n{number}", "market", question="first", poll="lanes", name=f"=cmd|{number}"
        )
    hall.close("lanes")
    for file in ("lanes.csv", "lanes/figures.csv"):
        read = csv.reader(io.StringIO((await front.get(f"/polls/{file}")).body.decode("utf-8-sig")))
        found = [cell for row in read for cell in row if "HYPERLINK" in cell or "cmd|" in cell]
        assert found
        assert all(cell[0] not in "=+-@" for cell in found)
    page = await front.get("/polls/lanes?lang=en")
    assert "with the names under which people voted" in page.words


# -- guards --------------------------------------------------------------------------------------


async def test_every_page_of_polls_is_guarded(front: Front, hall: Hall) -> None:
    counted(hall, "views", VIEWS)
    hall.open("lanes", mild, CHOICES)
    for path in ("/polls", "/polls/lanes", "/polls/views"):
        page = await front.get(path)
        assert page.headers["Content-Security-Policy"] == CONTENT
        assert page.headers["Cache-Control"] == "public, max-age=30"
        assert "Set-Cookie" not in page.headers
        assert "<script" not in page.html
        assert " style=" not in page.html
        assert "<style" not in page.html
        ids = re.findall(r' id="([^"]+)"', page.html)
        assert len(ids) == len(set(ids))
    assert (await front.post("/polls/lanes")).status == 405
    assert "See all polls" in (await front.get("/polls/there/is/nothing?lang=en")).words


async def test_a_poll_cannot_take_the_place_of_a_page(hall: Hall) -> None:
    from bot.services.poll_written import BadPoll

    hall.open("lanes", mild, ("single",))
    with hall.station.office() as office, pytest.raises(BadPoll, match="keep for ourselves"):
        office.save(replace(hall.station.poll("lanes"), id="receipt"))


async def test_the_closing_minute_needs_no_reload_of_the_house(front: Front, hall: Hall) -> None:
    hall.open("lanes", mild, ("single",))
    hall.vote("lanes", 12, ("single",))
    assert "How to vote" in (await front.get("/polls/lanes?lang=en")).words
    front.wait(60 * MINUTE)
    assert "It is being counted." in (await front.get("/polls/lanes?lang=en")).words
    front.wait(GRACE)
    Closer(hall.station.database, hall.station.keys).close_due(front.clock[0])
    assert "12 people took part." in (await front.get("/polls/lanes?lang=en")).words


def test_helpers_read_what_a_page_shows() -> None:
    """The negative twin: a hidden figure that could be computed would be noticed."""
    leaking: dict[str, Any] = {"telegram": 20, "web": None}
    assert may_be(leaking, 23) < CELL
