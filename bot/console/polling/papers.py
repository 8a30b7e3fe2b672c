"""Ballots on paper: a sheet to print, and the tally of a place, which two people enter apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.console.desk import Desk
from bot.console.polling.filled import number_of
from bot.console.polling.one import TALLIES, known
from bot.console.polling.words import at, named
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, languages, translate
from bot.services import poll_texts
from bot.services.paper import ON_PAPER, Agreement, Counts, Paper
from bot.services.poll_written import BadPoll
from bot.services.polls import Poll, Question
from bot.services.suppression import CELL
from bot.services.texts import in_language
from bot.text import clean

FORM: Final = 700  # fields: five questions of a hundred answers
_PLACE: Final = 80  # characters
_BECAME: Final[Mapping[Agreement, str]] = {
    "first": _("Kept. It counts once a second person of the team has entered the same."),
    "agreed": _("Kept. Two people have the same: it counts."),
    "differs": _("Kept, but somebody else has other figures. Please count once more, together."),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question whose marks can be added up, in one language."""

    question: Question
    ask: str
    how: str
    options: tuple[tuple[str, str], ...]  # id, label

    def field(self, option: str) -> str:
        """The field of its count."""
        return f"n.{self.question.id}.{option}"


class PaperPages:
    """Nobody is shown what somebody else has counted."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """How the tallies stand, and a form for one."""
        return await self._page(visit)

    async def enter(self, visit: Visit) -> web.StreamResponse:
        """One person's tally of one place."""

        def enter(transaction: Transaction) -> Agreement:
            poll, actor = known(transaction, visit.part("slug")), visit.member.actor
            place, ballots = _place(visit.form), _count(visit.form.get("ballots", ""))
            return Paper(transaction).enter(
                poll.id, place, _counts(poll, visit.form), ballots, actor
            )

        try:
            became = await self._desk.do(enter)
        except BadPoll as bad:
            return await self._page(visit, error=translate(visit.language, bad.why, **bad.values))
        return await self._page(visit, became=translate(visit.language, _BECAME[became]))

    async def sheet(self, visit: Visit) -> web.StreamResponse:
        """A ballot to be printed and copied, in one language."""
        poll = await self._desk.look(lambda t: known(t, visit.part("slug")))
        chosen = visit.asked("in")
        spoken = [code for code in languages() if poll.title.get(code)]
        language = next((c for c in (chosen, visit.language) if c in spoken), spoken[0])
        values = {
            "poll": poll,
            "name": in_language(poll.title, language),
            "summary": in_language(poll.summary, language),
            "spoken": spoken,
            "written": language,
            "questions": [_asked(question, language) for question in poll.questions],
            "until": poll_texts.until(poll, language),
            "say": {name: translate(language, text) for name, text in _ON_SHEET.items()},
            "back": at(poll, ""),
        }
        return self._rendering.page(visit, "poll_sheet.html", values)

    async def _page(self, visit: Visit, error: str = "", became: str = "") -> web.StreamResponse:
        slug = visit.part("slug")
        poll, tallies = await self._desk.look(
            lambda t: (known(t, slug), dict(Paper(t).tallies(slug)))
        )
        countable = [q for q in poll.questions if q.kind in ON_PAPER]
        values = {
            "poll": poll,
            "name": poll.name(visit.language),
            "tallies": tallies,
            "stands": named(visit.language, TALLIES),
            "questions": [_asked(question, visit.language) for question in countable],
            "left_out": len(countable) < len(poll.questions),
            "takes": poll.state in ("open", "closing") and poll.drained_at is None,
            "given": visit.form if error else {},
            "cell": CELL,
            "became": became,
            "error": error,
            "back": at(poll, ""),
        }
        return self._rendering.page(visit, "poll_paper.html", values, 422 if error else 200)


_ON_SHEET: Final = {
    "until": _("To be handed in by: {when}"),
    "mark": _("Mark with a cross. Please write no name."),
    "points": _("points"),
}


def _asked(question: Question, language: str) -> _Asked:
    options = ((o.id, in_language(o.label, language)) for o in question.options)
    ask, how = in_language(question.ask, language), poll_texts.how_to_answer(question, language)
    return _Asked(question, ask, how, tuple(options))


def _place(form: Mapping[str, str]) -> str:
    place = " ".join(clean(form.get("place", "")).split())
    if not 0 < len(place) <= _PLACE:
        text = _("Please say where it was counted, in at most {most} characters.")
        raise BadPoll(text, most=_PLACE)
    return place


def _counts(poll: Poll, form: Mapping[str, str]) -> Counts:
    """By question; one of which nothing was filled in was not on the paper."""
    return dict(_filled(poll, form))


def _filled(poll: Poll, form: Mapping[str, str]) -> Iterator[tuple[str, dict[str, int]]]:
    for question in poll.questions:
        fields = {o.id: form.get(f"n.{question.id}.{o.id}", "").strip() for o in question.options}
        if question.kind in ON_PAPER and any(fields.values()):
            yield question.id, {option: _count(text or "0") for option, text in fields.items()}


def _count(text: str) -> int:
    """Raises BadPoll for what is no count."""
    number = number_of(text)
    if number is None:
        raise BadPoll(_("“{text}” is no count: please write figures alone."), text=text[:40])
    return number
