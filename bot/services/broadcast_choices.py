"""What people can answer to a broadcast, read as it was written: each choice in every language."""

from collections.abc import Sequence
from typing import Final

from bot.i18n import Said, _
from bot.services.broadcast import BadBroadcast
from bot.services.broadcast_fields import list_in, texts_in
from bot.services.broadcast_heard import MISHEARD, STOPS
from bot.services.broadcast_mistakes import Mistakes
from bot.services.texts import Texts
from bot.understanding.choices import is_place
from bot.understanding.wordings import wordings, words

CHOICES: Final = 5  # with the way out, and what it is about: buttons on every channel that has any
CHOICE_BYTES: Final = 30  # of a button on WeCom, which takes the least
# What else can be tapped, or always be said; and what who does so gets.
_WAYS_OUT: Final = {_("wordings: unsubscribe"): STOPS, _("No more of these"): STOPS}
_BESIDE: Final = {
    "event": {_("About this event"): _("reads about the event")},
    "poll": {_("Take part"): _("takes part in a poll")},
}


def read_choices(
    written: object, texts: Texts, about: str, mistakes: Mistakes
) -> tuple[Texts, ...]:
    """In every language of the text: nobody is asked in one and answers in another.

    What is wrong goes to the mistakes; a choice that cannot be read is empty then.
    """
    given = mistakes.of(list_in, written, "choices") or ()
    if len(given) > CHOICES:
        mistakes.add(_("{place}: at most {most}."), place="choices", most=CHOICES)
        return ()
    choices = [mistakes.of(_label, one, f"choices.{n}", texts) for n, one in enumerate(given, 1)]
    for n, label in enumerate(choices, 1):
        mistakes.of(_refuse_taken, label or {}, f"choices.{n}", about)
    for code in texts:
        _refuse_twice([(label or {}).get(code, "").casefold() for label in choices], code, mistakes)
    return tuple(label or {} for label in choices)


def _refuse_twice(labels: Sequence[str], code: str, mistakes: Mistakes) -> None:
    for n, label in enumerate(labels):
        if label and label in labels[:n]:
            told, place = _("{language}: two choices say the same."), f"choices.{n + 1}.{code}"
            mistakes.add(told, place=place, language=code)
            return


def _label(written: object, place: str, texts: Texts) -> Texts:
    label = texts_in(written, place, 2 * CHOICE_BYTES)  # too long for a button: see below
    if unread := [code for code in label if code not in texts]:
        text = _("{place}: there is no text in this language.")
        raise BadBroadcast(text, place=f"{place}.{unread[0]}")
    mistakes = Mistakes()
    for code in texts:
        if code not in label:
            mistakes.add(_("{place}: a text is missing."), place=f"{place}.{code}")
        elif len(label[code].encode()) > CHOICE_BYTES:
            told = _(
                "{place}: too long for a button: at most {limit} letters; one with an accent or "
                "umlaut counts as 2, a Chinese character as 3, an emoji as 4 or more."
            )
            mistakes.add(told, place=f"{place}.{code}", limit=CHOICE_BYTES)
    mistakes.refuse()
    return {code: " ".join(label[code].split()) for code in texts}


def _refuse_taken(label: Texts, place: str, about: str) -> None:
    """What is typed must mean one thing: no number in the list, nothing else that can be tapped."""
    mistakes = Mistakes()
    for code, text in label.items():
        if instead := _taken(text, about.partition(":")[0]):
            at = {"place": f"{place}.{code}", "label": text}
            mistakes.add(MISHEARD, **at, instead=Said(instead))
    mistakes.refuse()


def _taken(text: str, about: str) -> str | None:
    """What who types it does, where that is not to choose it."""
    if is_place(text):
        return _("takes the choice in that place")
    known = {**_WAYS_OUT, **_BESIDE.get(about, {})}
    return next(
        (instead for msgid, instead in known.items() if words(text) in wordings(msgid)), None
    )
