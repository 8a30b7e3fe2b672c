"""Polls on their pages: written in three languages, opened, extended by two people, counted."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.console.office import NOW, Desk, Office
from tests.console.test_pages import HOSTILE
from tests.pages.front import Page
from tests.pages.hall import CHOICES, VIEWS, Hall, mild
from tests.services.polls.station import Station

CODES = ("en", "de", "zh")
NEW, LANES = "/console/polls/new", "/console/polls/lanes"


def said(name: str, text: str) -> dict[str, str]:
    return {f"{name}.{code}": f"{text} {code}" for code in CODES}


def filled(**more: str) -> dict[str, str]:
    """A form with everything a poll needs."""
    return {
        **said("title", "Bike lanes"),
        **said("next_steps", "The council decides"),
        **said("q.0.ask", "Where first?"),
        **said("q.0.o.0.label", "North"),
        **said("q.0.o.1.label", "South"),
        **{"id": "lanes", "zone": "Europe/Berlin", "level": "web", "mode": "confidential"},
        **{"closes": "2026-12-24T18:00", "q.0.kind": "single", "do": "save"},
        **more,
    }


async def kept(desk: Desk, **more: str) -> None:
    page = await desk.post(NEW, **filled(**more))
    assert (page.status, page.location) == (303, f"{LANES}?done=saved"), page.words


async def done(desk: Desk, deed: str, path: str = LANES, **more: str) -> Page:
    """The page that asks whether it is meant, and its button."""
    page = await desk.get(f"{path}/{deed}")
    assert page.status == 200, page.location
    hidden = {name: page.fields[name] for name in ("seen", "wish") if name in page.fields}
    return await desk.post(f"{path}/{deed}", **hidden, **more)


def hall(office: Office) -> Hall:
    folder = Path(office.house.settings.data_dir) / "keys"
    return Hall(Station(office.house.database, folder), NOW)


def audited(office: Office) -> list[str]:
    rows = office.rows("SELECT action FROM audit_entry WHERE action LIKE 'poll.%' ORDER BY id")
    return [action for (action,) in rows]


# -- the list ------------------------------------------------------------------------------------


async def test_a_new_house_says_what_to_do(office: Office) -> None:
    officer, viewer = await office.joins("anna", "poll-officer"), await office.joins("b", "viewer")
    assert "Write the first one" in (await officer.get("/console/polls")).words
    assert "Poll officers write them" in (await viewer.get("/console/polls")).words


async def test_the_list_is_filtered_by_its_address_and_tells_no_small_figure(both: Office) -> None:
    desk, polls = await both.joins("anna", "viewer"), hall(both)
    for name, voters in (("few", 4), ("many", 12), ("later", 0)):
        polls.open(name, mild, ("single",))
        polls.vote(name, voters, ("single",))
    polls.close("many")
    page = await desk.get("/console/polls?state=open&q=bicycle")
    assert "/console/polls/few" in page.links
    assert "/console/polls/many" not in page.links
    assert "fewer than 10" in page.words
    assert "(Berlin)" in page.words
    assert "No poll fits" in (await desk.get("/console/polls?q=nothing")).words
    table = (await desk.get("/console/polls.csv")).body.decode("utf-8-sig")
    counts = {row["id"]: row["took_part"] for row in csv.DictReader(io.StringIO(table))}
    assert counts == {"few": "<10", "many": "12", "later": "0"}


async def test_a_title_that_looks_like_a_formula_is_a_text_in_the_file(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    await kept(desk, **said("title", "=HYPERLINK(1)"))
    table = (await desk.get("/console/polls.csv")).body.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["title"] == "'=HYPERLINK(1) en"


# -- writing -------------------------------------------------------------------------------------


async def test_a_form_and_a_file_give_the_same_poll_and_every_kind_comes_back(both: Office) -> None:
    """What is opened in the form and kept as it stands changes nothing, not by a second.

    One of them ends in the hour that comes twice, the second time.
    """
    desk, polls = await both.joins("anna", "poll-officer"), hall(both)
    polls.open("kinds", mild, CHOICES, level="code", closes="2027-10-31T02:30:30+01:00")
    polls.open("views", mild, VIEWS)
    for name in ("kinds", "views"):
        before = polls.station.poll(name)
        page = await desk.get(f"/console/polls/{name}/edit")
        fields = page.fields | dict.fromkeys(page.ticked, "1") | {"do": "save"}
        page = await desk.post(f"/console/polls/{name}/edit", **fields)
        assert page.status == 303, page.words
        assert polls.station.poll(name) == before


async def test_names_are_made_out_of_the_words(both: Office) -> None:
    desk = await both.joins("anna", "poll-officer")
    page = await desk.post(NEW, **filled(id="", **said("q.0.o.2.label", "North")))
    assert page.status == 422  # two that read alike cannot be told apart
    page = await desk.post(NEW, **filled(id=""))
    assert page.location == "/console/polls/bike-lanes-en?done=saved"
    poll = hall(both).station.poll("bike-lanes-en")
    assert [o.id for o in poll.questions[0].options] == ["north-en", "south-en"]


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        (said("title", "") | {"title.en": " ", "title.de": "", "title.zh": ""}, "title.de", "Please write a title"),
        ({"closes": ""}, "closes", "Please say until when"),
        ({"closes": "soon"}, "closes", "Closes must be a moment"),
        ({"closes": "2020-01-01T00:00", "opens": "2021-01-01T00:00"}, "title.de", "closes before it opens"),
        ({"zone": "Mars/Base"}, "title.de", "Mars/Base"),
        ({"title.en": "x" * 100_000}, "title.en", "Title (English) must have 1 to 2000"),
        ({"q.0.ask.zh": ""}, "q.0.ask.zh", "This is missing in 中文: question 1, What is asked"),
        ({"q.0.o.1.label.de": ""}, "q.0.o.1.label.de", "question 1, answer 2, Words of the answer"),
        ({"q.0.kind": "multiple", "q.0.most": "many"}, "q.0.most", "At most must be a whole number"),
        ({"q.0.kind": "dance"}, "q.0.kind", "must be one of"),
        ({"q.0.o.0.image": "javascript:alert(1)"}, "title.de", "a picture is an address"),
        ({"mode": "web-secret", "level": "account"}, "level", "nobody has an account"),
        ({"id": "new"}, "title.de", "a name we keep for ourselves"),
        ({"id": "../lanes"}, "title.de", "is no id for a poll"),
    ],
)  # fmt: skip
async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    office: Office, given: dict[str, str], field: str, told: str
) -> None:
    desk = await office.joins("anna", "poll-officer")
    page = await desk.post(NEW, **filled(**given))
    assert page.status == 422
    assert told in page.words
    assert f"#{field}" in page.links
    for name, value in (filled(**given) | {"do": ""}).items():
        if value and name not in ("q.0.kind", "do"):
            assert page.fields[name] == value, name
    assert office.rows("SELECT count(*) FROM poll") == [(0,)]


async def test_buttons_change_the_form_and_keep_what_was_typed(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")

    async def press(do: str, fields: dict[str, str]) -> dict[str, str]:
        page = await desk.post(NEW, **fields | {"do": do})
        assert page.status == 200
        return page.fields

    fields = await press("add.0", filled())
    assert fields["q.0.o.2.label.en"] == ""
    fields = await press("up.0.1", fields)
    assert (fields["q.0.o.0.label.en"], fields["q.0.o.1.label.en"]) == ("South en", "North en")
    fields = await press("kind", fields | {"q.0.kind": "scale"})
    assert fields["q.0.o.0.label.en"] == "South en"  # hidden, and there when the kind comes back
    assert "q.0.p5.en" in fields
    fields = await press("add", fields)
    assert "q.1.ask.en" in fields
    fields = await press("drop.0", fields)
    assert "q.1.ask.en" not in fields
    for nonsense in ("drop.9", "up.x.1", "add.0.0.0", "drop.0.-1", "down.0.999999999"):
        assert (await press(nonsense, fields))["title.en"] == "Bike lanes en"


async def test_sent_twice_it_is_one_poll_and_a_name_that_is_taken_is_refused(both: Office) -> None:
    desk = await both.joins("anna", "poll-officer")
    await kept(desk)
    await kept(desk)
    page = await desk.post(NEW, **filled(**said("title", "Something else")))
    assert page.status == 422
    assert "There is already a poll of this name" in page.words
    page = await desk.post(NEW, **filled(closes="2027-01-01T18:00"))
    assert page.status == 422
    assert audited(both) == ["poll.create"]


async def test_a_second_editor_is_shown_what_changed_and_loses_nothing(both: Office) -> None:
    anna, ben = await both.joins("anna", "poll-officer"), await both.joins("ben", "poll-officer")
    await kept(anna)
    page = await anna.get(f"{LANES}/edit")
    theirs = (await ben.get(f"{LANES}/edit")).fields
    ours = page.fields | {"do": "save", "title.en": "Cycle tracks"}
    assert (await anna.post(f"{LANES}/edit", **ours)).status == 303
    theirs |= {"do": "save", "title.en": "Bike paths", "csrf": ben.csrf}
    late = await ben.post(f"{LANES}/edit", **theirs)
    assert late.status == 409
    assert "Somebody else has changed this poll meanwhile" in late.words
    differing = re.findall(r'<a href="#([^"]+)">[^<]+</a>: <bdi>(.*?)</bdi>', late.html)
    assert differing == [("title.en", "Cycle tracks")]
    assert late.fields["title.en"] == "Bike paths"
    again = await ben.post(f"{LANES}/edit", **theirs | {"seen": late.fields["seen"]})
    assert again.status == 303
    assert hall(both).station.poll().title["en"] == "Bike paths"


async def test_once_somebody_has_voted_the_page_says_what_can_still_be_done(office: Office) -> None:
    desk, polls = await office.joins("anna", "poll-officer"), hall(office)
    polls.open("lanes", mild, ("single",))
    fields = (await desk.get(f"{LANES}/edit")).fields
    polls.vote("lanes", 1, ("single",))
    page = await desk.get(f"{LANES}/edit")
    assert "Somebody has voted already" in page.words
    assert "title.en" not in page.fields
    late = await desk.post(f"{LANES}/edit", **fields | {"do": "save", "title.en": "Other"})
    assert late.status == 422
    assert "Somebody has voted already" in late.words
    assert polls.station.poll().title["en"] == "Bicycle lanes in our town"


async def test_it_is_shown_as_chats_and_its_page_will_show_it(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    page = await desk.post(NEW, **filled(do="check"))
    assert page.status == 200
    for words in ("In a chat: Deutsch", "WeChat", "Telegram", "1. North de", "Öffentliche"):
        assert (words in page.words) == (words != "Öffentliche"), words
    assert office.rows("SELECT count(*) FROM poll") == [(0,)]


@pytest.mark.parametrize("text", [HOSTILE, "\u202e<b>txt\u2066", '"><img src=x onerror=alert(1)>'])
async def test_nothing_that_is_written_runs_anywhere(office: Office, text: str) -> None:
    desk = await office.joins("anna", "poll-officer")
    written = {n: v for n, v in filled().items() if "." in n}
    await kept(desk, **{name: f"{text}{name}" for name in written if name[-2:] in CODES})
    for path in ("", "/edit", "/open", "/say", "/sheet", "/ways", "/cancel"):
        page = await desk.get(f"{LANES}{path}")
        assert page.status == 200, path
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert "\u202e" not in page.html


async def test_what_no_database_can_hold_is_refused(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    page = await desk.post(NEW, **filled(**{"title.en": "a\0b"}))
    assert page.status == 400
    assert office.rows("SELECT count(*) FROM poll") == [(0,)]


# -- steps ---------------------------------------------------------------------------------------


async def test_a_poll_is_opened_and_closed_and_a_second_press_does_nothing(both: Office) -> None:
    desk = await both.joins("anna", "poll-officer")
    await kept(desk)
    seen = (await desk.get(f"{LANES}/open")).fields["seen"]
    page = await done(desk, "open")
    assert page.location == f"{LANES}?done=open"
    assert "The poll is open." in (await desk.get(page.location)).words
    again = await desk.post(f"{LANES}/open", seen=seen)
    assert again.status == 409
    both.wait(timedelta(minutes=1))
    assert "There is no way back" in (await desk.get(f"{LANES}/close")).words
    page = await done(desk, "close")
    assert page.status == 303
    assert audited(both) == ["poll.create", "poll.open", "poll.closing"]


async def test_a_poll_that_changed_since_it_was_looked_at_is_not_opened(office: Office) -> None:
    anna, ben = await office.joins("anna", "poll-officer"), await office.joins("b", "poll-officer")
    await kept(anna)
    seen = (await anna.get(f"{LANES}/open")).fields["seen"]
    fields = (await ben.get(f"{LANES}/edit")).fields
    await ben.post(f"{LANES}/edit", **fields | {"do": "save", "title.en": "Motorways"})
    page = await anna.post(f"{LANES}/open", seen=seen)
    assert page.status == 409
    assert "Somebody has changed this poll meanwhile" in page.words
    assert audited(office) == ["poll.create", "poll.change"]


async def test_a_poll_does_not_open_without_next_steps(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    await kept(desk, **dict.fromkeys(said("next_steps", ""), ""))
    page = await desk.get(f"{LANES}/open")
    assert "Please write first what happens with the result" in page.words
    assert f"{LANES}/say" in page.links
    refused = await desk.post(f"{LANES}/open", seen="0")
    assert refused.status == 422
    say = await desk.get(f"{LANES}/say")
    told = await desk.post(f"{LANES}/say", seen=say.fields["seen"], **{"next_steps.en": "June"})
    assert told.status == 303
    assert (await done(desk, "open")).status == 303


async def test_a_later_end_takes_two_people_however_the_first_calls_themselves(
    both: Office,
) -> None:
    anna, ben = await both.joins("anna", "poll-officer"), await both.joins("ben", "poll-officer")
    await kept(anna)
    await done(anna, "open")
    until = {"until": "2026-12-31T18:00", "reason.en": "Holidays"}
    nothing = await done(anna, "extend", until="2026-12-31T18:00")
    assert nothing.status == 422
    assert "Please give a reason" in nothing.words
    assert nothing.fields["until"] == "2026-12-31T18:00"
    assert (await done(anna, "extend", **until)).status == 303
    own = await done(anna, "agree")
    assert own.status == 422
    assert "A second person must agree, not the one who asked." in own.words
    stale = (await ben.get(f"{LANES}/agree")).fields
    assert (await done(anna, "extend", **until | {"until": "2027-12-31T18:00"})).status == 303
    late = await ben.post(f"{LANES}/agree", seen=stale["seen"], wish=stale["wish"])
    assert late.status == 409  # what ben saw is not what he would agree to
    both.change("UPDATE poll_extension SET asked_by = 'staff:Ben via cli:ops'")
    assert (await done(ben, "agree")).status == 422
    both.change("UPDATE poll_extension SET asked_by = 'staff:anna'")
    assert (await done(ben, "agree")).status == 303
    assert hall(both).station.poll().closes_at.year == 2027


async def test_a_poll_is_cancelled_for_a_reason(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    await kept(desk)
    assert (await done(desk, "cancel", reason="  ")).status == 422
    page = await done(desk, "cancel", reason="The wrong question")
    assert "cancelled" in (await desk.get(page.location)).words
    assert (await desk.get(f"{LANES}/edit")).location == LANES
    assert ("The wrong question",) in office.rows("SELECT detail FROM audit_entry")


async def test_steps_ask_for_the_password_that_was_not_given_lately(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    await kept(desk)
    office.wait(timedelta(minutes=11))
    for path in ("open", "cancel", "codes", "kiosk"):
        page = await desk.get(f"{LANES}/{path}")
        assert page.location == f"/console/confirm?next=%2Fconsole%2Fpolls%2Flanes%2F{path}"
        page = await desk.post(f"{LANES}/{path}", seen="0")
        assert page.location == f"/console/confirm?next=%2Fconsole%2Fpolls%2Flanes%2F{path}"
    assert audited(office) == ["poll.create"]


async def test_a_form_of_elsewhere_and_a_poll_that_is_not_there(office: Office) -> None:
    desk = await office.joins("anna", "poll-officer")
    await kept(desk)
    page = await desk.ask("POST", f"{LANES}/open", data={"csrf": "x", "seen": "0"})
    assert page.status == 403
    page = await desk.ask("POST", f"{LANES}/edit", data=filled() | {"csrf": desk.csrf},
                          headers={"Origin": "https://evil.example"})  # fmt: skip
    assert page.status == 403
    for path in (
        "",
        *[
            "/edit",
            "/open",
            "/say",
            "/codes",
            "/kiosk",
            "/ways",
            "/poster.pdf",
            "/paper",
            "/results",
        ],
    ):
        assert (await desk.get(f"/console/polls/nobody{path}")).status == 404, path
    assert audited(office) == ["poll.create"]
