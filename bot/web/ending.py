"""When the house drains: open requests are waited for, and a stream never ends by itself."""

import asyncio
from typing import Final

from aiohttp import web

ENDING: Final = web.AppKey("ending", asyncio.Event)
"""Set once; a stream ends then, and browsers come again by themselves."""
