"""The files of a counted poll: all ballots, the figures, and the program that counts them."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import orjson
from aiohttp import web
from sqlalchemy import Connection

from bot.dialog import Transaction
from bot.i18n import _
from bot.pages.desk import Desk
from bot.pages.door import Visit
from bot.pages.polls.page import known
from bot.services import recount
from bot.services.polls import Poll
from bot.services.published import COLUMNS, as_plain, figures
from bot.services.results import Result, file_of, result
from bot.tables import as_csv
from bot.web.problem import Kind, Problem
from bot.web.saving import saved_as

NO_FILE: Final = Kind(
    404,
    "no_file",
    _("There is no file: the poll is not counted yet, or too few took part to show figures."),
)
_FOR_EVER: Final = "public, max-age=86400, immutable"  # what was counted once
_FOR_NOW: Final = "public, max-age=60"  # what came of it may still be written
_CSV: Final = "text/csv; charset=utf-8"
Got = TypeVar("Got")


class PollFiles:
    """Nothing is in these files that is not on the page, but each ballot by itself."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._script = Path(recount.__file__).read_bytes()

    async def ballots(self, visit: Visit) -> web.Response:
        """The canonical file: the one whose SHA-256 is published."""
        poll, found = await self._counted(visit)
        headers = _headers(_CSV, f"{poll.id}.csv", _FOR_EVER) | {"ETag": f'"{found.sha256}"'}
        if found.sha256 in visit.request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        file = await self._look(lambda connection: file_of(connection, poll))
        return web.Response(body=(file or "").encode(), headers=headers)

    async def data(self, visit: Visit) -> web.Response:
        """The result as programs read it."""
        poll, found = await self._counted(visit)
        body = orjson.dumps(as_plain(found), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        return web.Response(body=body, headers=_headers("application/json", f"{poll.id}.json"))

    async def figures(self, visit: Visit) -> web.Response:
        """The figures as a table; labels in the reader's language."""
        poll, found = await self._counted(visit)
        # Spreadsheets take a file without this mark for an older encoding.
        body = f"\ufeff{as_csv(COLUMNS, figures(found, visit.language))}".encode()
        return web.Response(body=body, headers=_headers(_CSV, f"{poll.id}-figures.csv"))

    async def script(self, _visit: Visit) -> web.Response:
        """recount.py, as it stands."""
        headers = _headers("text/x-python; charset=utf-8", "recount.py")
        return web.Response(body=self._script, headers=headers)

    async def _counted(self, visit: Visit) -> tuple[Poll, Result]:
        """Raises Problem as long as there is nothing that may be shown for good."""
        poll = await known(self._desk, visit)
        found = await self._look(lambda connection: result(connection, poll))
        if found.standing != "final":
            raise Problem(NO_FILE)
        return poll, found

    async def _look(self, what: Callable[[Connection], Got]) -> Got:
        def within(transaction: Transaction) -> Got:
            return what(transaction.connection)

        return await self._desk.look(within)


def _headers(kind: str, name: str, caching: str = _FOR_NOW) -> dict[str, str]:
    return {
        "Content-Type": kind,
        "Content-Disposition": saved_as(name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": caching,
    }
