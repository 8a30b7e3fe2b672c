"""What is wrong with a poll that somebody writes, said beside its field in the form's words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.console.polling.draft import Asked, Draft
from bot.console.polling.filing import as_written, name_of, spoken
from bot.console.polling.filled import texts_of
from bot.console.polling.naming import called, field_at
from bot.i18n import _, language_name, languages, translate
from bot.services.poll_check import check_poll
from bot.services.poll_written import BadPoll, read_poll
from bot.services.polls import Poll

_NO_TITLE: Final = _(
    "Please write a title, in one language at least. It says in which languages the poll is."
)
_NO_ACCOUNT: Final = _(
    "On our own page nobody has an account of a messenger: choose others who may vote."
)
_UNSAID: Final = _("This is missing in {language}: {place}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that has to be put right; `field` is its id in the form."""

    field: str
    told: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft as the reader of poll files takes it: a poll, or what is wrong."""

    poll: Poll | None
    wrong: tuple[Wrong, ...] = ()


def judged(draft: Draft, known: Poll | None, now: datetime, language: str) -> Judged:
    """Everything that is missing; when nothing is, what the reader of poll files says first."""
    if missing := tuple(_missing(draft, language)):
        return Judged(None, missing)
    try:
        poll = read_poll(as_written(draft, known), now)
        check_poll(poll)
    except BadPoll as bad:
        return Judged(None, (wrong(bad, language),))
    return Judged(poll)


def wrong(bad: BadPoll, language: str) -> Wrong:
    """What the reader says, with the places of a file in the words of the form."""
    field = field_at(str(bad.values.get("place", "")))
    named = {"place": called(field, language)} if field else {}
    told = translate(language, bad.why, **{**bad.values, **named})
    return Wrong(field or _first("title"), told)


def _first(name: str) -> str:
    return f"{name}.{next(iter(languages()))}"


def _missing(draft: Draft, language: str) -> Iterator[Wrong]:
    found = (*_of_poll(draft), *_of_questions(draft, language))
    yield from (Wrong(field, translate(language, text, **values)) for field, text, values in found)


Missing = tuple[str, str, dict[str, object]]


def _of_poll(draft: Draft) -> Iterator[Missing]:
    fields = draft.fields
    if not spoken(draft):
        yield _first("title"), _NO_TITLE, {}
    elif not name_of(draft):
        yield "id", _("Please give it a name for addresses: a-z, 0-9 and -."), {}
    if not fields.get("closes", "").strip():
        yield "closes", _("Please say until when."), {}
    if fields.get("mode") == "web-secret" and fields.get("level") == "account":
        yield "level", _NO_ACCOUNT, {}
    if not draft.questions:
        yield _first("title"), _("Please add a question."), {}


def _of_questions(draft: Draft, language: str) -> Iterator[Missing]:
    """Texts that are missing in a language in which the poll has a title."""
    codes = spoken(draft)
    for place, asked in enumerate(draft.questions):
        for field, code in _unsaid(asked, f"q.{place}.", codes):
            named = called(field.rpartition(".")[0], language)
            yield field, _UNSAID, {"language": language_name(code), "place": named}


def _unsaid(asked: Asked, head: str, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    for code in codes:
        if code not in texts_of(asked.fields, "ask"):
            yield f"{head}ask.{code}", code
    written = [o for o in enumerate(asked.options) if any(v.strip() for v in o[1].values())]
    for at, option in written if asked.has_options else ():
        for code in codes:
            if code not in texts_of(option, "label"):
                yield f"{head}o.{at}.label.{code}", code
