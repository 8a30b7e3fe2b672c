"""The list of broadcasts, the latest first, and the same as a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.console.broadcasts.reaching import called
from bot.console.desk import Desk
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Transaction
from bot.services.broadcast import STATES, Broadcast
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_names import moment_told
from bot.services.broadcast_standing import SOUGHT, standing
from bot.services.roles import ORGANISE, may

_PAGE = 50
_COLUMNS = ("id", "name", "state", "begins", "people", "sent", "unsure")
Row = tuple[Broadcast, Mapping[str, int]]


class ListPages:
    """One page."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """Those in one state, or all; what stands in the address."""
        rows = await self._rows(visit)
        values = {
            "rows": [(one, tally, *_told(visit, one, tally)) for one, tally in rows],
            "state": _state(visit),
            "states": called(visit, SOUGHT),
            "older": rows[-1][0].id if len(rows) == _PAGE else None,
            "may_send": may(visit.member.role, ORGANISE),
        }
        return self._rendering.page(visit, "broadcasts.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same as a table to take along."""
        rows = await self._rows(visit)
        table = [_row(one, tally) for one, tally in rows]
        return await csv_answer("broadcasts.csv", _COLUMNS, table)

    async def _rows(self, visit: Visit) -> Sequence[Row]:
        states = (_state(visit),) if _state(visit) else ()
        before = whole_number(visit.asked("before"), 0)

        def look(transaction: Transaction) -> Sequence[Row]:
            found = self._desk.broadcasts(transaction).all(states, before, _PAGE)
            tallies = Ledger(transaction).tallies(found)
            return [(one, tallies[one.id]) for one in found]

        return await self._desk.look(look)


def _state(visit: Visit) -> str:
    return visit.asked("state") if visit.asked("state") in STATES else ""


def _told(visit: Visit, one: Broadcast, tally: Mapping[str, int]) -> tuple[str, str]:
    """How it stands, and when it begins."""
    begins = moment_told(one, one.begins_at, visit.language) if one.begins_at else ""
    return standing(one, tally, visit.now, visit.language), begins


def _row(one: Broadcast, tally: Mapping[str, int]) -> dict[str, Any]:
    begins = one.begins_at.astimezone(one.local_zone).isoformat() if one.begins_at else ""
    counts = (sum(tally.values()), tally.get("sent", 0), tally.get("unsure", 0))
    values = (one.id, one.name, one.state, begins, *counts)
    return dict(zip(_COLUMNS, values, strict=True))
