"""What there is to talk about: the dialogs, and how a text finds one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.dialog import Command, Dialog, Form, Services, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.understanding import Phrases
from bot.understanding.choices import number
from bot.understanding.phrases import Wish
from bot.understanding.wordings import words

# Understood inside any form, in any language; a dialog may not use these wordings.
CONTROLS = {
    "cancel": (_("wordings: cancel"),),
    "back": (_("wordings: back"),),
}
_REMEMBERED = 1024  # texts


def nowhere_to_go(turn: Turn, offered: tuple[Choice, ...]) -> Reply:
    """What somebody hears who wants back where no form is open: what was offered last, again."""
    if offered:
        return Reply(turn.say(_("There is nothing to go back to. You can choose here:")), offered)
    return Reply(turn.say(_("There is nothing to go back to. What would you like to know?")))


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text says by itself, whoever says it.

    urgent      the dialog that must not wait for anything else
    recognised  the one that knows the text by its form: a code, whatever language is spoken
    whole       the one that the whole text asks for
    """

    urgent: Command | None
    recognised: Command | None
    whole: Wish | None


class Known:
    """What there is to talk about. `fallback` takes what nothing claims."""

    def __init__(
        self, dialogs: Mapping[str, Dialog], services: Services, fallback: Dialog, phrases: Phrases
    ) -> None:
        self.dialogs, self.services = dialogs, services
        self.fallback, self.phrases = fallback, phrases
        self.forms = tuple(dialog for dialog in dialogs.values() if isinstance(dialog, Form))
        commands = [dialog for dialog in dialogs.values() if isinstance(dialog, Command)]
        self._urgent = tuple((hears, one) for one in commands if (hears := one.urgent))
        self._codes = tuple((hears, one) for one in commands if (hears := one.hears))
        self._meaning = [command for command in commands if command.means]
        self._claiming = [d for d in commands if d.claims and d is not fallback]
        # A turn asks several times, and people say the same few words all day.
        self.heard = lru_cache(_REMEMBERED)(self._heard)

    def _heard(self, text: str) -> Heard:
        return Heard(
            next((command for hears, command in self._urgent if hears(text)), None),
            next((command for hears, command in self._codes if hears(text)), None),
            self.phrases.whole(text.removeprefix("/")),
        )

    def whole(self, text: str, in_form: bool) -> Wish | None:
        """The dialog the whole text asks for; in a form, a remark or a count of people is none."""
        wish = self.heard(text).whole
        if wish and in_form and (is_remark(self.dialogs.get(wish.dialog)) or _counts(text, wish)):
            return None
        return wish

    def within(self, text: str, free: bool) -> Wish | None:
        """What a sentence wishes; `free`: any text is an answer, and few wishes are heard in it."""
        wish = self.phrases.within(text)
        dialog = self.dialogs.get(wish.dialog) if wish else None
        return wish if not free or (isinstance(dialog, Form) and dialog.anywhere) else None

    def claims(self, dialog: Dialog, turn: Turn) -> bool:
        """Whether the dialog says that it can answer this text."""
        return isinstance(dialog, Command) and bool(dialog.claims and dialog.claims(turn))

    def answering(self, turn: Turn) -> Dialog | None:
        """The fallback, where it says that it can answer this text."""
        return self.fallback if self.claims(self.fallback, turn) else None

    def meant(self, turn: Turn) -> str | None:
        """See meant_in."""
        return meant_in(self._meaning, turn)

    def claiming(self, turn: Turn) -> Command | None:
        """The command that answers a text which no wording names; None: the fallback takes it."""
        return next((d for d in self._claiming if self.claims(d, turn)), None)


def meant_in(commands: Iterable[Command], turn: Turn) -> str | None:
    """The choice a text is one of that no wording names; None for nearly every text."""
    meaning = (command.means for command in commands if command.means)
    return next(filter(None, (means(turn) for means in meaning)), None)


def _counts(text: str, wish: Wish) -> bool:
    """Whether it says how many people: "eine Person" is no call for one, "einen Menschen" is."""
    return words(text) != words(wish.wording) and number(text) is not None


def is_nod(dialog: Dialog | None) -> bool:
    """Whether it answers an "ok"."""
    return isinstance(dialog, Command) and dialog.nod


def is_remark(dialog: Dialog | None) -> bool:
    """Whether it answers a remark on what we said last."""
    return isinstance(dialog, Command) and dialog.remark
