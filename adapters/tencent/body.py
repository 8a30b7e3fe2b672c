"""Reads the body of a callback: bounded in bytes and in time, before anything looks at it."""

import asyncio
import zlib
from typing import Final

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.tencent.errors import BadCallback
from adapters.tencent.xml import LIMIT

_SECONDS: Final = 4.0  # the platform itself waits five for all of it


async def read_body(request: web.Request) -> bytes:
    """The body as it came. Raises BadCallback when it is too large, too slow or broken."""
    if (request.content_length or 0) > LIMIT:
        raise BadCallback("body-too-large")
    try:
        async with asyncio.timeout(_SECONDS):
            return await _bounded(request)
    except TimeoutError:
        raise BadCallback("body-too-slow") from None
    except (HttpProcessingError, ClientPayloadError, zlib.error, web.RequestPayloadError):
        raise BadCallback("body-broken") from None


async def _bounded(request: web.Request) -> bytes:
    """Never more than the limit is held, however much a small compressed body grows."""
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > LIMIT:
            raise BadCallback("body-too-large")
    return bytes(body)
