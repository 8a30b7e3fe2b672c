"""A chart as staff see it: a finding, what it counts, a drawing, and a table that says the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from bot.console.radar.look import Look
from bot.i18n import _
from bot.services.demand import Figure

UNDRAWN: Final = Markup("")
DOUBT: Final = 5
"""Questions that each share is doubted by before shares are compared: few say little."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place of a table. `value`: as a program reads it; `url`: the questions behind it."""

    said: str
    value: str | int | float | None = None
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """One of several small drawings of one kind."""

    name: str
    said: str
    url: str
    drawn: Markup


@dataclass(frozen=True, slots=True)
class Chart:
    """One finding.

    title   the finding, as a sentence
    about   what it counts
    lines   of the table; the first cell of each says what it is about
    drawn   the drawing; `strips`: several small ones
    small   whether something is not shown because it is of too few people
    """

    id: str
    title: str
    about: str
    head: tuple[str, ...] = ()
    lines: tuple[tuple[Cell, ...], ...] = ()
    drawn: Markup = UNDRAWN
    strips: tuple[Strip, ...] = ()
    small: bool = False

    def rows(self) -> Iterable[Mapping[str, Any]]:
        """The table as a file has it."""
        for line in self.lines:
            yield dict(zip(self.head, (cell.value for cell in line), strict=True))


def text(said: str, url: str = "", language: str = "") -> Cell:
    """Words."""
    return Cell(said, said, url, language)


def count(look: Look, value: int, url: str = "") -> Cell:
    """A number; nothing is behind a zero."""
    return Cell(look.number(value), value, url if value else "")


def counted(look: Look, figure: Figure | None, url: str = "") -> Cell:
    """The questions of a figure; a dash where it is not shown."""
    return count(look, figure.questions, url) if figure else not_shown(look)


def share(look: Look, part: int, whole: int, url: str = "") -> Cell:
    """A share of a whole."""
    value = round(part / whole, 4) if whole else None
    return Cell(look.share(part, whole), value, url if part else "")


def not_shown(look: Look) -> Cell:
    """In place of a figure of too few people."""
    return Cell(look.say(_("not shown")))
