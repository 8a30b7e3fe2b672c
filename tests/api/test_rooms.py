"""Closed by default: every address, with every scope, opens only to a token that has it."""

import pytest

from bot.api import rooms
from bot.api.door import ANY
from bot.services.roles import ROLES
from bot.services.scopes import SAID, SCOPES
from tests.api.programs import Served

PARTS = {"{id:[0-9]{1,17}}": "1", "{slug:[a-z0-9-]{1,100}}": "nothing"}


def address(path: str) -> str:
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return path


@pytest.fixture
def known(house: Served):
    return [
        (method, path, room.scope)
        for path, by_method in rooms(house.works_with()).items()
        for method, room in by_method.items()
    ]


async def test_nobody_comes_in_without_a_token(house: Served, known) -> None:
    stranger = await house.with_token("")
    for method, path, _scope in known:
        answer = await stranger.call(method, address(path))
        assert (answer.status, answer.code) == (401, "no_token"), (method, path)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_scope_opens_its_rooms_and_nothing_else(house: Served, known, scope: str) -> None:
    program = await house.program(scope)
    refused = set()
    for method, path, _needs in known:
        key = {"Idempotency-Key": "k"} if method == "POST" else {}
        answer = await program.call(method, address(path), headers=key)
        assert answer.status in (200, 400, 403, 404, 415, 422), (method, path)
        if answer.status == 403:
            assert answer.code == "no_scope"
            refused.add((method, path))
    assert refused == {(m, path) for m, path, needs in known if needs not in (scope, ANY)}


async def test_a_token_with_every_scope_opens_every_room(house: Served, known) -> None:
    program = await house.program(*SCOPES)
    for method, path, _scope in known:
        assert (await program.call(method, address(path))).status not in (401, 403), path


async def test_an_address_nobody_thought_of_is_behind_the_door_too(house: Served) -> None:
    stranger, program = await house.with_token(""), await house.program("ask")
    for path in ("/secret", "/api/v2/ask", "/events/../token", "/articles/%2e%2e%2fsecret"):
        assert (await stranger.get(path)).status == 401, path
        assert (await program.get(path)).status in (403, 404), path
    wrong = await program.call("DELETE", "/ask")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "POST, OPTIONS")


def test_a_scope_is_a_right_that_a_role_has_and_none_leads_the_team() -> None:
    rights = set(SCOPES.values()) - {None}
    assert rights < ROLES["admin"]
    assert ROLES["admin"] - rights == {"audit", "team"}
    assert SAID.keys() == SCOPES.keys()
