"""The list of polls: which there are, how they stand, how many took part; as a table too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.desk import Desk
from bot.console.download import csv_answer
from bot.console.polling.words import POLLS, STATES, named, people, window
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.services.poll_standing import took_part
from bot.services.polls import Poll, Polls
from bot.services.roles import POLL, may
from bot.services.suppression import LEAST
from bot.services.texts import language_of

_COLUMNS = (
    *("id", "code", "title", "state", "opens", "closes", "zone", "level", "mode"),
    *("questions", "took_part"),
)
_MOST = 300  # rows on a page; the file has all


@dataclass(frozen=True, slots=True)
class _Row:
    """One poll in the list. `people`: as it is shown."""

    poll: Poll
    name: str
    language: str
    opens: str
    closes: str
    count: int
    people: str


@dataclass(frozen=True, slots=True)
class _Sought:
    """What the address asks for; nonsense is as good as nothing."""

    words: str
    state: str

    @classmethod
    def of(cls, visit: Visit) -> "_Sought":
        state = visit.asked("state")
        return cls(visit.asked("q"), state if state in STATES else "")

    def fits(self, poll: Poll) -> bool:
        said = f"{poll.id} {poll.code} {' '.join(poll.title.values())}".casefold()
        words = self.words.casefold().split()
        return self.state in ("", poll.state) and all(word in said for word in words)


class PollList:
    """The list and its file."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """The polls, the newest first; which ones stands in the address."""
        sought = _Sought.of(visit)
        rows, there = await self._desk.look(lambda t: _rows(t, sought, visit.language))
        values = {
            "rows": rows[:_MOST],
            "count": len(rows),
            "there": there,
            "sought": sought,
            "states": named(visit.language, STATES),
            "here": POLLS,
            "least": LEAST,
            "may_poll": may(visit.member.role, POLL),
        }
        return self._rendering.page(visit, "polls.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same as CSV."""
        sought = _Sought.of(visit)
        rows, _there = await self._desk.look(lambda t: _rows(t, sought, visit.language))
        return await csv_answer("polls.csv", _COLUMNS, map(_as_cells, rows))


def _rows(transaction: Transaction, sought: _Sought, language: str) -> tuple[Sequence[_Row], int]:
    """Those that fit, and how many there are at all."""
    every = Polls(transaction).every()
    counts = took_part(transaction.connection)
    found = (poll for poll in every if sought.fits(poll))
    return [_row(poll, counts.get(poll.id, 0), language) for poll in found], len(every)


def _row(poll: Poll, count: int, language: str) -> _Row:
    told = people(count, language) if poll.state not in ("draft", "cancelled") else "–"
    spoken = language_of(poll.title, language)
    return _Row(poll, poll.name(language), spoken, *window(poll, language), count, told)


def _as_cells(row: _Row) -> dict[str, Any]:
    poll, zone = row.poll, row.poll.local_zone
    names = ("id", "code", "state", "zone", "level", "mode")
    told = {
        "title": row.name,
        "opens": poll.opens_at.astimezone(zone).isoformat(timespec="minutes"),
        "closes": poll.closes_at.astimezone(zone).isoformat(timespec="minutes"),
        "questions": len(poll.questions),
        "took_part": f"<{LEAST}" if 0 < row.count < LEAST else row.count,
    }
    return {name: getattr(poll, name) for name in names} | told
