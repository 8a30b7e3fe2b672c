"""Draws figures over time as SVG: columns for weeks, a field of days and hours for the clock.

As in charts.py: no script, no style of its own, widths in shares of the page. What it shows stands
in a table beside it. A figure that must not be shown is a hollow, dashed place.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from bot.web.charts import Named, svg

_TALL: Final = 3.5  # em, of the highest column
_ROW: Final = 1.5  # em, of a day
_LEFT: Final = 14.0  # percent, for the names of the days
_SHADES: Final = 4
_HOURS: Final = 24
_MARKED: Final = (0, 6, 12, 18)  # hours whose figure stands below


def columns(named: Named, values: Sequence[int | None], most: int) -> Markup:
    """A column for each; None: not shown. `most` is as high as the highest of all such strips."""
    wide = 100 / max(len(values), 1)
    drawn = [_column(n * wide, wide * 0.8, value, most) for n, value in enumerate(values)]
    ground = Markup('<rect class="ground" x="0" y="{}em" width="100%" height="1"/>').format(_TALL)
    size = Markup('class="chart strip" width="100%" height="{}em"').format(_TALL + 0.1)
    return svg(named, size, [*drawn, ground])


def _column(x: float, width: float, value: int | None, most: int) -> Markup:
    looks = "column" if value is not None else "unknown"
    height = 0.6 if value is None else _TALL * value / max(most, 1)
    return Markup(
        '<rect class="{}" x="{:.2f}%" y="{:.2f}em" width="{:.2f}%" height="{:.2f}em"/>'
    ).format(looks, x, _TALL - height, width, height)


def week(named: Named, counts: Mapping[tuple[int, int], int | None], days: Sequence[str]) -> Markup:
    """The hours of a week, Monday above: the darker, the more. None: not shown."""
    most = max((count or 0 for count in counts.values()), default=0)
    drawn = [_day(day, label) for day, label in enumerate(days)]
    for day in range(len(days)):
        drawn += [_hour((day, hour), counts.get((day, hour), 0), most) for hour in range(_HOURS)]
    drawn += [_mark(hour, len(days)) for hour in _MARKED]
    size = Markup('class="chart week" width="100%" height="{:.1f}em"').format(
        (len(days) + 1) * _ROW
    )
    return svg(named, size, drawn)


def _day(day: int, label: str) -> Markup:
    return Markup('<text x="0" y="{:.2f}em">{}</text>').format(day * _ROW + 1, label)


def _hour(at: tuple[int, int], count: int | None, most: int) -> Markup:
    wide = (100 - _LEFT) / _HOURS
    return Markup(
        '<rect class="{}" x="{:.2f}%" y="{:.2f}em" width="{:.2f}%" height="{:.2f}em"/>'
    ).format(_shade(count, most), _LEFT + at[1] * wide, at[0] * _ROW, wide * 0.92, _ROW * 0.9)


def _shade(count: int | None, most: int) -> str:
    if count is None:
        return "unknown"
    return f"cell heat{1 + (_SHADES - 1) * (count - 1) // most}" if count else "track"


def _mark(hour: int, days: int) -> Markup:
    x = _LEFT + hour * (100 - _LEFT) / _HOURS
    return Markup('<text x="{:.2f}%" y="{:.2f}em">{}</text>').format(x, days * _ROW + 1.1, hour)
