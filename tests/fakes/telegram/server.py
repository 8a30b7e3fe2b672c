"""The fake itself: an HTTP server that speaks the Bot API, and the updates it holds."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.fakes.telegram.chats import Chat, Group, Json, Person, Shown
from tests.fakes.telegram.clock import VirtualClock
from tests.fakes.telegram.ledger import Call
from tests.fakes.telegram.methods import Files, Methods
from tests.fakes.telegram.pushes import LARGEST, Pending, Pusher, Webhook, size_of
from tests.fakes.telegram.refusal import Refusal
from tests.fakes.telegram.scripts import Cut, Dropped, Hangs, Page, Refuses, Script

TOKEN = "7000000001:AAcanary-telegram-token-0123456789abcdef"
DAY = 24 * 3600
CALLBACK_SECONDS = 150


class FakeTelegram:
    """One bot's worth of Telegram. `api` is what the setting telegram_api is to name."""

    def __init__(self, token: str = TOKEN, username: str = "CityTestBot") -> None:
        self.token, self.clock = token, VirtualClock()
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            **{"is_bot": True, "first_name": "City", "username": username},
            **{"can_join_groups": True, "can_read_all_group_messages": False},
            "supports_inline_queries": False,
        }
        self.chats: dict[int, Chat] = {}
        self.calls: list[Call] = []
        self.commands: dict[str, list[tuple[str, str]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.queries: dict[str, float] = {}  # callback queries, and when they were asked
        self.pending: list[Pending] = []
        self.too_large: list[int] = []
        self.pusher = Pusher(self.clock, self.pending)
        self.revoked = False
        self.next_id = 501
        self._scripts: list[tuple[str, int | None, Script]] = []
        self._methods = Methods(self)
        self._poll: asyncio.Future[str] | None = None
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.pusher.close()
        self._end_poll("closed")
        await self._runner.cleanup()

    # -- the world -----------------------------------------------------------------------------

    def person(self, user: int, name: str = "Anna", language: str | None = "en") -> Person:
        """Somebody who has pressed start; nothing is sent by that."""
        person = Person(self, user, name, language)
        self.chats[user] = person
        return person

    def group(self, number: int, title: str = "Neighbours") -> Group:
        """A group the bot is in."""
        group = Group(self, number, title)
        self.chats[number] = group
        return group

    def queue(self, kind: str, content: Json, queue: str, seconds: float = DAY) -> int:
        """An update for the bot; gives its id."""
        return self.queue_raw({kind: content}, queue, seconds)

    def queue_raw(self, content: Json, queue: str = "raw", seconds: float = DAY) -> int:
        """An update with any content."""
        update = {"update_id": self.next_id, **content}
        self.next_id += 1
        if size_of(update) > LARGEST:
            self.too_large.append(update["update_id"])
            return int(update["update_id"])
        allowed = self.pusher.webhook.allowed
        if not allowed or any(kind in allowed for kind in content):
            self.pending.append(Pending(update, queue, self.clock.now + seconds))
        self._news.set()
        self.pusher.look()
        return int(update["update_id"])

    def press(self, chat: Chat, sender: Json, shown: Shown, button: Json) -> int:
        """A tap: a queue of its own, given up after 150 s.

        https://core.telegram.org/bots/api#callbackquery
        """
        query = {
            "id": f"{4_000_000 + len(self.queries)}",
            "from": sender,
            "message": self.as_json(chat, shown),
            "chat_instance": "1",
            "data": button["callback_data"],
        }
        self.queries[query["id"]] = self.clock.now
        return self.queue("callback_query", query, f"press {sender['id']}", CALLBACK_SECONDS)

    def membership(self, chat: Chat, by: Json, before: str, after: str) -> int:
        """The bot was added, removed, blocked or unblocked."""
        change = {
            "chat": chat.as_json,
            "from": by,
            "date": int(self.clock.now),
            "old_chat_member": {"user": self.bot, "status": before, "until_date": 0},
            "new_chat_member": {"user": self.bot, "status": after, "until_date": 0},
        }
        return self.queue("my_chat_member", change, f"{chat.id}")

    def as_json(self, chat: Chat, shown: Shown) -> Json:
        """A message of the bot's as the wire has it."""
        keyboard = {"reply_markup": {"inline_keyboard": shown.keyboard}} if shown.keyboard else {}
        words = {"text": shown.text} if shown.kind == "text" else {"caption": shown.text}
        return {
            **{"message_id": shown.message_id, "date": int(self.clock.now)},
            **{"chat": chat.as_json, "from": self.bot},
            **words,
            **keyboard,
        }

    # -- what a test does ----------------------------------------------------------------------

    def script(self, method: str, *scripts: Script, chat: int | None = None) -> None:
        """What the next calls of a method (to that chat) meet, one after the other."""
        self._scripts += [(method, chat, script) for script in scripts]

    def made(self, method: str) -> list[Call]:
        """The calls of a method, oldest first."""
        return [call for call in self.calls if call.method == method]

    @property
    def counts(self) -> Counter[str]:
        """How often each method was called."""
        return Counter(call.method for call in self.calls)

    def hook(self, webhook: Webhook) -> None:
        """Another webhook, or none; whoever polls is told so."""
        if webhook.url:
            self._end_poll("webhook")
        self.pusher.use(webhook)

    async def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Wait, in real time, until something holds."""
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.005)

    async def advance(self, seconds: float) -> None:
        """Let the virtual clock go; whatever it wakes is done before it goes on."""
        until = self.clock.now + seconds
        await self._settled()
        while self.clock.wake_until(until):
            await self._settled()

    async def _settled(self) -> None:
        """What was woken is done: nothing is being pushed for a moment."""
        quiet = 0
        while quiet < 5:
            await asyncio.sleep(0)
            quiet = 0 if self.pusher.flying else quiet + 1
            if self.pusher.flying:
                await asyncio.sleep(0.002)

    # -- HTTP ----------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method, token = request.match_info["method"], request.match_info["token"]
        params, files = await _parameters(request)
        script = self._scripted(method, params)
        try:
            if ":" not in token:
                raise Refusal(404, "Not Found")
            if token != self.token or self.revoked:
                raise Refusal(401, "Unauthorized")
            if isinstance(script, Refuses):
                raise Refusal(script.code, script.description, **script.parameters)
            if isinstance(script, Page | Cut):
                return self._broken(request, method, params, script)
            result = await self._called(method, params, files)
        except Refusal as refusal:
            self._keep(method, params, refusal.code, files, told=refusal.description)
            return _refused(refusal)
        self._keep(method, params, 0 if script else 200, files)
        if isinstance(script, Dropped):
            return _hung_up(request)
        if isinstance(script, Hangs):
            await asyncio.sleep(script.seconds)
        return web.json_response({"ok": True, "result": result})

    async def _called(self, method: str, params: Json, files: Files) -> Any:
        if method.lower() == "getupdates":
            return await self._updates(params)
        known = self._methods.named(method)
        if known is None:
            raise Refusal(404, "Not Found")
        return known(params, files)

    def _scripted(self, method: str, params: Json) -> Script | None:
        for place, (name, chat, script) in enumerate(self._scripts):
            if name == method and chat in (None, params.get("chat_id")):
                del self._scripts[place]
                return script
        return None

    def _broken(
        self, request: web.Request, method: str, params: Json, script: Page | Cut
    ) -> web.StreamResponse:
        status = script.status if isinstance(script, Page) else 0
        self.calls.append(Call(method, params, status, self.clock.now, taken=False))
        if isinstance(script, Cut):
            return _hung_up(request)
        return web.Response(status=status, body=script.body, content_type=script.kind)

    def _keep(self, method: str, params: Json, status: int, files: Files, told: str = "") -> None:
        held = {name: content for name, (_name, content) in files.items()}
        taken = status in (0, 200)
        self.calls.append(Call(method, params, status, self.clock.now, taken, told, held))

    # https://core.telegram.org/bots/api#getupdates
    async def _updates(self, params: Json) -> list[Json]:
        if self.pusher.webhook.url:
            raise Refusal(409, _HOOKED)
        self._confirm(params.get("offset"))
        self._end_poll("other")
        if not self.pending and int(params.get("timeout") or 0):
            await self._wait(int(params["timeout"]))
        allowed = params.get("allowed_updates") or ()
        fitting = [
            p.update for p in self.pending if not allowed or any(k in p.update for k in allowed)
        ]
        return fitting[: int(params.get("limit") or 100)]

    def _confirm(self, offset: int | None) -> None:
        """All updates below the offset are forgotten, whatever was done with them."""
        if offset is not None:
            self.pending[:] = [p for p in self.pending if p.id >= int(offset)]

    async def _wait(self, seconds: int) -> None:
        """The long poll, in real seconds, as the caller's patience is."""
        self._news.clear()
        self._poll = poll = asyncio.get_running_loop().create_future()
        news = asyncio.create_task(self._news.wait())
        await asyncio.wait({news, poll}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        news.cancel()
        if poll.done() and poll.result() in _ENDED:
            raise Refusal(409, _ENDED[poll.result()])
        self._poll = None if self._poll is poll else self._poll

    def _end_poll(self, why: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(why)
        self._poll = None


_HOOKED = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
    "the webhook first"
)
_ENDED = {
    "other": "Conflict: terminated by other getUpdates request; make sure that only one bot "
    "instance is running",
    "webhook": "Conflict: terminated by setWebhook request",
}


async def _parameters(request: web.Request) -> tuple[Json, Files]:
    """From the query, a form, JSON or multipart, all of which the Bot API takes.

    https://core.telegram.org/bots/api#making-requests
    """
    params: Json = {name: _typed(value) for name, value in request.query.items()}
    files: Files = {}
    if request.content_type == "application/json":
        params |= json.loads(await request.read() or b"{}")
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                params[name] = _typed(str(value))
    return params, files


def _typed(value: str) -> Any:
    """A form holds JSON for whatever is not a text."""
    if value[:1] in ("{", "[") or value in ("true", "false") or value.lstrip("-").isdigit():
        return json.loads(value)
    return value


def _refused(refusal: Refusal) -> web.Response:
    told = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    told |= {"parameters": refusal.parameters} if refusal.parameters else {}
    after = refusal.parameters.get("retry_after")
    headers = {"Retry-After": str(after)} if after else {}
    return web.json_response(told, status=refusal.code, headers=headers)


def _hung_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()
