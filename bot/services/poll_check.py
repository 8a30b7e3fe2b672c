"""Whether a poll can be put to people: refused before anything changes."""

import re

from bot.i18n import _, languages
from bot.numbering import numbers_of
from bot.services.poll_written import BadPoll
from bot.services.polls import Option, Poll, Question

QUESTIONS, OPTIONS = 5, 100
ASK, LABEL = 300, 140  # characters that every channel can show
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
_URL = re.compile(r"https?://[^\s<>\"]{1,2000}")
_FIGURE = re.compile(r"\d{1,6}(?![\d:.])", re.ASCII)
_FEWEST = {"single": 2, "multiple": 2, "ranking": 2, "budget": 2, "statements": 1}
_RESERVED = ("added-",)  # ids of statements that voters add
_PAGES = ("receipt", "new")  # /polls/receipt and /console/polls/new are no polls


def check_poll(poll: Poll) -> None:
    """Raises BadPoll for the first thing that cannot be."""
    if not _ID.fullmatch(poll.id):
        raise BadPoll(_("{id} is no id for a poll: use a-z, 0-9 and -, at most 40."), id=poll.id)
    if poll.id in _PAGES:
        raise BadPoll(_("{place}: {id} is a name we keep for ourselves."), place="poll", id=poll.id)
    if poll.closes_at <= poll.opens_at:
        raise BadPoll(_("{poll} closes before it opens."), poll=poll.id)
    if not 1 <= len(poll.questions) <= QUESTIONS:
        raise BadPoll(_("{poll}: a poll has 1 to {most} questions."), poll=poll.id, most=QUESTIONS)
    if poll.mode == "web-secret" and poll.level == "account":
        text = _("{poll}: nobody has an account of a messenger on our own page: write level: web.")
        raise BadPoll(text, poll=poll.id)
    _check_ids([q.id for q in poll.questions], poll.id)
    _check_texts(poll)
    for question in poll.questions:
        _check_question(poll, question)
    if poll.kiosk:
        _check_kiosk(poll)


def _check_kiosk(poll: Poll) -> None:
    """At a tablet nobody is known: no register of voters, no names, and no place is sent."""
    if poll.level in ("contact", "code") or poll.mode == "named":
        raise BadPoll(
            _("{poll}: at a kiosk nobody is known; it fits no contacts, no codes and no names."),
            poll=poll.id,
        )
    if any(q.kind == "place" and not q.options for q in poll.questions):
        raise BadPoll(_("{poll}: at a kiosk a place needs options."), poll=poll.id)


def _check_question(poll: Poll, question: Question) -> None:
    place = f"{poll.id}, {question.id}"
    count = len(question.options)
    if count < _FEWEST.get(question.kind, 0) or count > OPTIONS:
        raise BadPoll(
            _("{place}: {count} options are too few or too many (at most {most})."),
            place=place,
            count=count,
            most=OPTIONS,
        )
    if question.kind == "place" and not (question.grid or count >= 2):
        raise BadPoll(_("{place}: a place needs options or a grid."), place=place)
    if (
        question.kind in ("multiple", "ranking")
        and not 1 <= question.least <= question.most <= count
    ):
        raise BadPoll(_("{place}: least and most do not fit the options."), place=place)
    if question.kind == "budget" and not 1 <= question.most <= 100_000:
        raise BadPoll(_("{place}: there must be 1 to 100000 points."), place=place)
    if question.adding and question.kind != "statements":
        raise BadPoll(_("{place}: only statements can be added."), place=place)
    _check_ids([o.id for o in question.options], place)
    for option in question.options:
        _check_option(option, place)
    _check_labels(question, place)


def _check_option(option: Option, place: str) -> None:
    if option.id.startswith(_RESERVED):
        raise BadPoll(
            _("{place}: {id} is a name we keep for ourselves."), place=place, id=option.id
        )
    if max(map(len, option.label.values())) > LABEL:
        raise BadPoll(
            _("{place}, {id}: at most {most} characters."), place=place, id=option.id, most=LABEL
        )
    if option.image and not (_URL.fullmatch(option.image) and option.alt):
        raise BadPoll(
            _("{place}, {id}: a picture is an address (https://…) and needs a text (alt)."),
            place=place,
            id=option.id,
        )


def _check_labels(question: Question, place: str) -> None:
    """Two options that read alike cannot be told apart, whatever their ids are."""
    for language in sorted({code for o in question.options for code in o.label}):
        said: dict[str, str] = {}
        for option in question.options:
            label = option.label.get(language, "")
            read = " ".join(label.split()).casefold()
            if read and said.setdefault(read, option.id) != option.id:
                raise BadPoll(
                    _("{place}: {one} and {other} have the same label: {label}"),
                    **{"place": place, "one": said[read], "other": option.id, "label": label},
                )


def _check_ids(ids: list[str], place: str) -> None:
    wrong = [i for i in ids if not _ID.fullmatch(i)]
    if wrong:
        raise BadPoll(
            _("{place}: {id} is no id: use a-z, 0-9 and -, at most 40."), place=place, id=wrong[0]
        )
    if len(set(ids)) != len(ids):
        raise BadPoll(_("{place}: two have the same id."), place=place)


def _check_texts(poll: Poll) -> None:
    """Everything is said in the same languages: nobody meets half a poll."""
    spoken = set(poll.title)
    texts = [(poll.summary, "summary"), *((q.ask, q.id) for q in poll.questions)]
    texts += [(o.label, f"{q.id}, {o.id}") for q in poll.questions for o in q.options]
    for said, place in texts:
        missing = sorted(spoken - set(said)) if said else []
        if missing:
            raise BadPoll(
                _("{poll}, {place}: {language} is missing."),
                poll=poll.id,
                place=place,
                language=missing[0],
            )
    asks = [text for q in poll.questions for text in q.ask.values()]
    if max(map(len, (*asks, *poll.title.values()))) > ASK:
        raise BadPoll(
            _("{poll}: a title or question has at most {most} characters."),
            poll=poll.id,
            most=ASK,
        )


def half_said(poll: Poll) -> list[tuple[str, str]]:
    """What may be in fewer languages than the title, and is: where it stands, and the language."""
    texts = [("next_steps", poll.next_steps)]
    texts += [(f"{q.id}, {o.id}, alt", o.alt) for q in poll.questions for o in q.options]
    return [
        (place, code)
        for place, said in texts
        if said
        for code in sorted(set(poll.title) - set(said))
    ]


def two_numbers(poll: Poll) -> list[str]:
    """Questions whose answers begin with other figures than their numbers in a list."""
    return [q.id for q in poll.questions if _has_two_numbers(q)]


def _has_two_numbers(question: Question) -> bool:
    labels = [next(iter(option.label.values())) for option in question.options]
    figures = [_FIGURE.match(label) for label in labels]
    numbered = zip(figures, numbers_of(labels), strict=True)
    return all(figures) and any(f and int(f[0]) != number for f, number in numbered)


def missing_languages(poll: Poll) -> list[str]:
    """The languages we speak that the poll is not written in."""
    return sorted(set(languages()) - set(poll.title))
