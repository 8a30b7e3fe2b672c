"""The terminal channel: one person, one line at a time, answered in order."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from adapters.capabilities import ALL
from adapters.terminal.page import SCREEN, Window
from adapters.terminal.plain import PlainStage
from adapters.terminal.stage import Stage
from bot.channel import Accepted, Channel, Desk, Said, Sent, Throttled, Unreachable
from bot.i18n import _, format_number, negotiate, translate
from bot.message import Address, Choice, Event, Joined, Message, Reply
from bot.render import fit
from bot.text import MESSAGE_LIMIT, clean
from bot.understanding import detect, picked
from bot.understanding.choices import number
from bot.wakeups import Bell

PATIENCE: Final = 5.0  # seconds we wait for an answer that was put off
_BRIEF: Final = 2.0  # seconds the deliverer may take; it needs milliseconds
_ELSEWHERE: Final = timedelta(seconds=1)  # that person's own terminal takes it, where it is open
_QUIT: Final = frozenset({"/quit", "/exit"})
_LANG: Final = frozenset({"/lang", "/language"})
_WELCOME_BACK: Final = _("Welcome back. This is where we were:")
_FAREWELL: Final = _("Goodbye. To go on with this talk, type: citybot chat")
_TOO_LONG: Final = _(
    "That is too long for me: I read up to {limit} characters at once. Please make it shorter."
)
_NOT_KEPT: Final = _(
    "The database does not answer, so your message was not kept. Please try again in a moment."
)
_LATE: Final = _(
    "This takes longer than usual. Your message is kept; the answer comes here as soon as it is "
    "ready, if need be the next time you open the chat."
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How one wants to talk.

    user      the name the address is made of
    shown_as  the channel whose looks are borrowed
    language  the language asked for, short code; None: settings and what is written decide
    debug     explain each answer from the start
    """

    user: str = "me"
    shown_as: str | None = None
    language: str | None = None
    debug: bool = False


class TerminalChannel(Channel):
    """Reads a line, and prints what the deliverer brings before it reads the next."""

    name = "terminal"
    can = SCREEN

    def __init__(
        self, desk: Desk, stage: Stage | None = None, manner: Manner | None = None
    ) -> None:
        super().__init__(desk)
        settings = desk.settings
        self._manner = manner or Manner()
        if shown := self._manner.shown_as:  # dialogs say how one gets what is not sent there
            # A ClassVar for every other channel; this one may be shown as another.
            self.can = replace(SCREEN, attachments=ALL[shown].attachments)  # type: ignore[misc]
        self._language = self._manner.language or negotiate(settings.language) or "en"
        self._stage = stage or PlainStage(settings.name, self._language)
        self._window = Window(settings.data_dir / "received", self._manner.shown_as)
        self.address = Address(self.name, self._manner.user)
        # Replies of the line in hand that are still to come, and those printed before they came.
        self._awaited: Counter[Reply] = Counter()
        self._ahead: Counter[Reply] = Counter()
        self._came = Bell()
        # What was offered last, also by a message that came by itself: a typed "2" means this.
        self._offered: tuple[Choice, ...] = ()
        self._offered_last = False  # by the message that stands lowest
        self._unread = False  # printing failed
        self._owed = False  # a turn was put off, and we said so
        # While an event is being taken nothing is sent: we do not know yet what to expect.
        self._turn = asyncio.Lock()

    async def talk(self) -> None:
        """Greet, then answer line by line, until the input ends or the person leaves.

        Raises OSError when nobody reads us any more, and SQLAlchemyError when the database cannot
        be reached and nobody is there to try again.
        """
        await self._begin()
        while (line := await self._stage.read()) is not None:
            if line.strip().casefold() in _QUIT:
                break
            await self._hear(line)
        if self._stage.attended:
            self._tell(_FAREWELL)
        while self._ahead and await self._came.wait(_BRIEF):
            pass  # what was printed and not sent would be printed again next time

    async def send(self, to: Address, reply: Reply) -> Sent:
        """Print a reply, unless that was done already. Raises Throttled, Unreachable."""
        if to != self.address:
            raise Throttled(_ELSEWHERE)
        async with self._turn:
            if self._ahead[reply]:
                self._ahead -= Counter((reply,))
            else:
                self._print_or_keep(reply)
                self._awaited -= Counter((reply,))
        self._came.ring()
        return Sent()

    async def _begin(self) -> None:
        said = await self.desk.mailbox.transcript(self.address)
        wanted = self._manner.language if said else None
        # What was said last in another language is not shown: what was asked is asked anew.
        anew = bool(wanted and self._stage.attended and self._was_other(said, wanted))
        if anew:
            self._tell(_WELCOME_BACK)
        if wanted:
            await self._take(self._message("", f"language:{wanted}"), aloud=anew)
        if self._stage.attended and not anew:
            await self._greet(said)
        if self._manner.debug:
            await self._take(self._message("/debug", "debug:on"))

    def _was_other(self, said: Sequence[Said], wanted: str) -> bool:
        """Whether what was said last is in another language than the one asked for now."""
        last = next((line.reply.text for line in reversed(said) if not line.by_person), "")
        return detect(last).language not in (wanted, None)

    async def _greet(self, said: Sequence[Said]) -> None:
        """Who comes back sees what was said last: they may be in the middle of a form."""
        last = next((line.reply for line in reversed(said) if not line.by_person), None)
        if last is None:
            joined = Joined(
                uuid4().hex, self.address, datetime.now(UTC), locale=self._manner.language
            )
            await self._take(joined)
            return
        self._follow(last.text)
        self._tell(_WELCOME_BACK)
        self._print(replace(last, attachments=()))

    async def _hear(self, line: str) -> None:
        text = clean(line)
        if not line.strip():
            return
        if len(text) > MESSAGE_LIMIT:
            self._tell(_TOO_LONG, limit=format_number(self._language, MESSAGE_LIMIT))
            return
        try:
            await self._take(self._message(text, _order(text) or self._picked(text)))
        except SQLAlchemyError:
            if not self._stage.attended:
                raise
            self._tell(_NOT_KEPT)

    def _picked(self, text: str) -> str | None:
        """The choice a number means, if it was said last; words are for the dialogs to weigh."""
        is_ours = number(text) is not None and self._offered_last
        return picked(text, self._offered) if is_ours else None

    async def _take(self, event: Event, aloud: bool = True) -> None:
        """Have an event handled, and come back when its replies are printed."""
        async with self._turn:
            accepted = await self._accept(event)
            self._offered = ()
            replies = [d.reply for d in accepted.deliveries]
            parts = [part for reply in replies for part in fit(reply, self.can).parts]
            (self._awaited if aloud else self._ahead).update(parts)
            self._came = Bell()
        if not parts:
            await self._wait_for_late()
        elif aloud:
            await self._hear_out(parts)

    async def _accept(self, event: Event) -> Accepted:
        """Knock until we are let in: who pastes a page is answered slowly, but in full."""
        while True:
            accepted = await self.desk.accept(event)
            if accepted.status != "slow_down":
                return accepted
            await asyncio.sleep(max(0.05, accepted.retry_after.total_seconds()))

    async def _hear_out(self, parts: Sequence[Reply]) -> None:
        """Wait for the deliverer, which knows the order; what it does not bring, print ourselves.

        It is held up when an earlier chat was killed while it printed, and it brings nothing when
        another chat of this person took it. Then we do not wait every time.
        """
        while self._awaited and not (self._ahead or self._unread):
            if not await self._came.wait(_BRIEF):
                break
        for part in parts:
            if self._awaited[part]:
                self._awaited -= Counter((part,))
                self._print(part)
                self._ahead.update((part,))

    async def _wait_for_late(self) -> None:
        """The turn was put off; its answer comes through `send`, now or when it can.

        A pipe is worth waiting for, its transcript stays in order; a person wants to go on.
        """
        patience = _BRIEF if self._stage.attended else PATIENCE
        if not await self._came.wait(patience) and not self._owed:
            self._owed = True
            self._tell(_LATE)

    def _print(self, reply: Reply) -> None:
        self._follow(reply.text)
        self._offered = reply.choices or self._offered
        self._offered_last = bool(reply.choices)
        for page in self._window.pages(reply, self._language):
            self._stage.show(page)

    def _follow(self, text: str) -> None:
        """Our own sentences go over to the language of the answers."""
        guess = detect(text)
        if guess.sure and guess.language:
            self._language = self._stage.language = guess.language

    def _print_or_keep(self, reply: Reply) -> None:
        try:
            self._print(reply)
        except OSError as error:  # nobody reads: it waits for the next time
            self._unread = True
            self._came.ring()
            raise Unreachable(str(error)) from error
        self._owed = False

    def _tell(self, msgid: str, **values: object) -> None:
        self._stage.tell(translate(self._language, msgid, **values))

    def _message(self, text: str, value: str | None) -> Message:
        return Message(
            uuid4().hex,
            self.address,
            text,
            datetime.now(UTC),
            picked=value,
            locale=self._manner.language,
        )


def _order(text: str) -> str | None:
    """`/lang de` is a tap on that language; anything else is text."""
    command, _blank, wanted = text.partition(" ")
    if command.casefold() not in _LANG:
        return None
    language = negotiate(wanted.strip())
    return f"language:{language}" if language else "language"
