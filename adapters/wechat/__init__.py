"""The WeChat Official Account channel.

A reply is first given in the answer to WeChat's own request (`passive`), which is free and always
allowed. What cannot go that way is a customer-service message, as long as the platform lets us;
what must reach a person later is announced by a notice and waits in the chat.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from aiohttp import web

from adapters.capabilities import WECHAT, masses
from adapters.tencent.door import Door, seal_of
from adapters.tencent.menu import menu_of
from adapters.tencent.push import Account
from adapters.wechat.api import SEND, Api, Scene
from adapters.wechat.callback import Callback
from adapters.wechat.errcodes import NotGranted
from adapters.wechat.heard import CHANNEL
from adapters.wechat.mass import NOT_ALLOWED
from adapters.wechat.mass import PATH as PATH_OF_MASS
from adapters.wechat.notice import notice_of
from adapters.wechat.passive import Means, Passive
from bot.channel import Channel, Desk, SendError, Sent, Told, WindowClosed
from bot.i18n import _
from bot.mass_reports import Reports
from bot.message import Address, Reply
from bot.pace import Pace
from bot.tokens import TokenShelf

log = structlog.get_logger()
PATH = "/wechat"
_HALF_SENT = 1000  # replies of several messages that are remembered between tries
_NO_MENU = _("This account may not make a menu from here; on mp.weixin.qq.com you can make one.")
# What an account shows that may answer, and nothing else: a picture has to be uploaded first.
_PASSIVE_ONLY = replace(WECHAT, attachments=(), push_budget=0, tap_budget=0)


class WeChatChannel(Channel):
    """Official Accounts of both kinds, verified or not."""

    name = CHANNEL
    can = WECHAT
    # Ours: no limit a second is documented, and 500,000 a day are not in sight.
    pace = Pace(overall=((50, 1.0),), to_one=((5, 5.0),))

    def __init__(self, desk: Desk) -> None:
        """Raises BadSetting when a key or a notice cannot be read."""
        super().__init__(desk)
        settings = desk.settings
        self._api = Api(settings, TokenShelf(desk.database, desk.now), desk.now)
        self._notice = notice_of(settings.wechat_notice)
        self._serves = settings.wechat_service != "no"
        self.mass = masses(settings).get(CHANNEL)
        account = Account(settings.wechat_app_id, settings.wechat_language, desk.now)
        passive = Passive(desk, settings.wechat_language, self._means)
        # Of a reply with pictures, how many messages went out in earlier tries. In memory alone:
        # after a crash all of them are sent again.
        self._half_sent: OrderedDict[str, int] = OrderedDict()
        seal = seal_of(desk, CHANNEL, settings.wechat_app_id)
        reports = Reports(desk.database, desk.now)
        self._callback = Callback(Door(CHANNEL, seal, account, desk.bury), passive, reports)

    def routes(self) -> Iterable[web.RouteDef]:
        """One address: https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html"""
        yield web.get(PATH, self._callback.verify, allow_head=False)
        yield web.post(PATH, self._callback.hear)

    async def listen(self) -> None:
        """Once, at the start: find out whether the platform lets us send anything at all."""
        if self.desk.settings.wechat_service != "auto":
            return
        try:
            await self._api.quota(SEND)
        except NotGranted:
            self._without_service()
        except SendError as error:
            log.warning("wechat_not_examined", error=type(error).__name__)

    async def send(self, to: Address, reply: Reply) -> Sent:
        """Customer-service messages: pictures first, for what they need can still fail.

        Sent again after an error it goes on where it stopped.
        """
        if not self._serves:
            raise WindowClosed
        sent = self._half_sent.pop(reply.key, 0)
        try:
            async for count in self._say(to, reply, sent):
                sent = count
        except NotGranted:
            self._without_service()
            raise
        except (SendError, asyncio.CancelledError):
            self._remember(reply.key, sent)
            raise
        return Sent(messages=sent)

    async def send_to_many(self, to: Sequence[Address], reply: Reply, key: str) -> Sent:
        """A mass message to these followers, see mass.py; what was taken is said by its number."""
        openids = [address.user for address in to]
        return Sent(await self._api.send_to_many(openids, reply.text, key))

    async def became(self, ref: str) -> str | None:
        """Of a mass message, as the platform has it; one that was deleted there did go out."""
        status = await self._api.mass_status(ref)
        if status == "SEND_FAIL":
            return status
        return "" if status in ("SEND_SUCCESS", "DELETE") else None

    async def knock(self, to: Address, reply: Reply) -> bool:
        """Announce what waits for a person, where the account has a way. Raises a SendError."""
        if self._notice is None:
            return False
        await self._notice.send(self._api, to.user, reply)
        return True

    async def set_up(self) -> tuple[Told, ...]:
        """The menu, where the account may have one."""
        menu = menu_of(self.desk.menu, self.desk.settings.wechat_language)
        try:
            await self._api.put_menu({"button": menu.buttons})
        except NotGranted:
            return (Told(_NO_MENU),)
        entries = sum(len(button["sub_button"]) for button in menu.buttons)
        return (*menu.told, Told(_("The menu has {count} entries."), {"count": entries}))

    async def examine(self) -> tuple[Told, ...]:
        """Who we are there, our menu, and what is left of the day."""
        await self._api.check_token()
        app_id = self.desk.settings.wechat_app_id
        known = Told(_("WeChat knows this server as {app_id}."), {"app_id": app_id})
        told = (known, await self._examined_menu(), await self._examined_service())
        return (*told, await self._examined_mass()) if self.mass else told

    async def invitation(self, code: str) -> str:
        """What a QR code has to say so that scanning it opens the talk with this code."""
        return (await self.scene(code)).url

    async def scene(self, code: str, lasts: timedelta | None = None) -> Scene:
        """A QR code that brings `code` (an invite) with whoever scans it. Raises a SendError."""
        return await self._api.scene(code, lasts)

    async def close(self) -> None:
        """Hang up."""
        await self._api.close()

    async def _say(self, to: Address, reply: Reply, done: int) -> AsyncIterator[int]:
        """Say what is left of it, and after each message how many are out."""
        pictures = [await self._api.upload(file) for file in reply.attachments[done:]]
        for picture in pictures:
            await self._api.show(to.user, picture)
            yield (done := done + 1)
        if reply.text:
            await self._api.say(to.user, reply.text)
            yield done + 1

    def _remember(self, key: str, sent: int) -> None:
        if key and sent:
            self._half_sent[key] = sent
            if len(self._half_sent) > _HALF_SENT:
                self._half_sent.popitem(last=False)

    async def _examined_menu(self) -> Told:
        try:
            menu = await self._api.menu()
        except NotGranted:
            return Told(_NO_MENU)
        if menu is None:
            return Told(_("There is no menu yet: citybot channel setup wechat makes one."))
        return Told(_("There is a menu."))

    async def _examined_service(self) -> Told:
        try:
            used, limit = await self._api.quota(SEND)
        except NotGranted:
            self._without_service()
            return Told(
                _(
                    "This account may not send customer-service messages: people get answers, and "
                    "what comes later when they write again."
                )
            )
        return Told(
            _("Customer-service messages today: {used} of {limit}."),
            {"used": used, "limit": limit},
        )

    async def _examined_mass(self) -> Told:
        try:
            used, limit = await self._api.quota(PATH_OF_MASS)
        except NotGranted:
            return Told(NOT_ALLOWED)
        return Told(_("Mass messages today: {used} of {limit}."), {"used": used, "limit": limit})

    def _means(self) -> Means:
        return Means(self.can if self._serves else _PASSIVE_ONLY, self._serves)

    def _without_service(self) -> None:
        if self._serves:
            log.warning("wechat_without_service")
        self._serves = False
