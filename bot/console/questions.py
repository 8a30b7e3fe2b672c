"""What people asked: those without a good answer first of all, each with why it went so."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.narrowing import articles_of, narrowed, spans_of
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Invalid
from bot.i18n import _, languages, translate
from bot.services.asked import ALL, DAYS, Asked, Sought
from bot.services.helping import LONGEST, Helping
from bot.services.questions import OUTCOMES
from bot.services.roles import REVIEW, may
from bot.services.subjects import Subject
from bot.web.problem import NOT_FOUND, Problem

_COLUMNS = ("asked_at", "outcome", "language", "text", "confidence", "nearest")
_FILE = 100_000  # questions in one file
_SAID = {
    "for_staff": _("left for the team"),
    "declined": _("no answer known"),
    "not_meant": _("answer missed"),
    "answered": _("answered"),
    "helped": _("answered by the team"),
}


class QuestionPages:
    """The list, its file, and one question."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """One page of questions; which ones stands in the address."""
        sought = self._sought(visit)
        page = await self._desk.look(lambda t: Asked(t).find(sought))
        values = {"page": page, "sought": sought, "days": DAYS, "outcomes": outcomes(visit)}
        values |= {"all": ALL, "narrowed": narrowed(visit, self._subjects(visit))}
        values["titles"] = self._desk.editing.titles(visit.language)
        return self._rendering.page(visit, "questions.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same as CSV."""
        sought = self._sought(visit)
        page = await self._desk.look(lambda t: Asked(t).find(sought, _FILE))
        rows = ({name: getattr(one, name) for name in _COLUMNS} for one in page.questions)
        return await csv_answer("questions.csv", _COLUMNS, rows)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One question: what was considered, how well it fitted, and by which words."""
        return await self._shown(visit, "", "")

    async def answer(self, visit: Visit) -> web.StreamResponse:
        """What somebody of the team wrote goes to who asked."""
        number, text = int(visit.part("id")), visit.form.get("answer", "")
        try:
            await self._desk.do(lambda t: Helping(t).answer(number, text, visit.member))
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._shown(visit, told, text, 422)
        return to(f"/console/questions/{number}")

    async def _shown(
        self, visit: Visit, error: str, written: str, status: int = 200
    ) -> web.StreamResponse:
        question = await self._desk.look(lambda t: Asked(t).get(int(visit.part("id"))))
        if question is None:
            raise Problem(NOT_FOUND)
        titles = self._desk.editing.titles(visit.language)
        values = {"question": question, "titles": titles, "outcomes": outcomes(visit)}
        values |= {"error": error, "written": written, "longest": LONGEST}
        values["can_answer"] = question.can_answer and may(visit.member.role, REVIEW)
        return self._rendering.page(visit, "question.html", values, status)

    def _sought(self, visit: Visit) -> Sought:
        """What the address asks for; nonsense is as good as nothing."""
        days, before = visit.asked("days"), visit.asked("before")
        language, outcome = visit.asked("language"), visit.asked("outcome")
        return Sought(
            outcome=outcome if outcome in (*OUTCOMES, ALL) else "",
            language=language if language in languages() else "",
            words=visit.asked("q"),
            days=int(days) if days in map(str, DAYS) else 30,
            before=whole_number(before, None),
            channel=visit.asked("channel"),
            articles=articles_of(visit, self._subjects(visit)),
            spans=spans_of(visit, ZoneInfo(self._desk.settings.zone)),
            undecided=bool(visit.asked("undecided")),
        )

    def _subjects(self, visit: Visit) -> Mapping[str, Subject]:
        return self._desk.editing.subjects(visit.language)


def outcomes(visit: Visit) -> dict[str, str]:
    """What becomes of questions, as the team reads it."""
    return {name: translate(visit.language, _SAID[name]) for name in OUTCOMES}
