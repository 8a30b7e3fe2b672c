"""The WeCom channel: one app of one company, and whoever of its members may see it.

Members can be written to at any time. What is sent twice with the same key is shown once; what is
sent too fast is dropped in silence, so it is counted in the database.
"""

from collections.abc import Iterable
from typing import Final

import structlog
from aiohttp import web

from adapters.capabilities import WECOM
from adapters.tencent.door import Door, seal_of
from adapters.tencent.menu import menu_of
from adapters.tencent.push import Account
from adapters.wecom import saying
from adapters.wecom.api import Api
from adapters.wecom.callback import Callback
from adapters.wecom.heard import CHANNEL
from adapters.wecom.reception import Reception
from adapters.wecom.taps import Taps
from bot.channel import Channel, Desk, Misconfigured, OurPace, Refused, Sent, Told
from bot.i18n import _
from bot.message import Address, Reply
from bot.pace import Pace, never_more
from bot.ration import Rations
from bot.tokens import TokenShelf
from bot.understanding import detect

log = structlog.get_logger()
PATH: Final = "/wecom"
# To one member at most 30 a minute and 1000 an hour; the rest is dropped, and the call says `ok`.
# https://developer.work.weixin.qq.com/document/path/90236
_TO_ONE = (never_more(30, 60.0, 10), never_more(1000, 3600.0, 100))


class WeComChannel(Channel):
    """One app."""

    name = CHANNEL
    can = WECOM
    # To all: ours. The limit is the day's: 200 for each account the company may have.
    pace = Pace(overall=((50, 1.0),), to_one=_TO_ONE)
    keyed = saying.KEYED
    unlinked = _("WeCom has no such link: members open the app in WeCom itself.")

    def __init__(self, desk: Desk) -> None:
        """Raises BadSetting when the key cannot be read."""
        super().__init__(desk)
        settings = desk.settings
        self._api = Api(settings, TokenShelf(desk.database, desk.now), desk.now)
        self._rations = Rations(desk.database, _TO_ONE, desk.now)
        agent = str(settings.wecom_agent_id)
        scope = f"{settings.wecom_corp_id}:{agent}"
        account = Account(scope, settings.wecom_language, desk.now, agent)
        self.taps = Taps(desk, self._api, self._rations, account)
        seal = seal_of(desk, CHANNEL, settings.wecom_corp_id)
        door = Door(CHANNEL, seal, account, desk.bury)
        self._callback = Callback(door, Reception(desk, self.taps))

    def routes(self) -> Iterable[web.RouteDef]:
        """One address: https://developer.work.weixin.qq.com/document/path/90930"""
        yield web.get(PATH, self._callback.verify, allow_head=False)
        yield web.post(PATH, self._callback.hear)

    async def send(self, to: Address, reply: Reply) -> Sent:
        """Hand one fitted reply to the platform, in as many messages as it takes.

        Sent again after an error it is sent from the beginning: what arrived is recognised.
        """
        files = []
        for attachment in reply.attachments:  # first of all: this is what can still fail
            files.append(saying.file(*await self._api.upload(attachment)))
        said = saying.pieces(reply, files, await self._language(to, reply))
        if wait := await self._rations.take(to, len(said)):
            raise OurPace(wait, _("This member has got as much as WeCom lets us send."))
        ref = ""
        for place, message in enumerate(said):
            ref = await self._say(to, reply, message, place)
        return Sent(ref)

    async def _language(self, to: Address, reply: Reply) -> str:
        """Of the few words on a card that are ours: what the talk is in, else what it says."""
        spoken = await self.desk.spoken(to) if reply.choices or reply.several else None
        return spoken or detect(reply.text).language or self.desk.settings.wecom_language

    async def _say(self, to: Address, reply: Reply, message: saying.Piece, place: int) -> str:
        try:
            return await self._api.send(to.user, message.keyed(reply.key, place))
        except Refused as refused:
            if message.kind != "template_card" or refused.code == "unlicenseduser":
                raise
            log.warning("card_refused", code=refused.code)
        if not message.in_words:
            return ""
        # What cannot be tapped can be written: the words come through, the looks do not.
        in_words = saying.text(message.in_words).keyed(reply.key, place)
        return await self._api.send(to.user, in_words)

    async def set_up(self) -> tuple[Told, ...]:
        """The menu, and that we are told of who opens the app."""
        menu = menu_of(self.desk.menu, self.desk.settings.wecom_language)
        await self._api.put_menu({"button": menu.buttons})
        await self._api.report_entering()
        entries = sum(len(button["sub_button"]) for button in menu.buttons)
        return (
            *menu.told,
            Told(_("The menu has {count} entries."), {"count": entries}),
            Told(_("WeCom tells us when a member opens the app, and never where they are.")),
        )

    async def examine(self) -> tuple[Told, ...]:
        """Who we are there, and what is missing."""
        agent = await self._api.agent()
        if agent.get("close"):
            raise Misconfigured(_("The app is switched off in the admin console of WeCom."))
        told = [Told(_("WeCom knows this app as {name}."), {"name": agent.get("name", "")})]
        if not agent.get("isreportenter"):
            told.append(
                Told(
                    _(
                        "WeCom does not tell us when a member opens the app, so nobody is "
                        "greeted: citybot channel setup wecom changes that."
                    )
                )
            )
        if agent.get("home_url"):
            told.append(
                Told(
                    _(
                        "The app opens a home page. Whoever reads it in WeChat then gets only the "
                        "first 20 bytes of each message: take the page away."
                    )
                )
            )
        return (*told, await self._examined_menu())

    async def close(self) -> None:
        """End what is under way, hang up."""
        await self.taps.errands.close()
        await self._api.close()

    async def _examined_menu(self) -> Told:
        if await self._api.has_menu():
            return Told(_("There is a menu."))
        return Told(_("There is no menu yet: citybot channel setup wecom makes one."))
