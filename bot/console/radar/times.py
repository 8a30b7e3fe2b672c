"""When people ask: the hours of the week, by the clock of the office."""

from datetime import date, timedelta
from typing import Final

from bot.console.narrowing import hour_name
from bot.console.radar.chart import UNDRAWN, Cell, Chart, counted, not_shown, text
from bot.console.radar.look import Look
from bot.i18n import _, format_weekday
from bot.services.demand import NOTHING, Figure, shown
from bot.web.charts import Named
from bot.web.strips import week

_A_MONDAY: Final = date(2024, 1, 1)
_SHORT: Final = 2  # letters of a weekday that are enough: Mo, Tu; in Chinese the last sign
_ABOUT = _("Questions by weekday and hour, by the clock of the office ({zone}).")


def hours(look: Look) -> Chart:
    """The finding: the hour with most questions."""
    found = shown(look.demand.sums("hour", look.scope))
    figures = {_at(key): figure for key, figure in found.items()}
    title = look.say(_("Hours of the week"))
    named = Named("drawn-hours", title, look.say(_("All figures are in the table.")))
    counts = {at: f.questions if f else None for at, f in figures.items()}
    days = [_short(look, day) for day in range(7)]
    return Chart(
        "hours",
        _title(look, {at: f for at, f in figures.items() if f and f.questions}),
        look.say(_ABOUT, zone=look.zone.key),
        (look.say(_("Hour")), *(_weekday(look, day) for day in range(7))),
        tuple(_line(look, hour, figures) for hour in range(24)) if figures else (),
        week(named, counts, days) if figures else UNDRAWN,
        small=None in figures.values(),
    )


def _at(key: str) -> tuple[int, int]:
    day, _dash, hour = key.partition("-")
    return int(day), int(hour)


def _title(look: Look, figures: dict[tuple[int, int], Figure]) -> str:
    if not figures:
        return look.say(_("No hour of the week had questions of three people or more."))
    at = max(figures, key=lambda at: (figures[at].questions, -at[0], -at[1]))
    return look.plural(
        _("Busiest hour: {hour}, {count} question."),
        _("Busiest hour: {hour}, {count} questions."),
        figures[at].questions,
        hour=hour_name(look.language, *at),
    )


def _line(look: Look, hour: int, figures: dict[tuple[int, int], Figure | None]) -> tuple[Cell, ...]:
    def cell(day: int) -> Cell:
        figure = figures.get((day, hour), NOTHING)
        if figure is None:
            return not_shown(look)
        return counted(look, figure, look.questions(hour=f"{day}-{hour}"))

    return text(f"{hour}:00"), *(cell(day) for day in range(7))


def _weekday(look: Look, day: int) -> str:
    return format_weekday(look.language, _A_MONDAY + timedelta(days=day))


def _short(look: Look, day: int) -> str:
    name = _weekday(look, day)
    return name[-1:] if name.startswith("星期") else name[:_SHORT]
