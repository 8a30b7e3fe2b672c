"""The demand radar: what people ask, when and where, what they miss, and how far they get."""

from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.desk import Desk
from bot.console.download import csv_answer
from bot.console.radar.articles import helpfulness, stale
from bot.console.radar.chart import Chart
from bot.console.radar.gaps import gaps
from bot.console.radar.look import PERIODS, Look, look_of
from bot.console.radar.places import places
from bot.console.radar.takingpart import funnel, polls
from bot.console.radar.times import hours
from bot.console.radar.topics import topics
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, sentences
from bot.services.demand import LEAST, Figure, shown

RADAR: Final = "/console/radar"
CHARTS: Final[Mapping[str, Callable[[Look], Chart]]] = {
    "topics": topics,
    "gaps": gaps,
    "hours": hours,
    "places": places,
    "funnel": funnel,
    "help": helpfulness,
    "stale": stale,
    "polls": polls,
}


class RadarPages:
    """The page, and each of its tables as a file."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._zone = ZoneInfo(desk.settings.zone)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Every chart; which questions they count stands in the address."""
        values = await self._desk.look(lambda t: _values(self._look(visit, t)))
        return self._rendering.page(visit, "radar.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The table of a chart as CSV."""
        name = visit.request.path.rpartition("/")[2].removesuffix(".csv")
        chart = await self._desk.look(lambda t: CHARTS[name](self._look(visit, t)))
        return await csv_answer(f"{name}.csv", chart.head, chart.rows())

    def _look(self, visit: Visit, transaction: Transaction) -> Look:
        subjects = self._desk.editing.subjects(visit.language)
        return look_of(visit, transaction, self._zone, subjects)


def _values(look: Look) -> Mapping[str, object]:
    return {
        "charts": tuple(draw(look) for draw in CHARTS.values()),
        "periods": {name: look.say(said) for name, said in PERIODS.items()},
        "period": look.period,
        "scope": look.scope,
        "channels": {name: look.channel(name) for name in look.demand.channels()},
        "days": look.days(look.scope),
        "before": look.days(look.scope.before),
        "summary": _summary(look),
        "all_questions": look.questions(),
        "least": LEAST,
    }


def _summary(look: Look) -> str:
    """All of it in a sentence."""
    now = shown({"": look.demand.total(look.scope)})[""]
    before = shown({"": look.demand.total(look.scope.before)})[""]
    if now is None:
        return look.say(_("Fewer than three people asked anything in this time."))
    if not now.questions:
        return look.say(_("Nobody asked anything in this time."))
    told = look.plural(
        _("{count} question, {vain} without a good answer."),
        _("{count} questions, {vain} without a good answer."),
        now.questions,
        vain=look.share(now.unanswered, now.questions),
    )
    return sentences(told, _earlier(look, before))


def _earlier(look: Look, before: Figure | None) -> str:
    if before is None:
        return look.say(_("In the time before, fewer than three people asked anything."))
    if not before.questions:
        return look.say(_("In the time before, nobody asked anything."))
    return look.plural(
        _("In the time before, it was {count} question, {vain} without a good answer."),
        _("In the time before, there were {count} questions, {vain} without a good answer."),
        before.questions,
        vain=look.share(before.unanswered, before.questions),
    )
