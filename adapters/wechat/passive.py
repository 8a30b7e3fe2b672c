"""The answer to WeChat's own request: within five seconds, the same at every try.

WeChat waits five seconds, hangs up, and asks again, three times in all; then the person reads that
we are out of order. So: a reply that is ready is given; one that is not lets the platform ask
again; and on the last try there is always something to say.
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog

from bot.channel import Accepted, Desk
from bot.database import DATABASE_DOWN
from bot.i18n import _, translate
from bot.message import GO_ON, Address, Capabilities, Event, Left, Message, Reply
from bot.text import MESSAGE_LIMIT
from bot.understanding.choices import may_pick

log = structlog.get_logger()
LAST_TRY: Final = timedelta(seconds=8)  # after the first: the tries come at 0, 5 and 10 seconds
_LOOK = 0.5  # seconds between looks at a reply that nobody rang for
_RESERVE = 0.2  # of the time, kept on the last try: what counts as sent must still be given
_BRIEFLY = 0.1  # seconds in which something is looked up that a reply does without
_SIGNS = 8  # characters of a text that is no more than a sign: `.`, `。`, `…`, `👍`
_STOPS = frozenset(".。．｡…")

_LOOKING = _("I am still looking. Send me a full stop in a moment, and I will show you the answer.")
_MORE = _("There is more: send me a full stop to read on.")
_AGAIN = _("I cannot take anything in at the moment. Please send it again in a few minutes.")
_ALL_SAID = _("You have everything I had to say. Just write what you would like to know next.")
_TOO_LONG = _("That is too long: please write at most {limit} characters at once.")


def _is_sign(text: str) -> bool:
    return 0 < len(text) <= _SIGNS and not any(map(str.isalnum, text))


def _is_stop(text: str) -> bool:
    return bool(text.strip()) and _STOPS.issuperset(text.strip())


class NotYet(Exception):
    """There is nothing to say yet, and the platform will ask again."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the channel can do at this moment.

    serves  whether customer-service messages may be sent; else this answer is all there is
    """

    can: Capabilities
    serves: bool


class Passive:
    """Finds what to say to a push."""

    def __init__(self, desk: Desk, locale: str, means: Callable[[], Means]) -> None:
        self._desk, self._locale, self._means = desk, locale, means

    async def reply(self, event: Event, age: timedelta) -> Reply | None:
        """What to say; None: nothing, and nothing is missing. `age`: since the first try.

        Raises NotYet.
        """
        if isinstance(event, Message) and len(event.text) > MESSAGE_LIMIT:
            return await self._said(event.sender, _TOO_LONG, limit=MESSAGE_LIMIT)
        means = self._means()
        attempt = _Try(self._desk, event, means, is_last=age >= LAST_TRY)
        accepted = await attempt.accepted()
        if accepted is None:
            return self._too_late(attempt, is_kept=False)
        if isinstance(event, Left):
            return None
        reply = await attempt.answer(accepted)
        if reply is not None:
            return await self._with_hint(event.sender, reply, attempt)
        if accepted.deliveries or accepted.status == "slow_down":
            return None  # said elsewhere, or not to be said
        if attempt.is_all_said:
            return await self._said(event.sender, _ALL_SAID)
        return self._too_late(attempt, is_kept=True)

    def _too_late(self, attempt: "_Try", is_kept: bool) -> Reply | None:
        if is_kept and attempt.means.serves:
            return None  # delivery says it, when the turn is done
        if not attempt.is_last:
            raise NotYet
        return self._in(attempt.spoken(), _AGAIN if attempt.is_down else _LOOKING)

    async def _with_hint(self, to: Address, reply: Reply, attempt: "_Try") -> Reply:
        """Where we cannot send the rest by ourselves, the person is told how to get it."""
        if attempt.means.serves or not await attempt.leaves_more(to):
            return reply
        hint = await self._said(to, _MORE)
        return replace(reply, text=f"{reply.text}\n\n{hint.text}")

    async def _said(self, to: Address, msgid: str, **values: object) -> Reply:
        spoken = None
        with suppress(TimeoutError):
            async with asyncio.timeout(_BRIEFLY):
                spoken = await self._desk.spoken(to)
        return self._in(spoken, msgid, **values)

    def _in(self, spoken: str | None, msgid: str, **values: object) -> Reply:
        """In the language of their talk; else in the account's and in English, to be sure."""
        languages = dict.fromkeys((spoken,) if spoken else (self._locale, "en"))
        return Reply("\n".join(translate(language, msgid, **values) for language in languages))


class _Try:
    """One request of the platform, and the time that is left for it."""

    def __init__(self, desk: Desk, event: Event, means: Means, *, is_last: bool) -> None:
        self._desk, self._event, self.means, self.is_last = desk, event, means, is_last
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + means.can.answers_within
        self.is_down = self.is_all_said = False
        # Looked up at once: when the time is up, there is none for that.
        self._speaks = asyncio.ensure_future(desk.spoken(event.sender)) if is_last else None

    def spoken(self) -> str | None:
        """The language of their talk, as far as we know it by now."""
        return self._speaks.result() if self._speaks and self._speaks.done() else None

    async def accepted(self) -> Accepted | None:
        """The event at the door; None when time is up, and then it may or may not be stored."""
        try:
            async with asyncio.timeout_at(self._until):
                self._event = event = await self._meant()
        except TimeoutError:
            return None
        while self._left() > 0:
            try:
                async with asyncio.timeout_at(self._until):
                    return await self._desk.accept(event)
            except TimeoutError:  # it takes long, but it is under way, unless it was down before
                return None
            except (
                Exception
            ) as error:  # whatever it is: the person must not read that we are broken
                if not self.is_down:  # once a try: a traceback takes of the time that is left
                    self._complain(error)
                self.is_down = True
                await asyncio.sleep(max(0.0, min(_LOOK, self._left())))
        return None

    async def answer(self, accepted: Accepted) -> Reply | None:
        """The reply, as soon as there is one; None when time is up, or it is said elsewhere."""
        to, can = self._event.sender, self.means.can
        # Of replies that are there already, one more look: delivery may hold them for a moment.
        looks = 2 if accepted.deliveries and not self.means.serves else 1
        with self._desk.wakeups.listen(str(to)) as bell:
            while self._left() > (self._reserve() if self.is_last else 0):
                reply = await self._at_the_counter(to, accepted, can)
                looks -= 1
                is_over = accepted.deliveries or accepted.status == "slow_down"
                if reply or (is_over and looks < 1) or await self._is_all_said():
                    return reply
                await bell.wait(max(0.0, min(_LOOK, self._left())))
        return None

    async def leaves_more(self, to: Address) -> bool:
        """Whether something waits behind a reply, which is worth more than knowing that."""
        try:
            async with asyncio.timeout(max(_BRIEFLY, self._left())):
                return await self._desk.counter.waits(to)
        except (*DATABASE_DOWN, TimeoutError):
            return False

    async def _at_the_counter(
        self, to: Address, accepted: Accepted, can: Capabilities
    ) -> Reply | None:
        try:
            async with asyncio.timeout_at(self._until):
                return await self._desk.counter.answer(to, accepted, can)
        except TimeoutError:
            return None  # the same is said at the next try, if it counts as said by now
        except DATABASE_DOWN as error:
            self._complain(error)
            return None

    async def _is_all_said(self) -> bool:
        """Whether they asked for more and there is none, nor will be."""
        if isinstance(self._event, Message) and self._event.picked == GO_ON:
            with suppress(*DATABASE_DOWN, TimeoutError):
                async with asyncio.timeout_at(self._until):
                    self.is_all_said = not await self._is_awaited()
        return self.is_all_said

    def _complain(self, error: Exception) -> None:
        if isinstance(error, DATABASE_DOWN):
            log.warning("database_unreachable", error=type(error).__name__)
        else:
            log.error("event_not_taken", channel=self._event.sender.channel, exc_info=error)

    async def _meant(self) -> Event:
        """The event, or a wish for what is left of what we said.

        That is a sign while something waits or is in work, a full stop at any time, and a number
        or a yes to a list or a question that was not shown yet: nobody votes by it unseen.
        """
        event = self._event
        if not isinstance(event, Message) or event.picked:
            return event
        to, is_sign = event.sender, _is_sign(event.text)
        try:
            if is_sign:
                goes_on = _is_stop(event.text) or await self._is_awaited()
            else:
                goes_on = may_pick(event.text) and await self._desk.counter.owes(to)
        except DATABASE_DOWN:
            return event
        return replace(event, picked=GO_ON) if goes_on else event

    async def _is_awaited(self) -> bool:
        """Whether something is on its way to them, or will be."""
        event = self._event
        return await self._desk.in_work(event) or await self._desk.counter.waits(event.sender)

    def _left(self) -> float:
        return self._until - self._loop.time()

    def _reserve(self) -> float:
        return _RESERVE * self.means.can.answers_within
