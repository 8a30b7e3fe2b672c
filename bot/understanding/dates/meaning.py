"""What words about time can mean, as values."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.zones import instant, wall_of

Why = Literal[
    "no-such-day", "no-such-time", "another-weekday", "again-and-again", "too-far", "half-read"
]


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when something was said, and in which language it was most likely written."""

    now: datetime
    zone: ZoneInfo
    language: str

    @property
    def wall(self) -> datetime:
        """What the person's clock shows."""
        return wall_of(self.now, self.zone)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (UTC). `wall` is what was said, in `zone`; None for a distance from now."""

    at: datetime
    zone: ZoneInfo
    wall: datetime | None = None

    @classmethod
    def of(cls, wall: datetime, zone: ZoneInfo) -> "Moment":
        """The moment at which the clocks of that zone show this wall time."""
        return cls(instant(wall, zone), zone, wall)

    @property
    def is_moved(self) -> bool:
        """Whether the wall time does not exist, because the clocks jump over it."""
        return self.wall is not None and wall_of(self.at, self.zone) != self.wall


@dataclass(frozen=True, slots=True)
class Day:
    """A day without a time."""

    on: date


@dataclass(frozen=True, slots=True)
class Relative:
    """Before or after something that has a beginning and an end: `days` and `seconds` count
    from its beginning when they are negative or nothing, from its end when positive.

    at   the time on that day; None: the time at which the thing itself begins or ends
    """

    days: int = 0
    seconds: int = 0
    at: time | None = None
    after: bool = False

    def moment(self, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Moment:
        """The moment it means for a thing at that time, in that zone."""
        anchor = wall_of(ends_at if self.after else starts_at, zone)
        if not self.days and self.at is None:
            exact = (ends_at if self.after else starts_at) + timedelta(seconds=self.seconds)
            return Moment(exact, zone)
        wall = anchor + timedelta(days=self.days)
        wall = wall if self.at is None else datetime.combine(wall.date(), self.at)
        return Moment.of(wall + timedelta(seconds=self.seconds), zone)


Certain = Moment | Day | Relative


@dataclass(frozen=True, slots=True)
class Several:
    """More than one thing it can mean, the likeliest first: to be asked, not guessed."""

    options: tuple[Certain, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """Understood, and over."""

    moment: Moment | Day


@dataclass(frozen=True, slots=True)
class Impossible:
    """Understood, and not possible.

    on     the day in question, where there is one
    words  beside a time, these seem to say a day or a clock, and are not understood (half-read)
    """

    why: Why
    on: date | None = None
    words: str = ""


Meaning = Certain | Several | Past | Impossible


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says about time.

    said  the words that say it, as they were written
    rest  the other words
    """

    meaning: Meaning
    said: str
    rest: str
