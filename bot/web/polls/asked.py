"""One question with what was counted, and the words in which a reader of a language sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from bot.i18n import _, format_number, format_share, translate
from bot.services.canonical import ELSEWHERE, RARE
from bot.services.polls import Question
from bot.services.results import Result
from bot.services.texts import in_language, language_of
from bot.web.charts import Bar, Named

DRAWN = 20  # options of one chart; the table has them all
Tally = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: what it is about, in its language, and its figures."""

    label: str
    language: str
    cells: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as people read it. `caption` says what its figures are."""

    caption: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what was counted, for a reader of a language."""

    result: Result
    question: Question
    language: str
    tally: Tally = field(default_factory=dict)

    def say(self, msgid: str, **values: object) -> str:
        """A text in the reader's language."""
        return translate(self.language, msgid, **values)

    def number(self, value: float) -> str:
        """A number as the reader writes it."""
        return format_number(self.language, value)

    def share(self, part: float, whole: float) -> str:
        """A share, as the reader writes it; a dash of nothing."""
        return format_share(self.language, part / whole) if whole else "–"

    def label(self, option_id: str) -> str:
        """What an option says."""
        if option_id == ELSEWHERE:
            return self.say(_("elsewhere (places that fewer than {rare} chose)"), rare=RARE)
        option = self.question.option(option_id)
        return in_language(option.label, self.language) if option else _as_place(option_id)

    def spoken(self, option_id: str) -> str:
        """The language of that label."""
        option = self.question.option(option_id)
        return language_of(option.label, self.language) if option else self.language

    def line(self, option_id: str, *cells: str) -> Line:
        """A line of a table about an option."""
        url = _on_a_map(option_id) if "/" in option_id else ""
        return Line(self.label(option_id), self.spoken(option_id), cells, url)

    def bar(self, option_id: str, parts: tuple[float, ...], said: str) -> Bar:
        """A bar of a chart about an option."""
        return Bar(self.label(option_id), self.spoken(option_id), parts, said)

    def named(self, msgid: str) -> Named:
        """The chart of this question."""
        about = self.say(_("All figures of this chart are in the table below it."))
        return Named(f"chart-{self.question.id}", self.say(msgid), about)

    def head(self, *msgids: str) -> tuple[str, ...]:
        """The heads of a table's columns."""
        return tuple(map(self.say, msgids))


Parts = tuple[Markup, Sequence[Table], Sequence[str]]
"""The chart of a question, its tables, and sentences about them."""


def position(cell: str) -> tuple[float, float]:
    """The middle of a cell: latitude, longitude."""
    latitude, _slash, longitude = cell.partition("/")
    return float(latitude), float(longitude)


def _as_place(cell: str) -> str:
    """A cell as maps write it: 48.1350° N, 11.5750° E; no line is cut before a letter."""
    if "/" not in cell:
        return cell
    latitude, longitude = position(cell)
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.4f}°\u00a0{north}, {abs(longitude):.4f}°\u00a0{east}"


def _on_a_map(cell: str) -> str:
    latitude, longitude = position(cell)
    return f"https://www.openstreetmap.org/?mlat={latitude:.4f}&mlon={longitude:.4f}&zoom=15"
