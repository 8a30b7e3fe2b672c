"""The written contract: OpenAPI equals the routes and scopes, answers equal the schemas."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.api import CONTRACT, problems, rooms
from bot.services.announcing import EVENTS, TEST
from bot.services.audience import Open
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from bot.services.webhooks import Webhooks
from bot.web import problem
from bot.web.problem import Kind
from tests.api.programs import Served
from tests.api.test_actions import poll, school
from tests.console.test_gaps import BIKE, ask
from tests.console.test_pages import asked
from tests.docs.markdown import ROOT, blocks, page, section
from tests.docs.schema import wrong

WRITTEN = json.loads((ROOT / "bot/api/openapi.json").read_text(encoding="utf-8"))
GUIDE = page("docs/api.md")
SCHEMAS = {"$defs": WRITTEN["components"]["schemas"]}
OPERATIONS = [
    (method, path, described)
    for path, methods in WRITTEN["paths"].items()
    for method, described in methods.items()
]


def test_the_description_names_every_room_with_its_scope_and_no_other(house: Served) -> None:
    described = {(m, path): _scopes(one) for m, path, one in OPERATIONS if path != CONTRACT}
    assert described == {
        (method.lower(), re.sub(r"{(\w+):.*?}}", r"{\1}", path)): [room.scope] * bool(room.scope)
        for path, by_method in rooms(house.works_with()).items()
        for method, room in by_method.items()
    }


def _scopes(described: Mapping[str, Any]) -> list[str]:
    (security,) = described["security"]
    return list(security["token"])


def test_what_changes_something_is_said_to_need_a_key(house: Served) -> None:
    keyed = {
        path
        for _method, path, described in OPERATIONS
        if "Idempotency-Key" in {p["name"] for p in described.get("parameters", ())}
    }
    assert keyed == {
        re.sub(r"{(\w+):.*?}}", r"{\1}", path)
        for path, by_method in rooms(house.works_with()).items()
        for room in by_method.values()
        if room.changes
    }


async def test_the_description_is_open_to_everybody(house: Served) -> None:
    stranger = await house.with_token("")
    answer = await stranger.get(CONTRACT)
    assert (answer.said, answer.headers["Content-Type"]) == (WRITTEN, "application/json")
    again = await stranger.get(CONTRACT, **{"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


CHAT = {"empty", "ended", "elsewhere", "too_long", "slow_down"}  # what only the chat says


def test_every_code_of_a_problem_is_described() -> None:
    said = [k for k in {**vars(problem), **vars(problems)}.values() if isinstance(k, Kind)]
    kinds = {(str(kind.status), kind.code) for kind in said if kind.code not in CHAT}
    described = WRITTEN["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert described == sorted(code for _status, code in kinds)
    assert set(re.findall(r"^\| (\d+) \| `(\w+)` \|", GUIDE, re.MULTILINE)) == kinds


def test_the_guide_names_every_room() -> None:
    told = set(re.findall(r"^\| `(GET|POST) (/[^`]*)` \|", GUIDE, re.MULTILINE))
    there = {(m.upper(), path.removeprefix("/api/v1")) for m, path, _d in OPERATIONS}
    assert told == there


def test_every_reference_leads_somewhere() -> None:
    for part, name in re.findall(r'"\$ref": "#/components/(\w+)/(\w+)"', json.dumps(WRITTEN)):
        assert name in WRITTEN["components"][part]


def schema_of(method: str, path: str) -> Mapping[str, Any]:
    (described,) = [d for m, p, d in OPERATIONS if (m, p) == (method.lower(), f"/api/v1{path}")]
    content = described["responses"]["200"]["content"]
    return dict(content["application/json"]["schema"])


NEWS = {"name": "News", "texts": {"en": "Good news."}}
DEEDS: Mapping[str, Mapping[str, Any]] = {
    "/ask": {"question": "What can we learn from cooperatives in Zurich?"},
    "/questions/{id}/answer": {"text": "At nine."},
    "/gaps/{id}/decision": {"state": "ignored", "version": 1},
    "/events/{slug}/close": {},
    "/events/{slug}/open": {},
    "/events/{slug}/move": {"starts_at": "2027-07-06T09:00:00+02:00"},
    "/events/{slug}/cancel": {},
    "/polls/{slug}/open": {},
    "/polls/{slug}/close": {},
    "/broadcasts": NEWS,
}
SLUGS = {"events": "summer-school", "polls": "lanes", "articles": "kalkbreite-zurich"}
LOOKS = sorted(
    path.removeprefix("/api/v1") for m, path, _d in OPERATIONS if m == "get" and path != CONTRACT
)


def address(path: str) -> str:
    return path.replace("{slug}", SLUGS.get(path.split("/")[1], "")).replace("{id}", "1")


def furnish(house: Served) -> None:
    asked(house, "When do you open?", outcome="for_staff")
    ask(house, *BIKE, ("en", "Where can I rent a cargo bike?"))
    school(house)
    poll(house)
    house.changes(lambda t: Broadcasts(t, Open({})).save(read_broadcast(NEWS, "UTC"), "staff:anna"))


@pytest.mark.parametrize("path", LOOKS)
async def test_what_is_looked_at_has_the_described_shape(house: Served, path: str) -> None:
    furnish(house)
    program = await house.program("ask", "read", "organise", "private")
    answer = await program.get(address(path))
    assert answer.status == 200, answer.body
    assert list(wrong(schema_of("GET", path), answer.said, SCHEMAS)) == []


async def test_what_is_done_has_the_described_shape(house: Served) -> None:
    furnish(house)
    program = await house.program("ask", "read", "review", "organise", "poll")
    for path, fields in DEEDS.items():
        answer = await program.post(address(path), **fields)
        assert answer.status == 200, (path, answer.body)
        assert list(wrong(schema_of("POST", path), answer.said, SCHEMAS)) == [], path
    assert DEEDS.keys() == {p.removeprefix("/api/v1") for m, p, _d in OPERATIONS if m == "post"}


async def test_the_requests_of_the_guide_are_answered(house: Served) -> None:
    furnish(house)
    token = house.token("ask", "organise")
    program = await house.with_token("")
    shown = [block.text for block in blocks(GUIDE) if block.kind == "http"]
    for request in shown:
        head, _blank, body = request.partition("\n\n")
        first, *lines = head.replace("TOKEN", token).splitlines()
        method, path = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines)
        answer = await program.call(method, path, headers=headers, data=body.strip() or None)
        assert answer.status == 200, (first, answer.body)
    assert len(shown) == 2


def test_every_event_of_a_webhook_is_described_and_in_the_guide() -> None:
    table = section(GUIDE, "Webhooks")
    assert set(re.findall(r"^\| `(\w+[.]\w+)` \|", table, re.MULTILINE)) == {*EVENTS, TEST}
    assert WRITTEN["webhooks"].keys() == {*EVENTS, TEST}


def test_what_a_webhook_is_told_has_the_described_shape(house: Served) -> None:
    settings = house.house.settings
    house.changes(lambda t: Webhooks(t, settings, "x").add("https://example.org", [*EVENTS]))
    school(house)
    asked(house, "When do you open?", outcome="for_staff")
    house.changes(lambda t: Webhooks(t, settings, "x").test(1))
    told = [json.loads(body) for (body,) in house.rows("SELECT body FROM webhook_call")]
    (example,) = [json.loads(b.text) for b in blocks(GUIDE) if b.kind == "json"]
    assert {one["type"] for one in told} == {"registration.confirmed", "webhook.test"}
    assert example.keys() == told[0].keys()
    assert example["data"].keys() == told[0]["data"].keys()
    for one in (*told, example):
        described = WRITTEN["webhooks"][one["type"]]["post"]["requestBody"]["content"]
        assert list(wrong(described["application/json"]["schema"], one, SCHEMAS)) == []
