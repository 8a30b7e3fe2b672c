"""The routes: who may call them, what they take, and what they answer, as rasa-sdk's own do."""

import json
import zlib
from io import BytesIO
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot import app
from bot.server import BODY_LIMIT
from dialogs.rasa.server import LIMIT
from tests.dialogs.rasa.conftest import TOKEN
from tests.dialogs.rasa.driver import RasaServer, Training
from tests.script import Chat

ROUTES = (("POST", "/rasa/webhook"), ("GET", "/rasa/health"), ("GET", "/rasa/actions"))
BEARER = {"Authorization": f"Bearer {TOKEN}"}
HELP: dict[str, Any] = {"next_action": "action_help", "tracker": {"sender_id": "anna"}}


def changed(**tracker: Any) -> dict[str, Any]:
    return {"next_action": "action_help", "tracker": {"sender_id": "anna", **tracker}}


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "shown",
    [None, "", TOKEN, f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN} ", f"Bearer {TOKEN}x",
     "Bearer ein Schl\udcfcssel"],
)  # fmt: skip
async def test_a_stranger_is_turned_away(
    client: TestClient, method: str, path: str, shown: str | None
) -> None:
    headers = {} if shown is None else {"Authorization": shown.encode("utf-8", "replace").decode()}
    response = await client.request(
        method, path, json=HELP if method == "POST" else None, headers=headers
    )
    if shown == f"Bearer {TOKEN} ":  # blanks around a header are no part of it (RFC 9110, 5.5)
        assert response.status == 200
        return
    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert await response.json() == {"error": "unauthorized"}


def test_without_a_token_there_are_no_routes(chat: Chat) -> None:
    assert list(app.rasa_routes(chat.house)) == []


async def test_a_rasa_server_asks_whether_we_are_well(client: TestClient) -> None:
    response = await client.get("/rasa/health", headers=BEARER)
    assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_a_rasa_server_asks_what_there_is(client: TestClient, training: Training) -> None:
    response = await client.get("/rasa/actions", headers=BEARER)
    assert await response.json() == [{"name": name} for name in training.domain["actions"]]


async def test_an_action_is_answered(client: TestClient) -> None:
    response = await client.post("/rasa/webhook", json=HELP, headers=BEARER)
    assert response.status == 200
    answer = await response.json()
    assert answer["events"] == []
    assert [sorted(r) for r in answer["responses"]] == [
        ["attachment", "buttons", "custom", "elements", "image", "response", "template", "text"]
    ]
    assert answer["responses"][0]["buttons"][2] == {
        "title": "Change the language", "payload": "/language",
    }  # fmt: skip


async def test_a_compressed_call_is_answered(client: TestClient) -> None:
    body = zlib.compress(json.dumps(HELP).encode())
    headers = {**BEARER, "Content-Encoding": "deflate", "Content-Type": "application/json"}
    response = await client.post("/rasa/webhook", data=body, headers=headers)
    assert response.status == 200


async def test_a_call_without_an_action_is_answered_with_null(client: TestClient) -> None:
    response = await client.post("/rasa/webhook", json={"tracker": None}, headers=BEARER)
    assert (response.status, await response.json()) == (200, None)


async def test_an_unknown_action_is_not_found(client: TestClient) -> None:
    call = {**HELP, "next_action": "action_fly"}
    response = await client.post("/rasa/webhook", json=call, headers=BEARER)
    assert response.status == 404
    assert await response.json() == {
        "error": "No registered action found for name 'action_fly'.", "action_name": "action_fly",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"\xff\xfe", b'"' + b"x" * 99, b"[" * 100_000,
     b'{"next_action": "action_help", "tracker": {"sender_id": "\\ud800"}}'],
)  # fmt: skip
async def test_what_is_no_json_object_is_refused(client: TestClient, body: bytes) -> None:
    response = await client.post("/rasa/webhook", data=body, headers=BEARER)
    assert response.status == 400
    assert await response.json() == {"error": "Invalid body request"}


@pytest.mark.parametrize(
    "call",
    [
        {"next_action": "action_help"},
        {"next_action": "action_help", "tracker": "anna"},
        {"next_action": ["action_help"], "tracker": {"sender_id": "anna"}},
        changed(sender_id=""), changed(sender_id=None), changed(sender_id=42),
        changed(sender_id="an\0na"), changed(sender_id="a" * 256),
        changed(events={"event": "slot"}), changed(events=["slot"]), changed(slots=[1]),
        changed(latest_message="hello"), changed(active_loop="human_form"),
    ],
)  # fmt: skip
async def test_a_call_of_the_wrong_shape_is_refused(
    client: TestClient, call: dict[str, Any]
) -> None:
    response = await client.post("/rasa/webhook", json=call, headers=BEARER)
    assert (response.status, await response.json()) == (400, {"error": "Invalid body request"})


async def test_a_body_that_is_not_what_it_says_is_refused(client: TestClient) -> None:
    headers = {**BEARER, "Content-Encoding": "deflate"}
    response = await client.post("/rasa/webhook", data=b"no zlib at all", headers=headers)
    assert response.status == 400


async def test_a_long_talk_is_taken(client: TestClient) -> None:
    said = {"event": "user", "text": "x" * 1000}
    body = json.dumps(changed(events=[said] * 3000)).encode()
    assert len(body) > 2 * BODY_LIMIT  # what other routes take
    response = await client.post("/rasa/webhook", data=BytesIO(body), headers=BEARER)
    assert response.status == 200


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_body_without_end_is_refused(client: TestClient, compressed: bool) -> None:
    body = b'{"next_action": "' + b"x" * LIMIT + b'"}'
    headers = {**BEARER, "Content-Encoding": "deflate"} if compressed else BEARER
    sent = BytesIO(zlib.compress(body) if compressed else body)
    response = await client.post("/rasa/webhook", data=sent, headers=headers)
    assert response.status == 413


async def test_a_form_that_is_not_complete_is_not_submitted(rasa: RasaServer) -> None:
    await rasa.say("human")
    response = await rasa.post("action_submit_human")
    assert response.status == 400
    assert await response.json() == {
        "error": "Custom action 'action_submit_human' rejected execution.",
        "action_name": "action_submit_human",
    }


NOTHING_ASKED = {
    "action_submit_delete_reminders",
    *("action_submit_cancel_registration", "action_submit_edit_registration"),
    *("action_submit_feedback", "action_submit_vote", "action_submit_vote_withdraw"),
    "action_submit_poll_statement",
    "action_submit_wait_instead",
}


async def test_every_action_can_be_asked_for_at_once(rasa: RasaServer, training: Training) -> None:
    """Also by a Rasa server whose stories make no sense: no action fails."""
    for name in training.domain["actions"]:
        response = await rasa.post(name, [])  # a tracker without a word
        # A form of which nothing is asked has nothing missing: it says so.
        rejected = name.startswith("action_submit") and name not in NOTHING_ASKED
        assert response.status == (400 if rejected else 200), name
