"""How polls stand for the team: how many took part, what waits for somebody, what was given out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from bot.models import Base
from bot.services.polls import Poll
from bot.services.recount import recount
from bot.services.results import file_of
from bot.services.texts import Texts

_TABLES = Base.metadata.tables
_POLL, _PART, _RESULT = _TABLES["poll"].c, _TABLES["participation"].c, _TABLES["poll_result"].c
_CODE, _KIOSK, _EXTENSION = (
    _TABLES["poll_code"].c,
    _TABLES["poll_kiosk"].c,
    _TABLES["poll_extension"],
)


@dataclass(frozen=True, slots=True)
class Wish:
    """That somebody wants a poll to close later, and waits for a second person."""

    id: int
    until: datetime
    reason: Texts
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What counting a published file again gave. `differing`: questions with other figures."""

    sha256: str
    is_same_file: bool
    is_same_wording: bool
    differing: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether all is as it was published."""
        return self.is_same_file and self.is_same_wording and not self.differing


def took_part(connection: Connection) -> Mapping[str, int]:
    """How many took part, by poll: so far, or with those on paper once it was counted."""
    so_far = select(_PART.poll_id, func.count()).join(_TABLES["poll"], _POLL.id == _PART.poll_id)
    running = so_far.where(_POLL.state.in_(("open", "closing"))).group_by(_PART.poll_id)
    counts = {str(poll): int(count) for poll, count in connection.execute(running)}
    counted = select(_RESULT.poll_id, _RESULT.tally)
    for poll, tally in connection.execute(counted):
        counts[str(poll)] = int(tally["ballots"]) + int(tally["paper_ballots"])
    return counts


def has_votes(connection: Connection, poll_id: str) -> bool:
    """Whether somebody has voted, so that what voters read stays as it is."""
    one = select(_PART.poll_id).where(_PART.poll_id == poll_id).limit(1)
    return connection.execute(one).first() is not None


def wish_of(connection: Connection, poll: Poll) -> Wish | None:
    """The last wish to close later that nobody has agreed to."""
    e = _EXTENSION.c
    wished = select(e.id, e.until, e.reason, e.asked_by, e.asked_at).where(
        e.poll_id == poll.id, e.agreed_by.is_(None), e.until > poll.closes_at
    )
    row = connection.execute(wished.order_by(e.id.desc()).limit(1)).one_or_none()
    return Wish(*row) if row else None


def codes_made(connection: Connection, poll_id: str) -> int:
    """How many invitations to vote there are."""
    count = select(func.count()).where(_CODE.poll_id == poll_id)
    return int(connection.scalar(count) or 0)


def tablets(connection: Connection, poll_id: str) -> tuple[tuple[str, datetime], ...]:
    """The places that have a link for a tablet, and since when."""
    its = select(_KIOSK.place, _KIOSK.created_at).where(_KIOSK.poll_id == poll_id)
    return tuple(
        (row.place, row.created_at) for row in connection.execute(its.order_by(_KIOSK.place))
    )


def counted_again(connection: Connection, poll: Poll) -> Verdict | None:
    """Count the published file anew, from nothing else; None where none is published."""
    file = file_of(connection, poll)
    if file is None:
        return None
    kept = select(_RESULT.sha256, _RESULT.tally).where(_RESULT.poll_id == poll.id)
    row = connection.execute(kept).one()
    found = _recounted(file.encode())
    published = {question["id"]: question for question in row.tally["questions"]}
    again = {question["id"]: question for question in found.get("questions", ())}
    return Verdict(
        sha := sha256(file.encode()).hexdigest(),
        sha == row.sha256,
        found.get("wording_sha256") == row.tally["wording_sha256"],
        tuple(name for name, figures in published.items() if figures != again.get(name)),
    )


def _recounted(data: bytes) -> dict[str, Any]:
    """What the file gives, as what is stored was; nothing, where somebody has spoiled it."""
    try:
        found: dict[str, Any] = orjson.loads(orjson.dumps(recount(data)))
    except ValueError:
        return {}
    return found
