"""What follows when choices on a card are tapped: one effect a card, and the card shows it."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

from adapters.taps import MARK, STALE, TAKEN
from adapters.tencent.push import Account
from adapters.wecom import saying
from adapters.wecom.api import Api
from adapters.wecom.errands import Errands
from adapters.wecom.heard import Tapped
from bot.channel import Accepted, Desk
from bot.i18n import _, translate
from bot.message import Address, Choice, Event, Message
from bot.ration import Rations
from bot.slots import together
from bot.text import shorten

Accept = Callable[[Event], Awaitable[Accepted]]
# The platform's second try comes five seconds after the first.
_FIRST_TRY: Final = timedelta(seconds=4)
_FOLLOWED: Final = 10_000  # taps this process has seen to
_SHOWN: Final = 40  # characters of what was picked: a card has one line for it
_OVER = _("button: No longer valid")


class Taps:
    """Turns a tap into the message it stands for."""

    def __init__(self, desk: Desk, api: Api, rations: Rations, account: Account) -> None:
        self._mailbox, self._spoken = desk.mailbox, desk.spoken
        self._api, self._rations, self._account = api, rations, account
        self.errands = Errands()
        self._followed: OrderedDict[str, None] = OrderedDict()

    async def take(self, tapped: Tapped, age: timedelta, accept: Accept) -> None:
        """Its effect is committed when this returns."""
        choices = await self._choices(tapped)
        if not choices:
            if self._is_new(tapped):
                over = await self._say(tapped, _OVER)
                self._show(tapped, over.removeprefix("button: "))
                await self._answer(tapped, age, STALE)
            return
        accepted = await accept(self._message(tapped, choices))
        is_new = self._is_new(tapped)
        if accepted.status == "new":
            self._show(tapped, MARK + shorten(_labels(choices), _SHOWN))
        elif accepted.status == "known" and is_new:
            await self._answer(tapped, age, TAKEN)

    def tell(self, to: Address, words: str) -> None:
        """Say something that is no reply: it is not kept, and not tried for long."""

        async def once() -> None:
            if not await self._rations.take(to, 1):
                await self._api.send(to.user, saying.text(words).keyed("", 0))

        self.errands.run("tell", once)

    async def _choices(self, tapped: Tapped) -> tuple[Choice, ...]:
        """What they stood for when they were sent to this very member; none where one does not."""
        member, taps = tapped.sender, tapped.taps
        if not (taps and taps[0].several):
            found = [await self._mailbox.choice(member, tap.ref, tap.place) for tap in taps[:1]]
            return tuple(choice for choice in found if choice)
        offered = await self._mailbox.several(member, taps[0].ref)
        places = sorted({tap.place for tap in taps if tap.several})
        fits = all(tap.several for tap in taps) and places[-1] < len(offered)
        return tuple(offered[place] for place in places) if fits else ()

    def _is_new(self, tapped: Tapped) -> bool:
        """Not once it was followed: a push that was recorded stays sealed for minutes.

        Each answer to one would use up what a member may get.
        """
        is_new = tapped.id not in self._followed
        self._followed[tapped.id] = None
        if len(self._followed) > _FOLLOWED:
            self._followed.popitem(last=False)
        return is_new

    def _message(self, tapped: Tapped, choices: Sequence[Choice]) -> Message:
        """One id a card: a second tap on it is a repeat, whichever choice it was.

        Otherwise a double tap on "yes" would answer the next question as well.
        """
        account = self._account
        return Message(
            f"{account.scope}:tap:{tapped.taps[0].ref}",
            tapped.sender,
            _labels(choices),
            tapped.at,
            picked=together(choices) if tapped.taps[0].several else choices[0].value,
            locale=account.locale,
        )

    def _show(self, tapped: Tapped, words: str) -> None:
        """Only once, with the code that came with the tap."""
        if tapped.code:
            self.errands.run(
                "change_card", lambda: self._api.disable(tapped.sender.user, tapped.code, words)
            )

    async def _answer(self, tapped: Tapped, age: timedelta, msgid: str) -> None:
        """Not when it is only the platform that repeats itself."""
        if age < _FIRST_TRY:
            self.tell(tapped.sender, await self._say(tapped, msgid))

    async def _say(self, tapped: Tapped, msgid: str) -> str:
        return translate(await self._spoken(tapped.sender) or self._account.locale, msgid)


def _labels(choices: Sequence[Choice]) -> str:
    return ", ".join(choice.label for choice in choices)
