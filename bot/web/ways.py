"""The ways into a talk: our own chat, and every other channel that opens one by a link."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import structlog

from bot.channel import SendError
from bot.i18n import _, translate
from bot.services.invites import Invite, Signer
from bot.web.desk import Desk, Invitation

log = structlog.get_logger()
SOURCE: Final = "page"  # where the link was found, as arrivals are counted
WEB_LONGEST: Final = 200  # our own page takes longer codes than platforms do
_PATIENCE = 3.0  # seconds that a platform may take to make a link
_KEPT, _MISSED = 12 * 3600.0, 300.0  # seconds until one is asked again, after a link and after none

_NAMES: Final = {"telegram": "Telegram", "wechat": _("WeChat"), "wecom": _("WeCom")}


@dataclass(frozen=True, slots=True)
class Way:
    """A link that opens the talk at the registration; `channel` as people call it."""

    channel: str
    url: str


class Ways:
    """Makes the links, and keeps those of platforms for a while."""

    def __init__(self, desk: Desk, source: str = SOURCE) -> None:
        self._signer, self._source = Signer(desk.settings), source
        self._invitations: Mapping[str, Invitation] = desk.invitations
        self._known: dict[tuple[str, str], tuple[str | None, float]] = {}

    def chat(self, target: str, language: str) -> str:
        """Our own chat page, at a dialog: `registration:summer-school`."""
        code = self._signer.make(Invite(target, self._source), WEB_LONGEST)
        return f"/chat?{urlencode({'lang': language, 'invite': code})}"

    async def others(self, target: str, language: str) -> tuple[Way, ...]:
        """The other open channels; one that does not answer now is left out."""
        found = await self.links(target, set(self._invitations) - {"web"})
        return tuple(Way(translate(language, _NAMES.get(name, name)), url) for name, url in found)

    async def links(
        self, target: str, names: Iterable[str] | None = None
    ) -> tuple[tuple[str, str], ...]:
        """Likewise by the channels' own names; without `names` also our own chat."""
        try:
            code = self._signer.make(Invite(target, self._source))
        except ValueError:  # too long for platforms
            return ()
        wanted = sorted(self._invitations if names is None else names)
        urls = await asyncio.gather(*(self._link(name, code) for name in wanted))
        return tuple((name, url) for name, url in zip(wanted, urls, strict=True) if url)

    async def _link(self, name: str, code: str) -> str | None:
        url, until = self._known.get((name, code), (None, 0.0))
        if until < time.monotonic():
            url = await self._asked(name, code)
            self._known[name, code] = url, time.monotonic() + (_KEPT if url else _MISSED)
        return url

    async def _asked(self, name: str, code: str) -> str | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._invitations[name](code)
        except (SendError, TimeoutError) as error:
            log.warning("no_invitation", channel=name, error=type(error).__name__)
            return None
