"""The Telegram channel: private chats and groups, by polling or by webhook."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterable

from aiohttp import web
from telegram.error import TelegramError

from adapters.capabilities import TELEGRAM
from adapters.telegram import commands, hook, places, saying
from adapters.telegram.errors import meaning
from adapters.telegram.polling import Poller
from adapters.telegram.reception import Reception
from adapters.telegram.report import report
from adapters.telegram.request import Request
from adapters.telegram.webhook import Keys, Webhook
from bot.channel import Channel, Desk, Refused, Sent, Told
from bot.config import BadSetting
from bot.hearing import Hearing
from bot.i18n import _
from bot.message import Address, Reply
from bot.pace import Pace
from bot.secret import keep_secret

_TOKEN = re.compile(r"(\d{1,16}):[A-Za-z0-9_-]{20,}")
_HALF_SENT = 1000  # replies of several messages that are remembered between tries


class TelegramChannel(Channel):
    """One bot."""

    name = places.CHANNEL
    can = TELEGRAM
    # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    # One message a second to a person, of which a few may come at once.
    pace = Pace(overall=((25, 1.0),), to_one=((4, 4.0),), to_group=((20, 60.0),))

    def __init__(self, desk: Desk) -> None:
        """Raises BadSetting when the token, or the address for a webhook, cannot be right."""
        super().__init__(desk)
        settings = desk.settings
        found = _TOKEN.fullmatch(settings.telegram_token)
        if found is None:
            raise BadSetting(_("Setting {key} is not the token of a bot."), key="telegram_token")
        self._request = Request(settings.telegram_api, settings.telegram_token)
        self._bot = self._request.bot()
        self._wire = saying.Wire(self._request, self._bot)
        self._reception = Reception(desk, self._bot, int(found[1]))
        self._hearing = Hearing(desk.database, self.name, desk.now)
        self._hook: hook.Hook | None = None
        if hook.is_wanted(settings):
            self._keys = Keys(keep_secret(settings), settings.telegram_token)
            self._hook = hook.Hook(self._request, self._keys, settings.public_url, self._hearing)
        self.listens_alone = self._hook is None
        # Of a reply with several files, how many messages went out in earlier tries. In memory
        # alone: after a crash all of them are sent again.
        self._half_sent: OrderedDict[tuple[int, str], int] = OrderedDict()

    def routes(self) -> Iterable[web.RouteDef]:
        """The webhook's, at an address that only Telegram is told."""
        if self._hook:
            yield web.post(self._keys.path, Webhook(self._keys, self._reception).hear)

    async def listen(self) -> None:
        """Ask for updates, or keep the webhook that brings them."""
        if self._hook:
            await self._hook.keep()
        else:
            await Poller(self._request, self._reception, self._hearing).run()

    async def send(self, to: Address, reply: Reply) -> Sent:
        """Hand one fitted reply to Telegram; a try after an error goes on where that one ended."""
        try:
            spot = places.spot_of(to)
        except ValueError:
            raise Refused("address", "not an address of Telegram's") from None
        said = saying.pieces(reply, places.is_group(to))
        key, sent = (reply.ref, str(to)), Sent()
        begin = min(self._half_sent.pop(key, 0), len(said) - 1)
        for place in range(begin, len(said)):
            try:
                number = await saying.send(self._wire, spot, said[place])
            except TelegramError as error:
                self._remember(key, place)
                raise meaning(error, to) from error
            except asyncio.CancelledError:
                self._remember(key, place)
                raise
            sent = Sent(str(number))
        return sent

    def is_group(self, address: Address) -> bool:
        """Whether several people read what is sent there."""
        return places.is_group(address)

    def door(self, code: str) -> str | None:
        """Known once we were told our @name: before we have heard anything in a group."""
        name = self._reception.username
        return f"https://t.me/{name}?start={code}" if name else None

    async def set_up(self) -> tuple[Told, ...]:
        """Commands and descriptions in every language, and how updates come."""
        try:
            told = await commands.publish(self._bot, self.desk.settings, self.desk.menu)
            if self._hook:
                await self._hook.set()
                return (*told, Told(_("Webhook set.")))
            await self._bot.delete_webhook(drop_pending_updates=False)
            return (
                *told,
                Told(_("No webhook (one that was set is taken away): updates are asked for.")),
            )
        except TelegramError as error:
            raise meaning(error, Address(self.name, "")) from error

    async def examine(self) -> tuple[Told, ...]:
        """Who Telegram says we are, and how it fares with our webhook."""
        try:
            return await report(self._bot, self._hook)
        except TelegramError as error:
            raise meaning(error, Address(self.name, "")) from error

    async def invitation(self, code: str) -> str:
        """https://core.telegram.org/bots/features#deep-linking"""
        return f"{await self.front_door()}?start={code}"

    async def front_door(self) -> str:
        """https://core.telegram.org/api/links#public-username-links"""
        try:
            us = await self._reception.us()
        except TelegramError as error:
            raise meaning(error, Address(self.name, "")) from error
        return f"https://t.me/{us.username}"

    async def close(self) -> None:
        """End what is under way, close the connections."""
        await self._reception.errands.close()
        await self._request.shutdown()

    def _remember(self, key: tuple[int, str], place: int) -> None:
        if key[0] and place:
            self._half_sent[key] = place
            if len(self._half_sent) > _HALF_SENT:
                self._half_sent.popitem(last=False)
