"""What a choice of a broadcast may not be called: what is heard as something else when it is typed.

Who taps it has chosen it; who types it would get what it means anywhere, and not be counted.
"""

from collections.abc import Callable, Mapping
from typing import Final

from bot.i18n import Said, _
from bot.services.broadcast import Broadcast
from bot.services.broadcast_mistakes import Mistakes
from bot.understanding.choices import may_pick

Hears = Callable[[str], str | None]
"""The name of the dialog that takes a text whatever was said before; None for none."""
MISHEARD: Final = _(
    "{place}: who types “{label}” is not counted, but {instead}. Please put it differently."
)
STOPS: Final = _("gets no more messages from us")
_FIRST: Final = ("crisis", "unsubscribe", "cancel", "back")  # heard before any choice, if that fits
_ELSE: Final = _("gets another answer")
_MEANT: Final[Mapping[str, tuple[str, ...]]] = {
    STOPS: ("unsubscribe",),
    _("gets messages from us again"): ("subscribe",),
    _("chooses topics"): ("topics",),
    _("calls off what they are asked"): ("cancel",),
    _("goes back one question"): ("back",),
    _("is told who helps in distress"): ("crisis",),
    _("sees what the assistant can do"): ("help",),
    _("hears what the assistant is"): ("smalltalk",),
    _("asks for a person of the team"): ("human",),
    _("comes back from the team to the assistant"): ("assistant",),
    _("hears when the team is there"): ("office",),
    _("hears how to announce an event"): ("organiser",),
    _("gives feedback on an event"): ("feedback",),
    _("changes the language"): (
        *("language", "language-de", "language-en", "language-zh"),
        *("say-de", "say-en", "say-zh"),
    ),
    _("sees the events"): ("events", "places-left", "past-events"),
    _("registers for an event"): ("register",),
    _("sees their registrations"): ("my-registrations", "files", "certificate"),
    _("changes their registration"): ("edit-registration",),
    _("cancels their registration"): ("cancel-registration",),
    _("takes a seat that is on offer"): ("place-yes",),
    _("lets a seat go that is on offer"): ("place-no",),
    _("goes on the waiting list"): ("wait-instead",),
    _("takes part in a poll"): ("poll",),
    _("takes back their vote"): ("vote-withdraw",),
    _("sees the result of a poll"): ("poll-results",),
    _("sets a reminder"): ("remind",),
    _("sees their reminders"): ("reminders",),
    _("deletes their reminders"): ("delete-reminders",),
    _("says when we may write to them"): ("timezone", "quiet-hours"),
    _("sees what is kept about them"): ("privacy", "privacy-export"),
    _("deletes what is kept about them"): ("privacy-erase",),
    _("links another messenger"): ("link",),
    _("separates their messengers"): ("unlink",),
    _("hands in a code"): ("link-code", "contact-code", "poll-code", "receipt", "reference"),
    _("looks for a partner"): ("match-partner",),
    _("asks to hear when we know an answer"): ("tell-me",),
    _("says something about our last answer"): (
        *("more", "another", "simpler", "how", "wrong", "debug"),
    ),
    _("gets no more than a kind word"): (
        *("greeting", "thanks", "noted", "goodbye", "nothing-more", "sorry", "upset"),
    ),
}
INSTEAD: Final[Mapping[str, str]] = {
    dialog: said for said, dialogs in _MEANT.items() for dialog in dialogs
}
"""What who types such a label does, by the dialog that hears it."""


def refuse_heard(broadcast: Broadcast, hears: Hears) -> None:
    """Raises BadBroadcast for every label that is not heard as the choice."""
    mistakes = Mistakes()
    for number, label in enumerate(broadcast.choices, 1):
        for code, text in label.items():
            if dialog := _heard(text, hears):
                instead = Said(INSTEAD.get(dialog, _ELSE))
                place = f"choices.{number}.{code}"
                mistakes.add(MISHEARD, place=place, label=text, instead=instead)
    mistakes.refuse()


def _heard(text: str, hears: Hears) -> str | None:
    """A plain "yes" is said to what was asked: then it is the choice of that name."""
    dialog = hears(text)
    return dialog if dialog in _FIRST or not may_pick(text) else None
