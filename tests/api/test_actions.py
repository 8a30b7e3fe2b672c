"""What programs do for the team: look, decide, open, close, cancel, move; each deed once."""

import asyncio
from datetime import datetime, timedelta

import orjson
import pytest

from bot.services.keys import Keys
from bot.services.organising import Organising
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.retention import shred
from bot.services.webhooks import Webhooks
from tests.api.programs import Served
from tests.console.office import NOW
from tests.console.test_gaps import BIKE, ask
from tests.console.test_pages import asked
from tests.eventful import SCHOOL, meet, register
from tests.services.polls.station import written

MAIL = "please call anna@example.org"


def school(house: Served) -> None:
    """An event, and two people who have a seat."""
    house.changes(lambda t: Organising(t).save(SCHOOL))
    meet(house.house.database, "p1", "p2")
    for name in ("p1", "p2"):
        register(house.house.database, name, at=house.clock[0])


def poll(house: Served) -> None:
    plain = written(opens=NOW.isoformat(), closes=(NOW + timedelta(days=2)).isoformat())
    keys = Keys.of(house.house.settings)
    made = read_poll(plain, NOW)
    house.changes(lambda t: PollOffice(t, keys, "test").save(made))


async def test_questions_are_seen_without_who_asked(both: Served) -> None:
    program = await both.program("read")
    asked(both, MAIL, outcome="for_staff")
    listed = (await program.get("/questions")).said
    assert listed["next"] is None
    (one,) = listed["items"]
    shown = await program.get(f"/questions/{one['id']}")
    assert shown.said["text"] == "please call ████████"
    assert (shown.said["channel"], shown.said["can_answer"]) == ("web", True)
    for secret in (b"anna@", b"web:p1", b"p1"):
        assert secret not in shown.body


async def test_pages_follow_each_other_and_leave_nothing_out(house: Served) -> None:
    program = await house.program("read", "ask")
    for number in range(7):
        asked(house, f"question {number}")
    ask(house, *BIKE, ("en", "How do I get a parking permit?"))
    for path, key in [("/questions?", "id"), ("/articles?", "slug"), ("/gaps?people=1&", "id")]:
        whole = [one[key] for one in (await program.get(f"{path}limit=100")).said["items"]]
        assert len(whole) > 1
        seen, onward = [], ""
        while True:
            page = (await program.get(f"{path}limit=3{onward}")).said
            seen += [one[key] for one in page["items"]]
            if page["next"] is None:
                break
            onward = f"&after={page['next']}"
        assert seen == whole, path


async def test_a_question_is_answered_once(both: Served) -> None:
    program = await both.program("review")
    asked(both, "When do you open?", outcome="for_staff")
    path = "/questions/1/answer"
    first = await program.post(path, key="k1", text="At nine.")
    again = await program.post(path, key="k1", text="At nine.")
    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert [a.headers["Idempotency-Replayed"] for a in (first, again)] == ["false", "true"]
    assert first.said["answer"]["by"] == "site"
    assert both.rows("SELECT count(*) FROM outbox") == [(1,)]
    assert both.trail("question:") == [("token:site", "question.answer", "question:1")]
    other = await program.post(path, key="k1", text="At ten.")
    assert (other.status, other.code) == (422, "key_used")
    late = await program.post(path, key="k2", text="At ten.")
    assert (late.status, late.said["title"]) == (422, "site has answered meanwhile.")


async def test_a_key_of_one_token_is_none_of_another(both: Served) -> None:
    one, other = await both.program("review"), await both.program("review", name="other")
    asked(both, "one", outcome="for_staff"), asked(both, "two", outcome="for_staff")
    assert (await one.post("/questions/1/answer", key="k", text="x")).status == 200
    answer = await other.post("/questions/2/answer", key="k", text="x")
    assert (answer.status, answer.said["id"]) == (200, 2)


async def test_twenty_at_once_with_one_key_are_one_deed(both: Served) -> None:
    program = await both.program("review")
    asked(both, "When do you open?", outcome="for_staff")
    deeds = (program.post("/questions/1/answer", key="k", text="At nine.") for _ in range(20))
    answers = await asyncio.gather(*deeds)
    assert {(a.status, a.body) for a in answers} == {(200, answers[0].body)}
    assert [a.headers["Idempotency-Replayed"] for a in answers].count("false") == 1
    assert both.rows("SELECT count(*) FROM outbox") == [(1,)]


async def test_what_was_refused_left_nothing_and_may_be_tried_again(both: Served) -> None:
    program = await both.program("review")
    path = "/questions/1/answer"
    assert (await program.post(path, key="k", text="At nine.")).status == 404
    asked(both, "When do you open?", outcome="for_staff")
    assert (await program.post(path, key="k", text="At nine.")).status == 200


async def test_a_key_may_be_used_anew_after_a_day(both: Served) -> None:
    program = await both.program("organise")
    school(both)
    path, database = "/events/summer-school/close", both.house.database
    for hours, again in [(0, "false"), (23, "true"), (2, "false")]:
        both.wait(timedelta(hours=hours))
        shred(database, both.clock[0])
        answer = await program.post(path, key="k")
        assert answer.headers["Idempotency-Replayed"] == again, hours


@pytest.mark.parametrize("key", ["", " ", "x" * 101, "a b", "ü", "'; --"])
async def test_a_deed_without_a_key_is_refused(house: Served, key: str) -> None:
    program = await house.program("review")
    headers = {"Idempotency-Key": key} if key else {}
    answer = await program.call("POST", "/questions/1/answer", json={"text": "x"}, headers=headers)
    assert (answer.status, answer.code) == (400, "no_key")


async def test_a_gap_is_decided_and_who_wanted_to_hear_is_told(both: Served) -> None:
    program = await both.program("read", "review", "edit")
    ask(both, *BIKE, tell=True)
    settings = both.house.settings
    both.changes(lambda t: Webhooks(t, settings, "x").add("https://example.org", ["gap.closed"]))
    (gap,) = (await program.get("/gaps")).said["items"]
    assert (gap["people"], gap["languages"]) == (3, {"de": 1, "en": 1, "zh": 1})
    wish = {"state": "answered", "version": gap["version"], "article": "kalkbreite-zurich"}
    done = await program.post(f"/gaps/{gap['id']}/decision", **wish)
    assert (done.said["state"], done.said["told"], done.said["decided_by"]) == (
        *("answered", 3, "site"),
    )
    assert both.rows("SELECT DISTINCT slug FROM article_version") == [("kalkbreite-zurich",)]
    assert both.trail("gap:") == [("token:site", "gap.answered", f"gap:{gap['id']}")]
    ((told,),) = both.rows("SELECT body FROM webhook_call")
    assert orjson.loads(told)["data"] == {"gap": gap["id"], "state": "answered"}
    late = await program.post(f"/gaps/{gap['id']}/decision", **wish)
    assert (late.status, late.code) == (422, "refused")


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"state": "answered", "version": 1, "article": "kalkbreite-zurich"}, 403, "no_scope"),
        ({"state": "drop", "version": 1}, 422, "bad_field"),
        ({"state": "ignored"}, 422, "bad_field"),
        ({"state": "ignored", "version": True}, 422, "bad_field"),
        ({"state": "ignored", "version": 2**63}, 422, "bad_field"),
        ({"state": "ignored", "version": 7}, 422, "refused"),
        ({"state": "ignored", "version": 1, "by": "anna"}, 422, "bad_field"),
    ],
)
async def test_a_decision_that_cannot_be_changes_nothing(
    house: Served, wish: dict[str, object], status: int, code: str
) -> None:
    ask(house, *BIKE)
    answer = await (await house.program("review")).post("/gaps/1/decision", **wish)
    assert (answer.status, answer.code) == (status, code)
    assert house.rows("SELECT state, version FROM gap") == [("open", 1)]


async def test_an_article_that_is_none_changes_nothing(both: Served) -> None:
    ask(both, *BIKE)
    program = await both.program("review", "edit")
    wish = {"state": "answered", "version": 1, "article": "../../secret"}
    answer = await program.post("/gaps/1/decision", **wish)
    assert (answer.status, answer.said["title"]) == (
        *(422, "“article” is missing, or cannot be what it is."),
    )
    assert both.rows("SELECT state, version FROM gap") == [("open", 1)]


async def test_an_event_is_closed_opened_moved_and_cancelled(both: Served) -> None:
    program = await both.program("read", "organise")
    school(both)
    one = "/events/summer-school"
    assert [e["id"] for e in (await program.get("/events?state=open")).said["items"]] == [SCHOOL.id]
    assert (await program.get(one)).said["written"]["title"]["en"] == SCHOOL.title["en"]
    assert (await program.post(f"{one}/close")).said["state"] == "closed"
    assert (await program.post(f"{one}/open")).said["state"] == "open"
    moved = await program.post(f"{one}/move", starts_at="2027-07-06T09:00:00+02:00")
    assert (moved.said["starts_at"], moved.said["told"]) == ("2027-07-06T07:00:00Z", 2)
    assert moved.said["ends_at"] == "2027-07-06T15:00:00Z"
    cancelled = await program.post(f"{one}/cancel")
    assert (cancelled.said["state"], cancelled.said["told"]) == ("cancelled", 2)
    back = await program.post(f"{one}/open")
    assert (back.status, back.said["title"]) == (
        *(422, "summer-school is cancelled, and stays so."),
    )
    done = [action for actor, action, _about in both.trail("event:") if actor == "token:site"]
    assert done == ["event.close", "event.open", "event.move", "event.cancel"]


@pytest.mark.parametrize(
    "at", ["", "tomorrow", "2027-07-06", "2027-07-06T09:00:00", "9999-12-31T23:59:59-14:00", 7]
)
async def test_a_time_that_could_be_meant_in_any_zone_is_refused(house: Served, at: object) -> None:
    program = await house.program("organise")
    school(house)
    answer = await program.post("/events/summer-school/move", starts_at=at)
    assert (answer.status, answer.code) == (422, "bad_field")


async def test_attendees_are_numbers_unless_a_scope_says_otherwise(both: Served) -> None:
    program = await both.program("organise")
    school(both)
    path = "/events/summer-school/attendees"
    answer = await program.get(path)
    assert [one["status"] for one in answer.said["items"]] == ["confirmed", "confirmed"]
    assert "answers" not in answer.said["items"][0]
    assert (await program.get(f"{path}?answers=yes")).code == "no_scope"
    other = await both.program("organise", "private", name="badges")
    full = await other.get(f"{path}?answers=yes&limit=1")
    assert "answers" in full.said["items"][0]
    assert full.headers["Cache-Control"] == "no-store"
    assert both.trail("event:")[-1] == ("token:badges", "event.answers", "event:summer-school")
    rest = await other.get(f"{path}?after={full.said['next']}")
    assert [one["id"] for one in rest.said["items"]] == [2]


async def test_a_poll_is_opened_and_closed_and_its_result_stays_secret(both: Served) -> None:
    program = await both.program("read", "poll")
    poll(both)
    assert [p["state"] for p in (await program.get("/polls")).said["items"]] == ["draft"]
    assert (await program.post("/polls/lanes/open")).said["state"] == "open"
    results = (await program.get("/polls/lanes/results")).said
    assert results == {"poll": "lanes", "standing": "secret"}
    both.wait(timedelta(hours=1))
    assert (await program.post("/polls/lanes/close")).said["state"] == "closing"
    assert (await program.post("/polls/lanes/open")).said["title"] == "lanes is not a draft."
    assert {actor for actor, action, _about in both.trail("poll:")[1:]} == {"token:site"}


async def test_the_house_says_how_it_is(both: Served) -> None:
    program = await both.program("read", "review")
    both.change(
        "INSERT INTO channel_state VALUES ('telegram', :now, :now, 1, 'wrong token')", now=NOW
    )
    (telegram,) = (await program.get("/channels")).said["items"]
    assert telegram["troubles"] == [
        {"what": "sending", "since": "2026-11-25T09:00:00Z", "reason": "wrong token"}
    ]
    asked(both, "When do you open?", outcome="for_staff")
    await program.post("/questions/1/answer", text="At nine.")
    outbox = (await program.get("/outbox")).said
    assert (outbox["waiting"], outbox["dead"]) == ({"queued": 1}, 0)
    assert datetime.fromisoformat(outbox["oldest_due_at"]) == NOW


FOREIGN = ("0", "99999999999999999", "1%00", "1;drop", "..", "%2e%2e", "-1", "²", "a" * 200)


@pytest.mark.parametrize("number", FOREIGN)
async def test_an_id_that_is_none_of_ours_is_not_there(both: Served, number: str) -> None:
    program = await both.program("read", "review", "organise", "poll", "ask")
    for path in ("/questions/{}", "/gaps/{}", "/events/{}", "/polls/{}", "/articles/{}"):
        assert (await program.get(path.format(number))).status in (400, 404), path
    for path in ("/gaps/{}/decision", "/events/{}/cancel", "/polls/{}/close"):
        assert (await program.post(path.format(number))).status in (400, 404, 422), path
