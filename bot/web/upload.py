"""Reads a form with one file in it, as a browser sends it: bounded while it comes.

https://www.rfc-editor.org/rfc/rfc7578
"""

import asyncio
import zlib
from collections.abc import Mapping
from typing import Final

from aiohttp import BodyPartReader, ClientPayloadError, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.i18n import _
from bot.web.body import FIELDS, storable
from bot.web.problem import TOO_SLOW, UNREADABLE, WRONG_TYPE, Kind, Problem

FILE: Final = "file"
"""The name of the field that holds it."""
TOO_LARGE: Final = Kind(413, "file_too_large", _("This file is too large: at most {limit} kB."))
_KIND: Final = "multipart/form-data"
_FORM: Final = 64 * 1024  # bytes of everything beside the file
_SECONDS: Final = 60.0  # a megabyte from a slow line

Form = tuple[Mapping[str, str], bytes]


async def read_upload(request: web.Request, limit: int) -> Form:
    """The fields of a form and its file, of `limit` bytes at most; b"" where none was picked.

    Raises Problem.
    """
    if request.content_type != _KIND:
        raise Problem(WRONG_TYPE)
    if (request.content_length or 0) > limit + _FORM:
        raise Problem(TOO_LARGE, limit=limit // 1000)
    try:
        async with asyncio.timeout(_SECONDS):
            return await _parts(await request.multipart(), limit)
    except TimeoutError as error:
        raise Problem(TOO_SLOW) from error
    except (HttpProcessingError, ClientPayloadError, zlib.error, ValueError) as error:
        raise Problem(UNREADABLE) from error


async def _parts(parts: MultipartReader, limit: int) -> Form:
    fields: dict[str, str] = {}
    file, room = b"", _FORM
    while (part := await parts.next()) is not None:
        if not isinstance(part, BodyPartReader) or not part.name or len(fields) >= FIELDS:
            raise ValueError("no field of a form")
        if part.name == FILE:
            file = await _bounded(part, limit, limit)
            continue
        content = await _bounded(part, room, limit)
        room -= len(content)
        fields[part.name] = content.decode().replace("\r\n", "\n")
    return storable(fields), file


async def _bounded(part: BodyPartReader, most: int, limit: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > most:
            raise Problem(TOO_LARGE, limit=limit // 1000)
    return bytes(content)
