"""Reads what a browser sent: bounded before it is parsed, then as strict JSON or a plain form."""

import asyncio
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.text import MESSAGE_LIMIT
from bot.web.problem import TOO_LONG, TOO_SLOW, UNREADABLE, WRONG_TYPE, Problem

# Bytes, after decompression. A form and escaped JSON write up to 12 for one character (a Chinese
# one takes 9 or 6), and 4000 of these must fit: `utterance` measures the text itself.
LIMIT = 48 * 1024
_SECONDS = 10.0  # a message that takes longer to arrive is not one
FIELDS = 20
_PACKINGS = ("identity", "gzip", "deflate")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

Fields = Mapping[str, Any]


async def read_json(request: web.Request) -> Fields:
    """The object in the body. Raises Problem for whatever is not one."""
    return _json(await _read(request, JSON))


async def read_form(
    request: web.Request, limit: int = LIMIT, most: int = FIELDS
) -> Mapping[str, str]:
    """The fields of a plain form: `limit` bytes and `most` fields at most. Raises Problem."""
    fields = await read_as_typed(request, limit, most)
    try:
        storable(fields)
    except ValueError as error:
        raise Problem(UNREADABLE) from error
    return fields


async def read_as_typed(request: web.Request, limit: int, most: int) -> Mapping[str, str]:
    """Likewise, for who shows the form again as it was filled in: see `mended`."""
    return _form(await _read(request, FORM, limit), most)


async def _read(request: web.Request, kind: str, limit: int = LIMIT) -> bytes:
    packing = request.headers.get("Content-Encoding", "identity").lower()
    if request.content_type != kind or (request.charset or "utf-8").lower() != "utf-8":
        raise Problem(WRONG_TYPE)
    if packing not in _PACKINGS:  # aiohttp hands on what it does not know as if it were plain
        raise Problem(WRONG_TYPE)
    if (request.content_length or 0) > limit:
        raise _too_long(limit)
    try:
        if request.content.is_eof():  # it came with its head: nothing to wait for
            return await _bounded(request, limit)
        async with asyncio.timeout(_SECONDS):
            return await _bounded(request, limit)
    except TimeoutError as error:
        raise Problem(TOO_SLOW) from error
    except (HttpProcessingError, ClientPayloadError, zlib.error, web.RequestPayloadError) as error:
        raise Problem(UNREADABLE) from error


async def _bounded(request: web.Request, limit: int) -> bytes:
    """Never more than the limit is held, however much a small compressed body grows."""
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > limit:
            raise _too_long(limit)
    return bytes(body)


def _too_long(limit: int) -> Problem:
    return Problem(TOO_LONG, limit=MESSAGE_LIMIT * limit // LIMIT)


def _json(body: bytes) -> Fields:
    try:
        return storable(_STRICT.decode(body.decode()))
    except (ValueError, RecursionError) as error:
        raise Problem(UNREADABLE) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are not JSON


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key twice: two readers would see two different messages")
    return fields


_STRICT = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_without_repeats)


def _form(body: bytes, most: int) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="strict"
        )
        return {name: value.replace("\r\n", "\n") for name, value in pairs}
    except ValueError as error:
        raise Problem(UNREADABLE) from error


def mended(fields: Mapping[str, str]) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Without what no database could hold; and the names of the fields it was taken out of.

    Raises Problem where it stands in a name: that nobody typed.
    """
    if any("\0" in name for name in fields):
        raise Problem(UNREADABLE)
    kept = {name: value.replace("\0", "") for name, value in fields.items()}
    return kept, tuple(name for name, value in fields.items() if value != kept[name])


def storable(fields: object) -> Fields:
    """Only an object, and nowhere in it text a database could not hold. Raises ValueError."""
    if not isinstance(fields, dict):
        raise ValueError("not an object")
    for text in _texts(fields):
        text.encode()  # a lone surrogate raises here, not later in the database
        if "\0" in text:
            raise ValueError("NUL")
    return fields


def _texts(value: object) -> Iterator[str]:
    """Every text in it, keys too, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
