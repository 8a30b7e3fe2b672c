"""The page of one registration: seen, changed, given back, taken, and nobody else's."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from bot.services.keys import Keys
from bot.services.organising import Organising, shred_registrations
from bot.services.passes import Passes
from bot.services.privacy import Privacy
from bot.services.registrations import Registrations
from tests.eventful import SCHOOL, rows, seats_agree, stand, told
from tests.pages.front import ANSWERS, FIELDS, FILLED, Front

STANDS = [
    ("en", "You are registered for Summer School Berlin"),
    ("de", "Sie sind angemeldet: Sommerschule Berlin"),
    ("zh", "您已报名柏林暑期学校"),
]


@pytest.mark.parametrize(("language", "said"), STANDS)
async def test_a_person_sees_how_it_stands_in_their_language(
    front: Front, language: str, said: str
) -> None:
    front.holds()
    registration = front.registers("ben", language=language)
    page = await front.get(front.place(registration), **{"Accept-Language": "fr, es"})
    assert (page.status, page.language) == (200, language)
    assert said in page.words
    assert registration.reference in page.words
    assert page.html.count("<svg") == 1


async def test_the_confirmation_leads_to_the_page_and_brings_the_code(front: Front) -> None:
    front.holds()
    for line in ("register", "yes"):
        await front.chat.say(line)
    (reply,) = front.chat.shown
    assert [link.label for link in reply.links] == ["My registration as a web page"]
    assert [file.kind for file in reply.attachments] == ["text/calendar", "image/png"]
    assert reply.attachments[1].url_or_bytes.startswith(b"\x89PNG")
    assert reply.links[0].url in reply.attachments[0].url_or_bytes.decode().replace("\r\n ", "")
    assert (await front.get(reply.links[0].url)).status == 200


async def test_answers_are_changed_and_the_person_is_told(front: Front) -> None:
    front.holds(fields=FIELDS)
    path = front.place(front.registers("ben", answers={**ANSWERS, "born": "1990-05-14"}))
    page = await front.get(path)
    assert page.fields["f.name"] == "Anna"
    assert page.fields["f.born"] == "1990-05-14"
    sent = await front.post(path, {**FILLED, "f.name": "Anna Berg", "f.born": ""})
    assert sent.location == f"{path}?lang=en&done=changed"
    assert "Your changes are saved." in (await front.get(sent.location)).words
    assert rows(front.house.database)[0].answers == {**ANSWERS, "name": "Anna Berg"}
    (said,) = await front.said()
    assert said.startswith("Your registration for Summer School Berlin was changed")


async def test_saving_without_a_change_tells_nobody(front: Front) -> None:
    front.holds(fields=FIELDS)
    registration = front.registers("ben", answers=ANSWERS)
    assert (await front.post(front.place(registration), FILLED)).status == 303
    assert await front.said() == []
    assert rows(front.house.database)[0].revision == registration.revision


async def test_what_is_wrong_is_said_and_nothing_changes(front: Front) -> None:
    front.holds(fields=FIELDS, capacity=5, seats_each=3)
    path = front.place(front.registers("ben", answers=ANSWERS))
    page = await front.post(path, {**FILLED, "f.email": "nobody", "seats": "0"})
    assert page.status == 422
    assert page.errors[0] == "Please write a number from 1 to 3."
    assert page.fields["f.email"] == "nobody"
    page = await front.post(path, {**FILLED, "f.needs.lift": "lift"})
    assert page.errors == ["Please tick this box, or leave the answers below it empty."]
    assert rows(front.house.database)[0].answers == ANSWERS


async def test_what_is_protected_is_kept_once_agreed_to(front: Front) -> None:
    front.holds(fields=FIELDS)
    path = front.place(front.registers("ben", answers=ANSWERS))
    needs = {"f.needs.lift": "lift"}
    assert (await front.post(path, {**FILLED, **needs, "sensitive": "yes"})).status == 303
    assert front.rows("SELECT purpose FROM consent") == [("sensitive:summer-school",)]
    assert "sensitive" not in (await front.get(path)).fields | dict.fromkeys(
        (await front.get(path)).ticked
    )
    assert (await front.post(path, FILLED)).status == 303  # left empty: taken away again
    assert "needs" not in rows(front.house.database)[0].answers


async def test_seats_are_changed_as_far_as_there_are_any(front: Front) -> None:
    front.holds(capacity=3, seats_each=3)
    path = front.place(front.registers("ben", seats=1))
    front.registers("cem", seats=1)
    assert (await front.post(path, {"seats": "2"})).status == 303
    page = await front.post(path, {"seats": "3"})
    assert (page.status, page.fields["seats"]) == (422, "3")
    assert "There are not enough free seats for that." in page.words
    assert [r.seats for r in rows(front.house.database)] == [2, 1]
    assert seats_agree(front.house.database)


async def test_cancelling_asks_once_and_is_once(front: Front) -> None:
    front.holds(capacity=1)
    path = front.place(front.registers("ben"))
    front.registers("cem")
    assert "Cancel your registration?" in (await front.get(f"{path}/cancel")).words
    assert stand(front.house.database) == {"ben": "confirmed", "cem": "waiting"}
    pages = await asyncio.gather(*(front.post(f"{path}/cancel") for _ in range(4)))
    assert {page.status for page in pages} == {303}
    assert stand(front.house.database) == {"ben": "cancelled", "cem": "offered"}
    assert seats_agree(front.house.database)
    assert sorted(told(front.house.database)) == [
        ("ben", "Your registration fo"), ("cem", "Good news: a seat is"),
    ]  # fmt: skip
    page = await front.get(path)
    assert "is cancelled" in page.words
    assert page.actions == []  # nothing is left to do


async def _offered(front: Front) -> str:
    front.holds(capacity=1)
    front.registers("ben")
    path = front.place(front.registers("cem"))
    front.does(lambda t: Registrations(t).cancel(SCHOOL.id, "ben"))
    return path


async def test_an_offered_seat_is_taken_with_one_button(front: Front) -> None:
    path = await _offered(front)
    page = await front.get(path)
    assert page.actions[:2] == [f"{path}/accept?lang=en", f"{path}/pass?lang=en"]
    for _ in range(2):  # twice is once
        assert (await front.post(f"{path}/accept")).location == f"{path}?lang=en&done=taken"
    assert stand(front.house.database)["cem"] == "confirmed"
    assert [text for who, text in told(front.house.database) if who == "cem"] == [
        "Good news: a seat is", "Good news: you have ",
    ]  # fmt: skip


async def test_an_offered_seat_is_let_go(front: Front) -> None:
    path = await _offered(front)
    assert (await front.post(f"{path}/pass")).location == f"{path}?lang=en&done=passed"
    assert stand(front.house.database)["cem"] == "cancelled"
    page = await front.post(f"{path}/pass")
    assert (page.status, "There is no seat on offer for you there" in page.words) == (422, True)


async def test_an_offer_ends_on_the_page_too(front: Front) -> None:
    path = await _offered(front)
    front.wait(timedelta(days=2))
    page = await front.post(f"{path}/accept")
    assert page.status == 422
    assert "There is no seat on offer for you there" in page.words


async def test_passing_is_no_way_to_cancel_by_mistake(front: Front) -> None:
    front.holds()
    path = front.place(front.registers("ben"))
    assert (await front.post(f"{path}/pass")).status == 422
    assert stand(front.house.database) == {"ben": "confirmed"}


async def test_the_calendar_file_is_the_persons_own(front: Front) -> None:
    front.holds()
    registration = front.registers("ben", language="de")
    path = front.place(registration)
    page = await front.get(f"{path}/event.ics")
    (event,) = Calendar.from_ical(page.body.decode()).walk("VEVENT")
    assert event["uid"] == f"summer-school.{registration.reference}@citybot"
    assert f"https://chat.example.org{path}" in str(event["description"])
    assert page.headers["Content-Disposition"].startswith('attachment; filename="summer-school')


async def test_what_is_over_can_be_read_and_not_changed(front: Front) -> None:
    front.holds(fields=FIELDS)
    path = front.place(front.registers("ben", answers=ANSWERS))
    front.wait(SCHOOL.ends_at - front.clock[0] + timedelta(hours=1))
    assert (await front.get(path)).actions == []
    assert (await front.post(path, {**FILLED, "f.name": "Eve"})).status == 422
    page = await front.post(f"{path}/cancel")
    assert page.status == 422
    assert "You have no registration there that could be changed." in page.words
    for done in ("cancelled", "passed", "changed", "<b>"):
        words = (await front.get(f"{path}?done={done}")).words
        assert "Your registration is cancelled" not in words
    assert rows(front.house.database)[0].answers == ANSWERS
    assert stand(front.house.database) == {"ben": "confirmed"}


async def test_a_cancelled_event_is_said(front: Front) -> None:
    front.holds()
    path = front.place(front.registers("ben"))
    front.does(lambda t: Organising(t).cancel(SCHOOL.id))
    page = await front.get(path)
    assert "This event was cancelled." in page.words
    assert page.actions == []


async def test_nobody_gets_in_with_a_link_that_is_not_theirs(front: Front) -> None:
    front.holds()
    registration, other = front.registers("ben"), front.registers("cem")
    mine, theirs = front.place(registration), front.place(other)
    signature = theirs.rpartition("-")[2]
    forged = [
        mine[:-1] + ("A" if mine[-1] != "A" else "B"),
        f"{mine.partition('-')[0]}-{signature}"[:60],
        f"/r/{(registration.reference or '').replace('-', '')}-{'A' * 22}",
        f"/r/{registration.reference}",
        "/r/" + "A" * 32,
    ]
    for path in forged:
        for at in ("", "/cancel", "/event.ics", "/certificate.pdf"):
            assert (await front.get(path + at)).status == 404, path + at
        assert (await front.post(f"{path}/cancel")).status == 404
    assert stand(front.house.database) == {"ben": "confirmed", "cem": "confirmed"}


async def test_another_house_signs_otherwise(front: Front) -> None:
    front.holds()
    reference = front.registers("ben").reference or ""
    other = Passes(replace(front.house.settings, secret="another secret"))
    assert (await front.get(f"/r/{other.make(reference)}")).status == 404


@pytest.mark.parametrize("how", ["shredded", "forgotten"])
async def test_a_link_ends_with_what_it_leads_to(front: Front, how: str) -> None:
    front.holds()
    path = front.place(front.registers("ben"))
    if how == "forgotten":
        front.does(lambda t: Privacy(t, Keys.of(front.house.settings)).erase("ben"))
    else:
        front.wait(SCHOOL.ends_at - front.clock[0] + timedelta(days=70))
        shred_registrations(front.house.database, front.clock[0])
    assert (await front.get(path)).status == 404
