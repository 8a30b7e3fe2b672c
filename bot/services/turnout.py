"""How many have voted so far: what anybody may know of a poll while it is open."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from bot.models import Base
from bot.services.polls import Poll
from bot.services.results import result

Phase = Literal["early", "open", "counting", "over", "cancelled"]
_PART = Base.metadata.tables["participation"]


@dataclass(frozen=True, slots=True)
class Turnout:
    """Where a poll stands. `shown`: its result, or its figures so far, may be seen."""

    phase: Phase
    count: int
    closes_at: datetime
    shown: bool

    def as_plain(self) -> Mapping[str, Any]:
        """As pages are told it."""
        return asdict(self) | {"closes_at": self.closes_at.isoformat()}


def turnout(connection: Connection, poll: Poll, now: datetime) -> Turnout:
    """As it is now. What was counted on paper is added when the poll is counted."""
    phase = _phase(poll, now)
    if phase == "over":
        found = result(connection, poll)
        return Turnout(phase, found.ballots, poll.closes_at, found.is_shown)
    took_part = select(func.count()).where(_PART.c.poll_id == poll.id)
    count = 0 if phase == "cancelled" else int(connection.scalar(took_part) or 0)
    return Turnout(phase, count, poll.closes_at, poll.live and phase in ("open", "counting"))


def _phase(poll: Poll, now: datetime) -> Phase:
    if poll.state == "cancelled":
        return "cancelled"
    if poll.state == "closed":
        return "over"
    if poll.state == "draft" or now < poll.opens_at:
        return "early"
    return "open" if now < poll.closes_at and poll.state == "open" else "counting"
