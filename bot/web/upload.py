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
from bot.web.body import FIELDS
from bot.web.problem import TOO_SLOW, UNREADABLE, WRONG_TYPE, Kind, Problem

FILE: Final = "file"
"""The name of the field that holds it."""
TOO_LARGE: Final = Kind(413, "file_too_large", _("This file is too large: at most {limit} kB."))
_KIND: Final = "multipart/form-data"
_FORM: Final = 64 * 1024  # bytes of everything beside the file
_FIELD: Final = 16 * 1024  # bytes of a field that are kept: none may be as long
_READ: Final = 20_000_000  # bytes of a file that are read, though not kept: a photo of a phone
_SECONDS: Final = 60.0  # a megabyte from a slow line

Form = tuple[Mapping[str, str], bytes]


async def read_upload(request: web.Request, limit: int) -> Form:
    """The fields of a form and its file; b"" where none was picked.

    Of a file that has more than `limit` bytes one byte more is given, so that whoever asked sees
    that it is too large, and can show the form again as it was filled in. So it is with the fields:
    they are as they were typed, see `mended`, and of what is longer than any of them may be its
    beginning is given. Raises Problem.
    """
    if request.content_type != _KIND:
        raise Problem(WRONG_TYPE)
    if (request.content_length or 0) > _READ + _FORM:
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
    file: bytes | None = None
    unread = _READ + _FORM
    for _count in range(FIELDS + 1):  # the same name again counts as well
        part = await _next(parts)
        if part is None:
            return fields, file or b""
        if part.name == FILE and file is not None:
            raise ValueError("two files")
        kept = limit + 1 if part.name == FILE else _FIELD
        content, read = await _bounded(part, kept, unread, limit)
        unread -= read
        if part.name == FILE:
            file = content
        else:
            whole = "strict" if read <= kept else "ignore"  # cut off, perhaps within a letter
            fields[part.name or ""] = content.decode(errors=whole).replace("\r\n", "\n")
    raise ValueError("too many fields")


async def _next(parts: MultipartReader) -> BodyPartReader | None:
    try:
        part = await parts.next()
    except RuntimeError as error:  # a field "_charset_" that is longer than any name of one
        raise ValueError(str(error)) from error
    if part is not None and not (isinstance(part, BodyPartReader) and part.name):
        raise ValueError("no field of a form")
    return part


async def _bounded(part: BodyPartReader, kept: int, most: int, limit: int) -> tuple[bytes, int]:
    """The first `kept` bytes, and how many there are; the rest is let go, up to `most`."""
    content, read = bytearray(), 0
    while chunk := await part.read_chunk():
        content += chunk[: kept - len(content)]
        read += len(chunk)
        if read > most:
            raise Problem(TOO_LARGE, limit=limit // 1000)
    return bytes(content), read
