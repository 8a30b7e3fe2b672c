"""One reply on its way: fitted, said part by part, and how far it came."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import structlog

from bot.channel import Channel, SendError, WindowClosed
from bot.i18n import _, translate
from bot.message import Reply
from bot.outgoing import AT_MOST_ONCE, Claimed, Settlement
from bot.render import Fitted, fit

log = structlog.get_logger()
_SIGNED_UP = frozenset({"reminder", "confirmation"})  # what people wait for, and would miss
KNOCKED = "knocked"  # for the ledger: a notice outside the chat told them that it waits
_REPEAT = _(
    "(Message no. {number}: I could not see whether it reached you, so here it is once more.)"
)

_fitted_once = lru_cache(256)(fit)


class Flight:
    """A claimed row while it is being sent."""

    def __init__(self, channel: Channel, claimed: Claimed) -> None:
        self.channel, self.claimed = channel, claimed
        self.parts_sent, self.ref = claimed.parts_sent, ""
        self.notice: str | None = None  # told outside the chat: "" that went, or why it did not
        self._messages = 0
        self._rewritten: tuple[str, ...] = ()

    async def say(self) -> None:
        """Say what was not said in an earlier try. Raises a SendError."""
        try:
            await self._say()
        except WindowClosed as closed:
            if closed.until is None and self.claimed.kind in _SIGNED_UP:
                await self._knock()
            raise

    async def _say(self) -> None:
        for part in self._parts():
            if self.claimed.room is not None and self._messages >= self.claimed.room:
                raise WindowClosed
            sent = await self.channel.send(self.claimed.delivery.to, part)
            self.parts_sent, self.ref = self.parts_sent + 1, sent.ref or self.ref
            self._messages += sent.messages

    async def _knock(self) -> None:
        """It waits until they write, whether or not they could be told that it does."""
        delivery = self.claimed.delivery
        try:
            if await self.channel.knock(delivery.to, delivery.reply):
                self._rewritten, self.notice = (*self._rewritten, KNOCKED), ""
        except SendError as error:
            self.notice = str(error)
            log.warning("not_announced", channel=self.channel.name, error=type(error).__name__)

    def settled(self, state: Any, **values: Any) -> Settlement:
        """How it ended, with what the ledger is to know."""
        rewritten = " ".join(self._rewritten) or None
        values |= {"parts": self.parts_sent, "messages": self._messages}
        return Settlement(self.claimed, state, rewritten=rewritten, **values)

    def _key(self, place: int) -> str:
        """With the time: a database that begins anew counts its rows from 1 again."""
        delivery = self.claimed.delivery
        return f"{delivery.id}-{place}-{delivery.at.timestamp():.0f}"

    def _fitted(self) -> Fitted:
        """What goes to many is fitted once for all of them; each part is told its row below."""
        reply, can = self.claimed.delivery.reply, self.channel.can
        if self.claimed.kind not in AT_MOST_ONCE:
            return fit(reply, can)
        return _fitted_once(reply, can)

    def _parts(self) -> tuple[Reply, ...]:
        fitted = self._fitted()
        self._rewritten = fitted.rewritten
        ref = self.claimed.delivery.id
        named = tuple(
            replace(part, ref=ref, key=self._key(place)) for place, part in enumerate(fitted.parts)
        )
        rest = named[self.claimed.parts_sent :]
        if self.claimed.repeats is None or not rest:
            return rest
        note = translate(self.claimed.repeats, _REPEAT, number=self.claimed.delivery.id)
        noted = replace(rest[0], text=f"{rest[0].text}\n\n{note}")
        can = self.channel.can
        # Without room for it, better unmarked than cut anew: parts are counted.
        return (noted, *rest[1:]) if can.size(noted.text) <= can.text_limit else rest
