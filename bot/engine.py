"""take_turn(): the built-in brain. Given a talk and an event it says what happens next.

It sends nothing and commits nothing; what a dialog changes through a service is part of the
turn's transaction and vanishes with it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.conversation import Conversation
from bot.dialog import Dialog, Services, Transaction
from bot.i18n import negotiate
from bot.known import CONTROLS, Known, is_remark
from bot.message import GO_ON, Event, Joined, Left, Message, Reply
from bot.step import Step
from bot.understanding import Phrases, detect, picked
from bot.with_team import BESIDE_TEAM, is_with_team

__all__ = ["CONTROLS", "Engine", "Result", "in_language_of"]

_CODE = re.compile(
    r"#?(?=[a-z-]{0,20}\d)(?=[\d-]{0,20}[a-z])[a-z\d-]{2,20}", re.ASCII | re.IGNORECASE
)

_WITH_FIGURES = re.compile(r"[a-z\d-]{0,20}\d[a-z\d-]{0,20}", re.ASCII | re.IGNORECASE)
_PIECES = 6  # letters in those pieces of a code that hold no figure: "abc def 7gh"


@dataclass(frozen=True, slots=True)
class Result:
    """What a turn leaves behind.

    conversation  None when the person was forgotten
    private       what was said is not to be kept: it is blanked with the turn
    dialog        which one took the turn, "" for none; None: the team is not to see it
    """

    conversation: Conversation | None
    replies: tuple[Reply, ...]
    private: bool = False
    dialog: str | None = ""


class Engine:
    """All dialogs, and the rules by which a turn finds one. Holds nothing of any talk."""

    def __init__(self, dialogs: Mapping[str, Dialog], services: Services, fallback: str) -> None:
        """`fallback` names the Command that takes what nothing claims.

        Raises ValueError when two dialogs share a trigger.
        """
        triggers = {**CONTROLS, **{name: d.triggers for name, d in dialogs.items()}}
        remarks = tuple(name for name, dialog in dialogs.items() if is_remark(dialog))
        phrases = _phrases(tuple(triggers.items()), remarks)
        self._known = Known(dialogs, services, dialogs[fallback], phrases)

    @property
    def dialogs(self) -> Mapping[str, Dialog]:
        """All of them, by name."""
        return self._known.dialogs

    def take_turn(
        self, conversation: Conversation, event: Event, transaction: Transaction
    ) -> Result:
        """One event, handled. Raises whatever a dialog raises; then nothing may be saved."""
        if isinstance(event, Left):
            return Result(replace(conversation, forms=(), offered=()), ())
        if self._is_for_team(conversation, event, transaction):
            return _listened(conversation, event)
        if isinstance(event, Message) and event.picked == GO_ON:
            return Result(conversation, ())  # whoever delivers has the rest; nothing has changed
        conversation = in_language_of(conversation, self._spoken(event))
        step = Step(self._known, conversation, event, transaction)
        replies = step.joined() if isinstance(event, Joined) else step.heard(event)
        return Result(step.end(replies), replies, step.took.private, step.took.shown_as)

    def _is_for_team(
        self, conversation: Conversation, event: Event, transaction: Transaction
    ) -> bool:
        """Whether a person of the team talks with them now, and this is said to that person."""
        if not is_with_team(conversation.memory, transaction.now):
            return False
        if not isinstance(event, Message):
            return True
        heard = self._known.heard(event.text)
        if event.picked or event.text.startswith("/") or heard.urgent:
            return False
        if Step(self._known, conversation, event, transaction).is_private():
            return False  # a vote goes on: nobody of the team may read it
        is_wish = heard.whole is not None and heard.whole.dialog in BESIDE_TEAM
        return not is_wish and picked(event.text, conversation.offered, begun=False) is None

    def _spoken(self, event: Event) -> Event:
        """The event without a code, which is of no language; a sentence around it is of one."""
        if not isinstance(event, Message) or not self._known.heard(event.text).recognised:
            return event
        words = _WITH_FIGURES.sub("", event.text)
        is_sentence = not words.isascii() or sum(map(str.isalpha, words)) > _PIECES
        return replace(event, text=words if is_sentence else "")

    def wish(self, text: str) -> str | None:
        """The name of the dialog this text asks for outside any form; None when none does."""
        heard = self._known.heard(text)
        if heard.urgent:
            return heard.urgent.name
        wish = heard.whole or self._known.phrases.within(text)
        return wish.dialog if wish else None

    def hears(self, text: str) -> str | None:
        """Likewise, or the name of the one that knows the text by its form: a code."""
        heard = self._known.heard(text)
        return heard.recognised.name if heard.recognised and not heard.urgent else self.wish(text)


def _listened(conversation: Conversation, event: Event) -> Result:
    """Nothing is said; the message is there for the team to read, but not where somebody is.

    A form in progress is set aside.
    """
    is_place = isinstance(event, Message) and event.says_where
    return Result(replace(conversation, heard=conversation.heard + 1, forms=()), (), is_place)


@lru_cache(maxsize=4)
def _phrases(
    triggers: tuple[tuple[str, tuple[str, ...]], ...], remarks: tuple[str, ...]
) -> Phrases:
    """Learned once a process: it takes long, and is the same for every house of these dialogs."""
    return Phrases(dict(triggers), remarks)


def is_code(text: str) -> bool:
    """Whether a text is one word with letters and figures: that is in no language."""
    return bool(_CODE.fullmatch(text.strip()))


def in_language_of(conversation: Conversation, event: Event) -> Conversation:
    """The talk in the language it goes on in: what was chosen, is written, or the device says."""
    if conversation.forms:  # an answer may be a name or a quotation; a wish for a language is heard
        return conversation
    said = event.text if isinstance(event, Message) and not event.picked else ""
    guess = None if not said or is_code(said) else detect(said)
    foreign = False
    if guess and guess.sure and guess.language:
        language = guess.language
    elif conversation.heard == 0 and not conversation.chosen:
        device = None if isinstance(event, Left) else negotiate(event.locale)
        spoken = device or (guess and guess.language)
        language = spoken or conversation.language
        foreign = not spoken and not isinstance(event, Left) and bool(event.locale)
    else:
        return conversation
    return replace(conversation, language=language, foreign=foreign)
