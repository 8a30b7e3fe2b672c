"""The pieces an expression of time is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.understanding.dates.words import Token


@dataclass(frozen=True, slots=True)
class Distance:
    """So far away; in `in two hours` from now, in `two hours before` from something else."""

    seconds: int = 0
    days: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Lead:
    """Before or after something else; zero is the same day."""

    distance: Distance
    after: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as it was said: 3 may be 3 or 15, unless `sure`. `half` is am or pm."""

    hour: int
    minute: int = 0
    half: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day: night small morning forenoon noon afternoon evening."""

    name: str


@dataclass(frozen=True, slots=True)
class FromToday:
    """So many days from today."""

    days: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, Monday = 0.

    week   of the week that is so many weeks from this one; None: the coming one
    next   "next Friday": for some the coming one, for others that of next week
    later  so many weeks after the coming one
    """

    day: int
    week: int | None = None
    next: bool = False
    later: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """Some day of the week that is so many weeks from this one; `weekend`: of its weekend."""

    week: int
    weekend: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A date as far as it was said.

    months  "of next month": so many months from this one
    years   "next year": so many years from this one
    swapped day and month may be meant the other way round: 3/5
    """

    day: int
    month: int | None = None
    year: int | None = None
    months: int | None = None
    years: int | None = None
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The last day of a month; when none is named, of the one that is going on."""

    month: int | None = None
    year: int | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Nth:
    """The first (1), second or last (-1) such weekday of a month; named like a MonthEnd."""

    count: int
    weekday: int
    end: MonthEnd


@dataclass(frozen=True, slots=True)
class Feast:
    """A feast that moves, as the calendar of that country names it, and so many days from it.

    year, years  as in a Calendar; neither: the coming one
    """

    country: str
    name: str
    shift: int = 0
    year: int | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Workday:
    """The next working day."""


@dataclass(frozen=True, slots=True)
class NthWorkday:
    """The first (1), second or last (-1) working day of a month; named like a MonthEnd."""

    count: int
    end: MonthEnd


@dataclass(frozen=True, slots=True)
class Again:
    """Every so often."""


Piece = (
    Distance
    | Lead
    | Clock
    | Part
    | FromToday
    | Weekday
    | Week
    | Calendar
    | MonthEnd
    | Nth
    | Feast
    | Workday
    | NthWorkday
    | Again
)
Tokens = Sequence[Token]
WORKDAY = "workday"  # what an X says that is a working day, of which month is said beside it
# A pattern over the kinds of words (one letter each), and what it makes of them. None: nothing.
Rule = tuple[str, Callable[[Tokens], Piece | None]]
