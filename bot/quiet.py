"""The hours of the night in which we write to nobody first."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.zones import instant, wall_of

if TYPE_CHECKING:
    from bot.config import Settings

_HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `begin` until `end`, mostly over midnight; no hours at all when both are the same."""

    begin: time
    end: time

    @classmethod
    def read(cls, text: str) -> "Quiet":
        """`22:00-08:00`; "" is none. Raises ValueError."""
        if not text:
            return cls(time(0), time(0))
        found = _HOURS.fullmatch(text)
        if found is None:
            raise ValueError(f"not quiet hours: {text!r}")
        begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
        return cls(time(begin_hour, begin_minute), time(end_hour, end_minute))

    def __str__(self) -> str:
        return "" if self.begin == self.end else f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def next_allowed(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself, or the end of the quiet hours it falls into; UTC."""
        wall = wall_of(at, zone)
        if not self.covers(wall.time()):
            return at
        over_midnight = self.begin > self.end and wall.time() >= self.begin
        day = wall.date() + timedelta(days=1 if over_midnight else 0)
        # The hour that comes twice in autumn may lie behind us on the wall: never go back.
        return max(at, instant(datetime.combine(day, self.end), zone))

    def covers(self, at: time) -> bool:
        """Whether that time of day is one of them."""
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True, slots=True)
class Assumed:
    """What counts for people who have not said: whose clock, and when the night is."""

    zone: ZoneInfo
    quiet: Quiet

    @classmethod
    def of(cls, settings: "Settings") -> "Assumed":
        """As the house has it."""
        return cls(ZoneInfo(settings.zone), Quiet.read(settings.quiet_hours))
