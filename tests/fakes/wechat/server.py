"""WeChat's API over HTTP: every refusal is an errcode in an answer of HTTP 200; counts each call."""

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.fakes.wechat.account import Account, Refusal
from tests.fakes.wechat.mass import MassMessages

Answer = dict[str, Any]
_OK: Answer = {"errcode": 0, "errmsg": "ok"}
TEXT_BYTES = 2048


class Api:
    """The endpoints. `next_answers[path]` holds what goes wrong next: see `_misbehave`."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.mass = MassMessages(account)
        self.calls: Counter[str] = Counter()
        self.sent: list[Answer] = []  # bodies of customer messages that were taken
        self.notices: list[Answer] = []
        self.next_answers: defaultdict[str, deque[str | int]] = defaultdict(deque)
        self._routes: dict[str, Callable[[Answer], Answer]] = {
            "cgi-bin/message/custom/send": self._send,
            "cgi-bin/message/template/send": self._template,
            "cgi-bin/message/subscribe/bizsend": self._subscribed,
            "cgi-bin/message/mass/send": self.mass.send,
            "cgi-bin/message/mass/get": self.mass.status,
            "cgi-bin/menu/create": self._menu,
            "cgi-bin/menu/get": self._menu_now,
            "cgi-bin/qrcode/create": self._scene,
            "cgi-bin/openapi/quota/get": self._quota,
        }

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Serves on this machine; gives the base address."""
        app = web.Application(client_max_size=12 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.calls[path] += 1
        body = await request.read()
        wrong = self.next_answers[path].popleft() if self.next_answers[path] else None
        if isinstance(wrong, str) and (answer := await self._misbehave(request, wrong)):
            return answer
        try:
            if isinstance(wrong, int):
                raise Refusal(wrong, "as the test wants it")
            found = self._answer(path, request, body)
        except Refusal as refusal:
            found = {"errcode": refusal.code, "errmsg": refusal.message, **refusal.more}
        if wrong == "accept-then-cut":
            _cut(request)
        return web.json_response(found)

    def _answer(self, path: str, request: web.Request, body: bytes) -> Answer:
        account = self.account
        if path == "cgi-bin/stable_token":
            asked = json.loads(body)
            account.count("cgi-bin/token")
            return account.stable_token(
                asked["appid"], asked["secret"], asked.get("force_refresh", False)
            )
        account.check_token(request.query.get("access_token", ""))
        account.count(path)
        if path == "cgi-bin/media/upload":
            return self._upload(body)
        if path not in self._routes:
            raise Refusal(40066, "invalid url")
        return self._routes[path](json.loads(body) if body else {})

    async def _misbehave(self, request: web.Request, how: str) -> web.StreamResponse | None:
        """`html`, `502`, `403`, `407`, `429`, `cut`, `hang`, `trickle`, `huge`, `list`, `accept-then-cut`."""
        match how:
            case "html":
                return web.Response(text="<html>captive portal</html>", content_type="text/html")
            case "502":
                return web.Response(status=502, text="<html>Bad Gateway</html>")
            case "403" | "407" | "429":  # a proxy or a firewall in between
                return web.Response(status=int(how), text="<html>not from here</html>")
            case "cut":
                _cut(request)
                return web.Response()
            case "hang":
                await asyncio.sleep(60)
            case "trickle":
                return await _trickle(request)
            case "huge":
                return web.Response(body=b" " * 5_000_000)
            case "list":
                return web.json_response([1, 2])
        return None

    # -- endpoints -----------------------------------------------------------------------------

    def _send(self, asked: Answer) -> Answer:
        if not self.account.verified:
            raise Refusal(48001, "api unauthorized")
        kind = asked.get("msgtype")
        shown = f"[image {asked['image']['media_id']}]" if kind == "image" else ""
        if kind == "text":
            shown = asked["text"]["content"]
            if len(shown.encode()) > TEXT_BYTES:
                raise Refusal(45002, "content size out of limit")
        elif kind != "image" or asked["image"]["media_id"] not in self.account.media:
            raise Refusal(40007, "invalid media_id")
        self.account.service_message(asked["touser"]).shown.append(shown)
        self.sent.append(asked)
        return _OK

    def _template(self, asked: Answer) -> Answer:
        if not self.account.verified:
            raise Refusal(48001, "api unauthorized")
        person = self.account.followers.get(asked["touser"])
        if person is None or not person.follows:
            raise Refusal(43004, "require subscribe")
        return self._notify(asked)

    def _subscribed(self, asked: Answer) -> Answer:
        person = self.account.followers.get(asked["touser"])
        if person is None or not person.subscribed[asked["template_id"]]:
            raise Refusal(43101, "user refuse to accept the msg")
        person.subscribed[asked["template_id"]] -= 1
        return self._notify(asked)

    def _notify(self, asked: Answer) -> Answer:
        for name, value in asked["data"].items():
            # thing: 20 characters at most, no line ends
            if name.startswith("thing") and (len(value["value"]) > 20 or "\n" in value["value"]):
                raise Refusal(47003, f"argument invalid! data.{name}.value is invalid")
        words = " ".join(value["value"] for value in asked["data"].values())
        self.account.followers[asked["touser"]].shown.append(f"[notice] {words}")
        self.notices.append(asked)
        return {**_OK, "msgid": len(self.notices)}

    def _menu(self, asked: Answer) -> Answer:
        self._need_verified()
        _check_menu(asked)
        self.account.menu = asked
        return _OK

    def _menu_now(self, _asked: Answer) -> Answer:
        self._need_verified()
        if self.account.menu is None:
            raise Refusal(46003, "menu no exist")
        return {"menu": self.account.menu}

    def _scene(self, asked: Answer) -> Answer:
        self._need_verified()
        scene = asked["action_info"]["scene"]["scene_str"]
        if not 1 <= len(scene) <= 64:
            raise Refusal(40053, "invalid action info")
        ticket = f"ticket-{len(self.account.scenes) + 1}"
        self.account.scenes[scene] = asked
        url = f"http://weixin.qq.com/q/{ticket}"
        return {"ticket": ticket, "expire_seconds": asked.get("expire_seconds", 0), "url": url}

    def _need_verified(self) -> None:
        if not self.account.verified:
            raise Refusal(48001, "api unauthorized")

    def _upload(self, body: bytes) -> Answer:
        media_id = f"media-{len(self.account.media) + 1}"
        self.account.media[media_id] = body
        return {"type": "image", "media_id": media_id, "created_at": 1}

    def _quota(self, asked: Answer) -> Answer:
        path = asked["cgi_path"].removeprefix("/")
        if path.endswith("custom/send") and not self.account.verified:
            raise Refusal(48001, "api unauthorized")
        if path.endswith("mass/send") and not self.mass.service_account:
            raise Refusal(48001, "api unauthorized")
        return {**_OK, "quota": self.account.quota(path)}


def _check_menu(asked: Answer) -> None:
    """3 buttons, 5 below each; names of 16 and 60 bytes, keys of 128.

    https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
    """
    buttons = asked["button"]
    if not 1 <= len(buttons) <= 3:
        raise Refusal(40016, "invalid button size")
    for button in buttons:
        below = button.get("sub_button", [])
        if len(button["name"].encode()) > 16:
            raise Refusal(40018, "invalid button name size")
        if len(below) > 5:
            raise Refusal(40023, "invalid sub button size")
        for one in below or [button]:
            if len(one["name"].encode()) > 60:
                raise Refusal(40025, "invalid sub button name size")
            if one.get("type") == "click" and not 1 <= len(one["key"].encode()) <= 128:
                raise Refusal(40026, "invalid sub button key size")


def _cut(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()


async def _trickle(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for sign in '{"errcode": 0, "errmsg": "ok"}' * 20:
        await response.write(sign.encode())
        await asyncio.sleep(0.5)
    return response
