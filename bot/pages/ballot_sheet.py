"""The ballot of a poll as a form: what it asks in one language, with what was filled in so far."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.i18n import _, languages, sentences, translate
from bot.pages.kiosk_slip import field_of
from bot.services.marks import wrong_number
from bot.services.poll_texts import how_to_answer, on_tablets, secrecy, told_in, until
from bot.services.polls import Option, Poll, Question
from bot.services.texts import in_language

FIELDS: Final = 600  # of a form: five questions of a hundred options
_WRONG: Final = {
    "ranking": _("Please put {least} to {most} of them in order, each place once."),
    "budget": _("Please give at least one point, and at most {most}."),
    "text": _("Please write a few words."),
}
# What stands beside the controls of any ballot.
WORDS: Final = {
    "passing": _("I would rather not say"),
    "unsure": _("I do not know"),
    "agree": _("Agree"),
    "disagree": _("Disagree"),
    "neither": _("Neither"),
    "cast": _("Cast my vote"),
    "at": _("Or a place, as latitude and longitude: only its neighbourhood is kept."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the form shows it in one language."""

    question: Question
    name: str
    ask: str
    hint: str
    wrong: str
    options: tuple[tuple[Option, str], ...]  # with its label
    pictures: Mapping[str, str]  # what the picture of an option shows
    given: Mapping[str, str] = field(default_factory=dict)  # fields as they were sent
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The ballot in one language."""

    language: str
    title: str
    summary: str
    rules: str
    until: str
    questions: tuple[Asked, ...]


def spoken(poll: Poll) -> tuple[str, ...]:
    """The languages the poll is written in; a tablet offers no other."""
    return tuple(code for code in languages() if poll.title.get(code))


def sheet(
    poll: Poll,
    language: str,
    sent: Mapping[str, str] | None = None,
    wrong: Collection[str] = (),
) -> Sheet:
    """The ballot in that language; `sent`: fields to begin with, `wrong`: questions by id."""
    return Sheet(
        language,
        poll.name(language),
        in_language(poll.summary, language),
        sentences(secrecy(poll, language), on_tablets(poll, language)),
        translate(language, _("Open until {when}."), when=until(poll, language)),
        tuple(
            replace(_asked(q, language), given=sent or {}, is_wrong=q.id in wrong)
            for q in poll.questions
        ),
    )


def _asked(question: Question, language: str) -> Asked:
    options = list(question.options)
    if question.shuffled:
        random.shuffle(options)  # the script does it again for each ballot
    limits = {"least": question.least, "most": question.most}
    wrong = _WRONG.get(question.kind) or wrong_number(question).why
    return Asked(
        question,
        field_of(question),
        in_language(question.ask, language),
        how_to_answer(question, language),
        translate(language, wrong, **limits),
        tuple((option, in_language(option.label, language)) for option in options),
        {o.id: told_in(o.alt, language) for o in options if o.image},
    )
