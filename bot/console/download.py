"""Tables to take along: CSV that a spreadsheet opens with its letters right, and never runs."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.tables import as_csv
from bot.web.saving import saved_as

_BOM = "\ufeff"  # without it a spreadsheet takes the file for one in an old code page


async def csv_answer(
    name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> web.Response:
    """The table as a file of that name; made beside the loop, which has others to hear."""
    body = _BOM + await asyncio.to_thread(as_csv, columns, rows)
    headers = {"Content-Disposition": saved_as(name)}
    return web.Response(text=body, content_type="text/csv", headers=headers)
