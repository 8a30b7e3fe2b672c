"""A question as voters read it, in every language it is written in."""

from dataclasses import dataclass, replace

from bot.i18n import sentences
from bot.services import poll_texts
from bot.services.polls import Question
from bot.services.texts import Texts, language_of


@dataclass(frozen=True, slots=True)
class Wording:
    """What voters read at one place, by language, the reader's own first."""

    texts: tuple[tuple[str, str], ...]
    image: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A question as voters read it, with what could be chosen."""

    ask: Wording
    options: tuple[Wording, ...]
    how: str = ""


def printed(question: Question, language: str) -> Printed:
    """The question, for a reader of that language."""
    options = (
        replace(_wording(o.label, language), image=o.image, alt=poll_texts.told_in(o.alt, language))
        for o in question.options
    )
    return Printed(_wording(question.ask, language), tuple(options), _how(question, language))


def _how(question: Question, language: str) -> str:
    """How one answers, and by which method a ranking is counted."""
    counted = poll_texts.method(question.method, language) if question.method else ""
    return sentences(poll_texts.how_to_answer(question, language), counted)


def _wording(texts: Texts, language: str) -> Wording:
    """A name that is the same in another language is not said again."""
    first = language_of(texts, language)
    own = texts.get(first, "")
    others = ((code, text) for code, text in sorted(texts.items()) if text != own)
    return Wording(((first, own), *others))
