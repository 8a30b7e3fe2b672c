"""What a Rasa server calls: the routes of rasa-sdk's own action server, behind a token.

The contract: https://rasa.com/docs/rasa/pages/action-server-api. A request's body is never
repeated in an answer or a log: it holds everything that was said.
"""

import hmac
import zlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson
from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from dialogs.rasa.bridge import Bridge

LIMIT = 16 * 1024 * 1024  # bytes, after decompression: a tracker holds a whole conversation
_NAME = 255  # characters of a sender's name
_UNREADABLE = (
    ValueError, HttpProcessingError, ClientPayloadError, web.RequestPayloadError, zlib.error,
)  # fmt: skip
_PARTS = {"slots": dict, "latest_message": dict, "events": list, "active_loop": dict}

Handler = Callable[[web.Request], Awaitable[web.Response]]


def routes(bridge: Bridge, token: str) -> Iterable[web.RouteDef]:
    """The routes, for who shows this token as `Authorization: Bearer …`."""
    expected = f"Bearer {token}".encode()

    def guarded(handler: Handler) -> Handler:
        async def guard(request: web.Request) -> web.Response:
            shown = request.headers.get("Authorization", "").encode(errors="surrogateescape")
            if not hmac.compare_digest(shown, expected):
                return _answer({"error": "unauthorized"}, 401, {"WWW-Authenticate": "Bearer"})
            return await handler(request)

        return guard

    async def webhook(request: web.Request) -> web.Response:
        return await _webhook(bridge, request)

    async def health(_request: web.Request) -> web.Response:
        return _answer({"status": "ok"})

    async def actions(_request: web.Request) -> web.Response:
        return _answer([{"name": name} for name in bridge.action_names()])

    yield web.post("/rasa/webhook", guarded(webhook))
    yield web.get("/rasa/health", guarded(health))
    yield web.get("/rasa/actions", guarded(actions))


async def _webhook(bridge: Bridge, request: web.Request) -> web.Response:
    call = await _read(request)
    if call is None:
        return _answer({"error": "Invalid body request"}, 400)
    if not call.get("next_action"):
        return _answer(None)
    try:
        return _answer(await bridge.run(call["next_action"], call["tracker"]))
    except ActionExecutionRejection as rejected:
        return _answer({"error": rejected.message, "action_name": rejected.action_name}, 400)
    except ActionNotFoundException as missing:
        return _answer({"error": missing.message, "action_name": missing.action_name}, 404)


async def _read(request: web.Request) -> dict[str, Any] | None:
    """The action call in the body; None when there is none. Raises web.HTTPException (413)."""
    try:
        # aiohttp inflates while it reads, and stops at the limit.
        call = orjson.loads(await request.clone(client_max_size=LIMIT).read())
    except _UNREADABLE:
        return None
    return call if isinstance(call, dict) and _is_whole(call) else None


def _is_whole(call: dict[str, Any]) -> bool:
    """Whether everything our actions look at is there, in its shape."""
    if not call.get("next_action"):
        return True
    tracker = call.get("tracker")
    if not isinstance(call["next_action"], str) or not isinstance(tracker, dict):
        return False
    sender = tracker.get("sender_id")
    named = isinstance(sender, str) and sender.isprintable() and 0 < len(sender) <= _NAME
    shaped = (isinstance(tracker.get(p) or kind(), kind) for p, kind in _PARTS.items())
    return named and all(shaped) and all(isinstance(e, dict) for e in tracker.get("events") or ())


def _answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=orjson.dumps(body), status=status, headers=headers, content_type="application/json"
    )
