"""What follows when a button is tapped: one effect a keyboard, and always an answer."""

from telegram import Bot

from adapters.taps import STALE, TAKEN, read_token
from adapters.telegram import buttons
from adapters.telegram.errands import Errands
from adapters.telegram.hearing import Tapped
from adapters.telegram.places import CHANNEL, is_group, spot_of
from adapters.telegram.us import Us
from bot.channel import Accept, Accepted, Desk
from bot.i18n import negotiate, translate
from bot.message import Address, Choice, Message

# A tap waits 150 s for its answer, of which some may have passed before we heard of it.
_ANSWERED = 100.0
_MARKED = 600.0  # seconds in which changing the keyboard is still worth it


class Taps:
    """Turns a tap into the message it stands for."""

    def __init__(self, desk: Desk, bot: Bot, errands: Errands) -> None:
        self._desk, self._bot, self._errands = desk, bot, errands

    async def take(self, tapped: Tapped, us: Us, accept: Accept) -> Accepted | None:
        """Its effect is committed when this returns; None when it has none."""
        if tapped.data == buttons.DONE:
            self._answer(tapped, "")
            return None
        choice = await self._choice(tapped)
        tap = read_token(tapped.data)
        if choice is None or tap is None:
            self._answer(tapped, await self._say(tapped, STALE))
            return None
        accepted = await accept(self._message(tapped, choice, f"{us.id}:tap:{tap.ref}"))
        told = await self._say(tapped, TAKEN) if accepted.status == "known" else ""
        self._answer(tapped, told)
        if accepted.status == "new":
            self._mark(tapped)
        return accepted

    async def _choice(self, tapped: Tapped) -> Choice | None:
        """What the button stood for when it was sent to this very place."""
        tap = read_token(tapped.data)
        return await self._desk.mailbox.choice(tapped.at, tap.ref, tap.place) if tap else None

    def _answer(self, tapped: Tapped, text: str) -> None:
        """Ends the waiting of their button: https://core.telegram.org/bots/api#answercallbackquery"""
        self._errands.run(
            "answer_tap",
            lambda: self._bot.answer_callback_query(tapped.id, text or None, bool(text)),
            _ANSWERED,
        )

    def _mark(self, tapped: Tapped) -> None:
        """https://core.telegram.org/bots/api#editmessagereplymarkup"""
        message, data = tapped.message, tapped.data
        if message is None or data is None:
            return
        chat, after = spot_of(tapped.at).chat, buttons.picked(message.keyboard, data)
        self._errands.run(
            "mark_tap",
            lambda: self._bot.edit_message_reply_markup(chat, message.id, reply_markup=after),
            _MARKED,
        )

    async def _say(self, tapped: Tapped, msgid: str) -> str:
        """In the language of their own talk, also in a group; else of their Telegram.

        Only who tapped reads it: https://core.telegram.org/bots/api#answercallbackquery
        """
        theirs = Address(CHANNEL, f"{tapped.by.id}")
        spoken = await self._desk.spoken(theirs) or negotiate(tapped.by.language_code)
        return translate(spoken or self._desk.settings.language, msgid)

    def _message(self, tapped: Tapped, choice: Choice, event_id: str) -> Message:
        """One id a keyboard: a second tap on it is a repeat, whichever button it was.

        Otherwise a double tap on "yes" would answer the next question as well.
        """
        alone = not is_group(tapped.at)
        return Message(
            event_id,
            tapped.at,
            choice.label,
            self._desk.now(),
            picked=choice.value,
            name=tapped.by.first_name if alone else None,
            locale=tapped.by.language_code if alone else None,
            shared=not alone,
        )
