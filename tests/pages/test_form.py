"""The form for personal answers: opened by one person, sent once, and the talk goes on."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import Settings
from bot.services.fields import check_fields
from bot.services.organising import Organising
from knowledge.library import Library
from tests.eventful import SCHOOL, rows
from tests.pages.front import FIELDS, FILLED, Front, fronted

AGREED = {"registration": "yes"}


async def link_of(front: Front, *lines: str) -> str:
    """What the chat gives to who registers."""
    for line in lines or ("register",):
        await front.chat.say(line)
    link = front.chat.shown[-1].text.split()[-1]
    assert link.startswith("https://chat.example.org/form/")
    return link


async def test_what_is_filled_in_on_the_page_lets_the_talk_go_on(front: Front) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    page = await front.get(link)
    assert page.status == 200
    assert "Summer School Berlin" in page.words
    assert "Name? Why we ask: your tag" in page.words
    assert page.ticked == set()  # nothing is agreed to beforehand
    sent = await front.post(link, {**FILLED, **AGREED, "f.born": "1990-05-14"})
    assert (sent.status, sent.location) == (303, "/form/done?lang=en&from=script")
    assert "please go back to our chat" in (await front.get(sent.location)).words
    (summary,) = await front.said()
    assert summary.startswith("Is this right?")
    await front.chat.say("yes")
    (registration,) = rows(front.house.database)
    assert registration.answers == {
        "name": "Anna", "email": "anna@example.org", "role": "city", "born": "1990-05-14",
    }  # fmt: skip
    assert front.rows("SELECT purpose, channel FROM consent") == [
        ("registration:summer-school", "page")
    ]
    assert front.rows("SELECT count(*) FROM web_link") == [(0,)]


async def test_looking_uses_nothing_up(front: Front) -> None:
    """Messengers fetch what is sent in them, to show a preview."""
    front.holds(fields=FIELDS)
    link = await link_of(front)
    for _ in range(3):
        assert (await front.get(link)).status == 200
        assert (await front.ask("HEAD", link)).status == 200
    assert (await front.post(link, {**FILLED, **AGREED})).status == 303


async def test_sent_twice_it_is_once(front: Front) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    first, other = {**FILLED, **AGREED}, {**FILLED, **AGREED, "f.name": "Eve"}
    pages = await asyncio.gather(*(front.post(link, data) for data in (first, first)))
    assert [page.status for page in pages] == [303, 303]
    assert (await front.post(link, other)).status == 303
    assert (await front.get(link)).location.startswith("/form/done")
    assert len(await front.said()) == 1
    await front.chat.say("yes")
    assert rows(front.house.database)[0].answers["name"] == "Anna"


NOT_OURS = ["A" * 43, "x" * 20, "%00" * 30, "../../etc/passwd", "😀" * 20, "_" * 200]


@pytest.mark.parametrize("token", NOT_OURS)
async def test_a_guessed_link_opens_nothing(front: Front, token: str) -> None:
    front.holds(fields=FIELDS)
    await link_of(front)
    for page in (await front.get(f"/form/{token}"), await front.post(f"/form/{token}", FILLED)):
        assert page.status == 404
        assert "Anna" not in page.words


async def test_a_link_ends_after_a_day(front: Front) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    front.wait(timedelta(hours=23, minutes=59))
    assert (await front.get(link)).status == 200
    front.wait(timedelta(minutes=2))
    for page in (await front.get(link), await front.post(link, {**FILLED, **AGREED})):
        assert page.status == 404
        assert page.words.count("Please ask for a new one in the chat.") == 2
    assert await front.said() == []


async def test_a_link_ends_with_its_event(front: Front) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    front.does(lambda t: Organising(t).cancel(SCHOOL.id))
    assert (await front.post(link, {**FILLED, **AGREED})).status == 404


async def test_who_gave_up_in_the_chat_loses_nothing_and_registers_nowhere(front: Front) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    await front.chat.say("cancel")
    assert (await front.post(link, {**FILLED, **AGREED})).status == 303
    assert await front.said() == ["That question is answered already; nothing changed."]
    assert rows(front.house.database) == ()


async def test_a_page_for_another_event_answers_nothing_here(front: Front) -> None:
    """The link of an earlier registration, sent while another one is open."""
    front.holds(fields=FIELDS)
    front.holds(replace(SCHOOL, id="garden-day", title={"en": "Garden day"}), fields=FIELDS)
    old = await link_of(front, "register for the garden day")
    await link_of(front, "cancel", "register for the summer school")
    assert (await front.post(old, {**FILLED, **AGREED})).status == 303
    (again,) = await front.said()
    assert "https://chat.example.org/form/" in again
    assert rows(front.house.database) == ()


WRONG = [
    ({"f.name": ""}, ["Please fill this in."]),
    ({"f.email": "anna"}, ["That is no e-mail address I could write to."]),
    ({"f.born": "2027-02-31"}, ["2027-02-31 is not in the calendar. Which day is meant?"]),
    ({"f.role": "king"}, ["Please choose here."]),
    ({"f.name": "x" * 2000}, ["That is 2000 characters; please use at most 300."]),
    ({"f.name": "  \u200b\u202e "}, ["Please fill this in."]),
    ({"registration": None}, ["Please tick this box, so that we may keep your answers."]),
    (
        {"f.needs.lift": "lift"},
        ["Please tick this box, or leave the answers below it empty."],
    ),
    ({"f.name": "", "f.email": "@"}, ["Please fill this in.", "That is no e-mail address"]),
]


@pytest.mark.parametrize(("changes", "errors"), WRONG)
async def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(
    front: Front, changes: dict[str, str | None], errors: list[str]
) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    sent = {k: v for k, v in {**FILLED, **AGREED, **changes}.items() if v is not None}
    page = await front.post(link, sent)
    assert page.status == 422
    assert len(page.errors) == len(errors)
    for said, expected in zip(page.errors, errors, strict=True):
        assert said.startswith(expected)
    assert page.fields["f.email"] == sent["f.email"]
    assert "Please look at this once more" in page.words
    assert (await front.get(link)).status == 200  # not used up
    assert await front.said() == []


KIND = [
    ("en", "Please fill this in."),
    ("de", "Bitte füllen Sie das aus."),
    ("zh", "请填写此项。"),
]


@pytest.mark.parametrize(("language", "said"), KIND)
async def test_errors_are_in_the_readers_language(front: Front, language: str, said: str) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    page = await front.post(f"{link}?lang={language}", {**FILLED, **AGREED, "f.name": ""})
    assert (page.language, page.errors) == (language, [said])


async def test_the_page_speaks_as_the_chat_did(front: Front) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front, "我要报名")
    assert (await front.get(link, **{"Accept-Language": "de"})).language == "zh"


async def test_what_is_protected_has_a_consent_of_its_own(front: Front) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    needs = {"f.needs.lift": "lift", "f.needs.halal": "halal", "sensitive": "yes"}
    assert (await front.post(link, {**FILLED, **AGREED, **needs})).status == 303
    await front.said()
    await front.chat.say("yes")
    assert rows(front.house.database)[0].answers["needs"] == ["lift", "halal"]
    purposes = front.rows("SELECT purpose FROM consent ORDER BY purpose")
    assert purposes == [("registration:summer-school",), ("sensitive:summer-school",)]
    text = "SELECT t.text FROM consent c JOIN consent_text t ON t.version = c.version"
    (kept,) = front.rows(f"{text} WHERE c.purpose LIKE 'sensitive%'")
    assert kept[0].startswith("The organisers have a question that is specially protected (access)")


async def test_a_box_ticked_for_nothing_is_no_consent(front: Front) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    assert (await front.post(link, {**FILLED, **AGREED, "sensitive": "yes"})).status == 303
    assert front.rows("SELECT purpose FROM consent") == [("registration:summer-school",)]


async def test_data_leaves_the_country_only_with_a_yes_which_is_asked_for_once(
    sqlite_url: str, library: Library, tmp_path
) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=sqlite_url, secret="for tests", cross_border="Köln, Germany"
    )
    async with fronted(settings, library) as front:
        front.holds(fields=FIELDS)
        link = await link_of(front, "register", "Yes, I agree")
        assert "Köln, Germany" not in (await front.get(link)).words
        assert (await front.post(link, {**FILLED, **AGREED})).status == 303


HOSTILE = [
    "'; DROP TABLE registration; --", "<script>alert(1)</script>", "=HYPERLINK(1)", "{{7*7}}",
    "%s%n%x", "\u202eevil", "a\x00b", "👩‍👩‍👧‍👦", "محمد", "Z̴a̴l̴g̴o̴" * 5, "{name}", "١٢٣",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_whatever_a_name_is_it_is_kept_clean_or_refused_kindly(
    front: Front, name: str
) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    page = await front.post(link, {**FILLED, **AGREED, "f.name": name})
    if page.status != 303:
        assert (page.status, "\0" in name) == (400, True)
        return
    await front.said()
    await front.chat.say("yes")
    kept = rows(front.house.database)[0].answers["name"]
    assert "\u202e" not in kept
    assert front.rows("SELECT count(*) FROM event") == [(1,)]
    shown = await front.get(front.place(rows(front.house.database)[0]))
    assert "<script>alert" not in shown.html


BODIES = [
    (b"x" * 600_000, "application/x-www-form-urlencoded", 413),
    (b"f.name=%ff%fe", "application/x-www-form-urlencoded", 400),
    (b"f.name=%ED%A0%80", "application/x-www-form-urlencoded", 400),
    (b"&".join(b"a%d=" % n for n in range(4000)), "application/x-www-form-urlencoded", 400),
    (b'{"f.name": "x"}', "application/json", 415),
    (b"", "application/x-www-form-urlencoded", 422),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES)
async def test_nonsense_is_answered_and_harms_nothing(
    front: Front, body: bytes, kind: str, status: int
) -> None:
    front.holds(fields=FIELDS)
    link = await link_of(front)
    assert (await front.post(link, body, **{"Content-Type": kind})).status == status
    assert (await front.post(link, {**FILLED, **AGREED})).status == 303


async def test_a_long_form_has_room(front: Front) -> None:
    """Forty long answers in Chinese: 12 bytes a sign, as a browser writes them."""
    many = [
        {"id": f"q{n}", "kind": "long_text", "ask": f"Q{n}?", "collect_on": "web"}
        for n in range(19)
    ]
    front.holds(fields=check_fields(many))
    link = await link_of(front)
    answers = {f"f.q{n}": "好" * 2900 for n in range(19)}
    assert (await front.post(link, {**answers, **AGREED})).status == 303


async def test_an_organisers_field_is_never_taken_for_ours(front: Front) -> None:
    names = ("registration", "token", "lang")
    fields = [{"id": n, "kind": "text", "ask": n, "collect_on": "web"} for n in names]
    front.holds(fields=check_fields(fields))
    link = await link_of(front)
    sent = {f"f.{n}": "x" for n in names}
    assert (await front.post(link, sent)).status == 422  # the box is another one
    assert (await front.post(link, {**sent, **AGREED})).status == 303


async def test_the_talk_is_told_again_when_it_could_not_be_told_at_first(front: Front) -> None:
    """A crash between keeping the answers and telling the talk: opening the page mends it."""
    from bot.services.weblinks import WebLinks

    front.holds(fields=FIELDS)
    link = await link_of(front)
    token = link.rpartition("/")[2]
    front.does(lambda t: WebLinks(t).use(token, {"name": "Anna", "role": "city"}))
    assert await front.said() == []
    assert (await front.get(link)).status == 303
    (summary,) = await front.said()
    assert summary.startswith("Is this right?")
