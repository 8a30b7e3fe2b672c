"""The audit: what the team and the house did, newest first, and whether the chain holds."""

from aiohttp import web

from bot.console.desk import Desk
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Transaction
from bot.services.audit import head, verify
from bot.services.trail import Trail, Wanted

_COLUMNS = ("id", "at", "actor", "action", "object", "detail", "hash")
_FILE = 100_000  # entries in one file


class TrailPage:
    """For whoever looks after the rules."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One page of entries; which ones stands in the address."""
        wanted = _wanted(visit)
        found = await self._desk.look(lambda t: Trail(t).find(wanted))
        return self._rendering.page(visit, "audit.html", {"found": found, "wanted": wanted})

    async def check(self, visit: Visit) -> web.StreamResponse:
        """Walk the whole chain."""

        def check(transaction: Transaction) -> tuple[list[str], str]:
            return list(verify(transaction.connection)), head(transaction.connection)

        findings, last = await self._desk.look(check)
        values = {"findings": findings, "last": last}
        return self._rendering.page(visit, "chain.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same entries as CSV."""
        wanted = _wanted(visit)
        found = await self._desk.look(lambda t: Trail(t).find(wanted, _FILE))
        rows = ({name: getattr(row, name) for name in _COLUMNS} for row in found.rows)
        return await csv_answer("audit.csv", _COLUMNS, rows)


def _wanted(visit: Visit) -> Wanted:
    return Wanted(
        actor=visit.asked("actor"),
        about=visit.asked("about"),
        before=whole_number(visit.asked("before"), None),
    )
