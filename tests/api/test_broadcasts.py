"""Broadcasts for programs: looked at, followed, and written; nothing is sent by one."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.message import Capabilities
from bot.models import Conversation, Person, Place
from bot.services.audience import Open
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcasts import Broadcasts
from tests.api.programs import Served
from tests.asking import statements
from tests.console.office import NOW

NEWS = {"name": "News", "texts": {"en": "Good news.", "de": "Gute Nachrichten."}, "hours": 48}
CHOICES = [{"en": "I will come", "de": "Ich komme"}]
HERE = Open({"post": Capabilities()})


def somebody(house: Served, name: str, channel: str) -> None:
    at = {"id": f"{channel}:{name}", "channel": channel, "person_id": name, "created_at": NOW}
    talk = {"address": at["id"], "person_id": name, "language": "en", "state": {}}
    house.changes(lambda t: t.connection.execute(insert(Person).values(id=name, created_at=NOW)))
    house.changes(lambda t: t.connection.execute(insert(Place).values(at)))
    house.changes(lambda t: t.connection.execute(insert(Conversation).values(**talk, heard_at=NOW)))


async def test_a_program_writes_a_draft_that_a_person_sends(both: Served) -> None:
    somebody(both, "anna", "elsewhere")
    program = await both.program("organise", "read", name="calendar")
    made = await program.post("/broadcasts", key="one", **NEWS, choices=CHOICES)
    assert (made.status, made.said["id"], made.said["state"]) == (200, 1, "draft")
    assert (made.said["made_by"], made.said["people"], made.said["answers"]) == (
        "token:calendar",
        0,
        [0],
    )
    assert made.said["written"]["choices"] == CHOICES
    assert made.said["preview"]["left_out"] == {"closed": 1}
    again = await program.post("/broadcasts", key="one", **NEWS, choices=CHOICES)
    assert again.said == made.said
    assert both.rows("SELECT count(*) FROM broadcast") == [(1,)]
    assert both.rows("SELECT count(*) FROM outbox") == [(0,)]
    assert (await program.post("/broadcasts/1")).code == "wrong_method"
    assert (await program.get("/broadcasts/2")).code == "not_found"
    assert both.trail("broadcast:") == [("token:calendar", "broadcast.write", "broadcast:1")]


async def test_all_that_is_wrong_in_a_draft_is_said_at_once(house: Served) -> None:
    program = await house.program("organise")
    help_ = [{"en": "Help", "de": "Ja"}]
    wrong = NEWS | {"hours": 0, "audience": {"topics": ["trees"]}, "choices": help_}
    refused = await program.post("/broadcasts", **wrong)
    assert (refused.status, refused.code) == (422, "refused")
    assert refused.said["title"] == (
        "hours: a whole number from 1 to 336. choices.1.en: who types “Help” is not counted, but "
        "sees what the assistant can do. Please put it differently. It is for a topic that is not "
        "there: trees. Those there are: -"
    )
    unknown = await program.post("/broadcasts", **NEWS, image="x")
    assert "there is no key “image”" in unknown.said["title"]
    assert house.rows("SELECT count(*) FROM broadcast") == [(0,)]


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "x", "texts": {"en": "\\ud800"}}',
        b'{"name": "x", "texts": {"en": "a\\u0000"}}',
        b'{"name": "x", "texts": {"\\ud800": "x"}}',
        b'{"name": "x", "\\u0000": "x"}',
        b'{"name": "x", "choices": [{"en": "\\ud800"}]}',
        b'{"name": "x", "texts": ' + b"[" * 400 + b"]" * 400 + b"}",
        b'{"name": "x", "hours": 100000000000000000000}',
    ],
)
async def test_what_cannot_be_kept_is_refused_however_deep_it_stands(
    house: Served, body: bytes
) -> None:
    program = await house.program("organise")
    headers = {"Content-Type": "application/json", "Idempotency-Key": "one"}
    refused = await program.call("POST", "/broadcasts", data=body, headers=headers)
    assert (refused.status, refused.code) == (400, "unreadable")


async def test_what_became_of_one_is_told_in_figures(both: Served) -> None:
    somebody(both, "anna", "post")
    somebody(both, "bert", "elsewhere")
    program = await both.program("organise", "read")
    await program.post("/broadcasts", **NEWS)
    await program.post("/broadcasts", **NEWS)
    assert [one["id"] for one in (await program.get("/broadcasts")).said["items"]] == [2, 1]
    page = await program.get("/broadcasts?limit=1&state=draft")
    assert (page.said["items"][0]["id"], page.said["next"]) == (2, "2")
    rest = await program.get("/broadcasts?limit=1&after=2")
    assert ([one["id"] for one in rest.said["items"]], rest.said["next"]) == ([1], None)

    def send(transaction):
        ours = Broadcasts(transaction, HERE)
        ours.send(ours.get(1), "staff:anna")

    both.changes(send)
    both.clock[0] += timedelta(minutes=2)
    look_after_broadcasts(both.house.database, both.clock[0], HERE)
    seen = (await program.get("/broadcasts/1")).said
    assert (seen["tally"], seen["people"], seen["preview"]) == ({"queued": 1}, 1, None)
    assert seen["not_told"] == {"subscription": {}, "left_out": {"closed": 1}}
    assert (seen["begins_at"], seen["ends_at"]) == ("2026-11-25T09:02:00Z", "2026-11-27T09:01:00Z")
    listed = await program.get("/broadcasts?state=sending")
    assert [(one["id"], one["people"]) for one in listed.said["items"]] == [(1, 1)]


async def test_a_list_of_many_asks_the_database_no_more_than_one_of_one(house: Served) -> None:
    program = await house.program("read", "organise")
    for _n in range(30):
        await program.post("/broadcasts", **NEWS)
    with statements() as of_one:
        await program.get("/broadcasts?limit=1")
    with statements() as of_all:
        assert len((await program.get("/broadcasts")).said["items"]) == 30
    assert len(of_all) == len(of_one)
