"""The door: scans in any order, late, twice, from two phones; and who may stand there."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from markupsafe import escape

from bot.services.checkins import CheckIns
from bot.services.keys import Keys
from bot.services.organising import shred_registrations
from bot.services.privacy import Privacy
from bot.services.registration import Registration
from bot.services.registrations import Registrations
from tests.eventful import JOURNEY, SCHOOL, rows, seats_agree, stand
from tests.pages.front import Front

MINUTE = 60_000


def scan(registration: Registration, what: str = "in", ago: float = 0, **more: Any) -> Any:
    """What a phone sends."""
    return {"id": uuid4().hex, "reference": registration.reference, "what": what, "ago": ago} | more


async def send(front: Front, door: str, *scans: Any) -> list[dict[str, str]]:
    page = await front.ask("POST", f"{door}/scans", json={"scans": list(scans)})
    assert page.status == 200, page.html
    import orjson

    found: list[dict[str, str]] = orjson.loads(page.body)["scans"]
    return found


async def outcomes(front: Front, door: str, *scans: Any) -> list[str]:
    return [told["outcome"] for told in await send(front, door, *scans)]


async def test_a_person_is_let_in_once_and_taken_back(both: Front) -> None:
    both.holds()
    ben = both.registers("ben", answers={"name": "Ben"})
    door = both.door()
    (told,) = await send(both, door, scan(ben))
    assert (told["outcome"], told["text"], told["name"]) == ("in", "Welcome!", "Ben")
    assert stand(both.house.database) == {"ben": "attended"}
    (told,) = await send(both, door, scan(ben))
    assert told["text"] == "Was checked in before, at 1:00\u202fPM."
    assert await outcomes(both, door, scan(ben, "out")) == ["out"]
    assert stand(both.house.database) == {"ben": "confirmed"}
    assert seats_agree(both.house.database)


async def test_what_a_phone_sends_again_changes_nothing(both: Front) -> None:
    """Its answer was lost on the way: it has the same answers again."""
    both.holds(capacity=5)
    people = [both.registers(name) for name in ("ben", "cem", "dana")]
    door = both.door()
    queue = [scan(person, ago=n * MINUTE) for n, person in enumerate(people)]
    queue += [scan(people[0], "out"), scan(people[1])]
    first = await send(both, door, *queue)
    revisions = [r.revision for r in rows(both.house.database)]
    for again in (queue, list(reversed(queue)), queue[1:3]):
        answered = await send(both, door, *again)
        assert {a["id"]: a["outcome"] for a in answered} == {
            f["id"]: f["outcome"] for f in first if f["id"] in {a["id"] for a in answered}
        }
    assert [r.revision for r in rows(both.house.database)] == revisions
    assert stand(both.house.database) == {
        "ben": "confirmed", "cem": "attended", "dana": "attended",
    }  # fmt: skip
    assert both.rows("SELECT count(*) FROM check_in") == [(5,)]


async def test_the_same_scan_sent_at_once_counts_once(both: Front) -> None:
    both.holds()
    ben, door = both.registers("ben"), both.door()
    same = scan(ben)
    answers = await asyncio.gather(*(outcomes(both, door, same) for _ in range(8)))
    assert answers == [["in"]] * 8
    assert both.rows("SELECT count(*) FROM check_in") == [(1,)]


async def test_without_the_id_a_queue_sent_twice_would_count_twice(both: Front) -> None:
    """The guard-off twin: a phone that names its scans anew each time undoes what came between."""
    both.holds()
    ben, door = both.registers("ben"), both.door()
    await send(both, door, scan(ben))
    await send(both, door, scan(ben, "out"))
    await send(both, door, scan(ben))  # meant to be the first one, sent again
    assert stand(both.house.database) == {"ben": "attended"}


async def test_the_latest_moment_counts_and_not_the_latest_message(both: Front) -> None:
    """Two phones: what one kept without a network for ten minutes is older than the other's."""
    both.holds()
    ben, door = both.registers("ben"), both.door()
    assert await outcomes(both, door, scan(ben, "out", ago=MINUTE)) == ["out"]
    assert await outcomes(both, door, scan(ben, "in", ago=10 * MINUTE)) == ["in"]
    assert stand(both.house.database) == {"ben": "confirmed"}
    assert await outcomes(both, door, scan(ben, "in")) == ["in"]
    assert stand(both.house.database) == {"ben": "attended"}


@pytest.mark.parametrize("ago", [-(10.0**12), 10.0**30, 1e308])
async def test_a_phone_with_a_wrong_clock_is_put_up_with(front: Front, ago: float) -> None:
    front.holds()
    ben, door = front.registers("ben"), front.door()
    assert await outcomes(front, door, scan(ben, ago=ago)) == ["in"]
    week_ago = front.clock[0] - timedelta(days=7)
    ((at,),) = front.rows("SELECT at FROM check_in")
    assert week_ago <= datetime.fromisoformat(at).replace(tzinfo=UTC) <= front.clock[0]


async def test_who_has_no_seat_is_named_as_such(front: Front) -> None:
    front.holds(capacity=1)
    front.holds(JOURNEY)
    seated, waits = front.registers("ben"), front.registers("cem", answers={"name": "Cem"})
    elsewhere = front.registers("dana", event_id=JOURNEY.id)
    door = front.door()
    nobody = scan(seated, reference="222-222-222")
    scans = [scan(waits), scan(elsewhere), nobody, scan(seated, reference="<b>")]
    told = await send(front, door, *scans)
    assert [t["outcome"] for t in told] == ["waiting", "elsewhere", "unknown", "unknown"]
    assert ["name" in t for t in told] == [False] * 4
    front.does(lambda t: Registrations(t).cancel(SCHOOL.id, "ben"))
    assert await outcomes(front, door, scan(seated), scan(waits)) == ["cancelled", "offered"]
    assert front.rows("SELECT count(*) FROM check_in") == [(0,)]


async def test_a_reference_is_read_however_it_is_typed(front: Front) -> None:
    front.holds()
    ben, door = front.registers("ben"), front.door()
    typed = (ben.reference or "").replace("-", " ").lower()
    assert await outcomes(front, door, scan(ben, reference=f"  {typed} ")) == ["in"]


async def test_without_a_script_the_page_is_a_form(front: Front) -> None:
    front.holds()
    ben, door = front.registers("ben", answers={"name": "Ben & Co"}), front.door()
    front.wait(SCHOOL.starts_at - front.clock[0])
    page = await front.get(f"{door}?lang=de")
    assert "0 von 1 Anmeldungen sind da" in page.words
    sent = {"id": page.fields["id"], "reference": ben.reference or ""}
    for said in ("Willkommen!", "Willkommen!"):  # a reload sends the same form again
        page = await front.post(f"{door}?lang=de", sent)
        assert said in page.words
        assert "1 von 1 Anmeldungen sind da" in page.words
    assert "Ben &amp; Co" in page.html
    back = {"id": page.fields["id"], "reference": ben.reference or "", "what": "out"}
    assert "0 von 1 Anmeldungen sind da" in (await front.post(f"{door}?lang=de", back)).words


@pytest.mark.parametrize("language", ["en", "de", "zh"])
async def test_without_a_script_too_who_has_no_seat_is_named_as_such(
    front: Front, language: str
) -> None:
    front.holds(capacity=1)
    front.registers("ben")
    waits, door = front.registers("cem"), front.door()
    front.wait(SCHOOL.starts_at - front.clock[0])
    page = await front.get(f"{door}?lang={language}")
    for reference in (waits.reference, "222-222-222", "'; drop"):
        sent = {"id": page.fields["id"], "reference": reference}
        told = await front.post(f"{door}?lang={language}", sent)
        assert told.status == 200
        assert escape(reference or "") in told.html


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("when", "is_asked", "is_warned"),
    [
        (SCHOOL.starts_at - 60 * DAY, True, True),
        (SCHOOL.starts_at - 2 * DAY, True, True),
        (SCHOOL.starts_at - DAY, False, False),
        (SCHOOL.starts_at, False, False),
        (SCHOOL.ends_at + DAY, False, False),
        (SCHOOL.ends_at + 2 * DAY, False, True),
    ],
)
async def test_on_another_day_the_door_asks_or_warns(
    front: Front, when: datetime, is_asked: bool, is_warned: bool
) -> None:
    """Who is checked in by mistake could not cancel; a late phone must still be able to send."""
    front.holds()
    ben, door = front.registers("ben"), front.door()
    front.wait(when - front.clock[0])
    page = await front.get(door)
    assert ("This event is on another day." in page.words) == is_warned
    assert ("Check people in all the same" in page.words) == is_asked
    assert ('name="reference"' in page.html) != is_asked
    page = await front.get(f"{door}?early=yes")
    sent = {"id": page.fields["id"], "reference": ben.reference or ""}
    assert "Welcome!" in (await front.post(door, sent)).words


async def test_all_others_stayed_away_until_somebody_comes_late(both: Front) -> None:
    both.holds(capacity=5)
    people = [both.registers(name) for name in ("ben", "cem", "dana")]
    door = both.door()
    assert "After the event" not in (await both.get(door)).words
    both.wait(SCHOOL.ends_at - both.clock[0])
    await send(both, door, scan(people[0]))
    assert (await both.post(f"{door}/close")).status == 303
    assert stand(both.house.database) == {
        "ben": "attended", "cem": "no_show", "dana": "no_show",
    }  # fmt: skip
    assert "2 stayed away." in (await both.get(door)).words
    await send(both, door, scan(people[1]))
    assert (await both.post(f"{door}/reopen")).status == 303
    assert stand(both.house.database) == {
        "ben": "attended", "cem": "attended", "dana": "confirmed",
    }  # fmt: skip
    assert seats_agree(both.house.database)


async def test_only_the_newest_link_of_this_event_opens_the_door(front: Front) -> None:
    front.holds()
    front.holds(JOURNEY)
    ben = front.registers("ben")
    first, other = front.door(), front.door(JOURNEY)
    second = front.door()
    assert [(await front.get(d)).status for d in (first, second, other)] == [404, 200, 200]
    assert await outcomes(front, other, scan(ben)) == ["elsewhere"]
    front.does(lambda t: CheckIns(t).void_links(SCHOOL.id))
    page = await front.ask("POST", f"{second}/scans", json={"scans": [scan(ben)]})
    assert page.status == 404
    assert stand(front.house.database) == {"ben": "confirmed"}


async def test_a_door_closes_a_week_after_the_event(front: Front) -> None:
    front.holds()
    door = front.door()
    front.wait(SCHOOL.ends_at - front.clock[0] + timedelta(days=6, hours=23))
    assert (await front.get(door)).status == 200
    front.wait(timedelta(hours=2))
    assert (await front.get(door)).status == 404


async def test_the_token_itself_is_kept_nowhere(front: Front) -> None:
    front.holds()
    token = front.door().rpartition("/")[2]
    assert token not in str(front.rows("SELECT * FROM check_in_link"))


NONSENSE: list[Any] = [
    [], {}, {"scans": []}, {"scans": "x"}, {"scans": [{}]}, {"scans": [{"id": "x" * 8}]},
    {"scans": [{"id": "12345678", "reference": 7}]},
    {"scans": [{"id": "12345678", "reference": "x", "what": "all"}]},
    {"scans": [{"id": "12345678", "reference": "x", "ago": "1"}]},
    {"scans": [{"id": "12345678", "reference": "x", "ago": True}]},
    {"scans": [{"id": "<script>", "reference": "x"}]},
    {"scans": [{"id": "12345678", "reference": "x"}] * 101},
]  # fmt: skip


@pytest.mark.parametrize("body", NONSENSE)
async def test_nonsense_at_the_door_is_refused_whole(front: Front, body: Any) -> None:
    front.holds()
    page = await front.ask(
        "POST", f"{front.door()}/scans", json=body, headers={"Accept": "application/json"}
    )
    assert (page.status, page.headers["Content-Type"].partition(";")[0]) == (
        400, "application/json",
    )  # fmt: skip


async def test_who_was_checked_in_when_is_the_persons_own_data(both: Front) -> None:
    both.holds()
    ben, cem = both.registers("ben"), both.registers("cem")
    await send(both, both.door(), scan(ben), scan(cem))
    kept = both.does(lambda t: Privacy(t, Keys.of(both.house.settings)).export("ben"))["check_in"]
    assert [row["registration_id"] for row in kept] == [ben.id]
    both.does(lambda t: Privacy(t, Keys.of(both.house.settings)).erase("ben"))
    assert both.rows("SELECT registration_id FROM check_in") == [(cem.id,)]


async def test_the_doors_book_goes_with_the_answers(both: Front) -> None:
    both.holds()
    ben = both.registers("ben")
    await send(both, both.door(), scan(ben))
    both.wait(SCHOOL.ends_at - both.clock[0] + timedelta(days=70))
    assert shred_registrations(both.house.database, both.clock[0]) == 1
    assert both.rows("SELECT count(*) FROM check_in") == [(0,)]
    assert both.rows("SELECT count(*) FROM check_in_link") == [(0,)]
    assert both.rows("SELECT status FROM registration") == [("attended",)]  # the count stays
