"""What the platform answered, as far as it can be believed.

Every refusal comes with HTTP 200; what counts is `errcode`. Between us and the platform stand
proxies that answer in HTML.
https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html
"""

import json
from collections.abc import Callable, Container, Mapping
from datetime import timedelta
from typing import Any, Final

from aiohttp import ClientResponse

from bot.channel import Misconfigured, Refused, SendError, Throttled, Unreachable, Unsure
from bot.i18n import _
from bot.text import clean, shorten

LIMIT: Final = 256 * 1024  # bytes of an answer
TOKEN_REFUSED: Final = frozenset({40001, 40014, 42001})
_OF_THE_MESSAGE = frozenset({400, 411, 413, 414, 415, 422})  # what another message may not get
_PATIENCE = timedelta(seconds=30)  # where something in between says only that it was too much

Answer = Mapping[str, Any]
Errcodes = Mapping[int, Callable[[str], SendError]]  # makes an error of code and message


class TokenRefused(Exception):
    """The token is not, or no longer, good: 40001, 40014, 42001."""


async def read(
    response: ClientResponse, errcodes: Errcodes, answers: Container[int] = ()
) -> Answer:
    """The answer to a call. Raises TokenRefused, or the SendError its errcode stands for.

    `answers`: the errcodes that refuse nothing.
    Raises Unsure for what is no answer: whether the call was carried out, nobody knows.
    """
    body = await _body(response)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise _unreadable(response.status) from None
    if not isinstance(answer, dict):
        raise _unreadable(response.status)
    code = _code(answer.get("errcode", 0))
    if code in TOKEN_REFUSED:
        raise TokenRefused(str(code))
    if code and code not in answers:
        raise error_for(code, str(answer.get("errmsg", "")), errcodes)
    if response.status != 200:
        raise _unreadable(response.status)
    return answer


def error_for(code: int, message: str, errcodes: Errcodes) -> SendError:
    """The error an errcode stands for; what is not listed is refused, and staff see it."""
    told = f"{code} {shorten(clean(message), 200)}".strip()
    if code in errcodes:
        return errcodes[code](told)
    return Refused(str(code), shorten(clean(message), 200))


async def _body(response: ClientResponse) -> bytes:
    body = b""
    async for chunk in response.content.iter_chunked(16 * 1024):
        body += chunk
        if len(body) > LIMIT:
            raise Unsure(_("The answer of the platform is too large to be read."))
    return body


def _unreadable(status: int) -> SendError:
    """No words of the platform: a proxy or a firewall spoke, and the message took no harm by it."""
    why = f"{status} HTTP"
    if status == 429:
        return Throttled(_PATIENCE, why)
    if status == 408:
        return Unreachable(why)
    if status in _OF_THE_MESSAGE:
        return Refused(str(status), "HTTP")
    if 400 <= status < 500:
        return Misconfigured(why)
    return Unsure(f"HTTP {status}, and no answer to be read")


def _code(value: object) -> int:
    """errcode as a number; some of the platform's interfaces write it as a text."""
    try:
        return int(str(value))
    except ValueError:
        return -1  # busy, try again: what it is called when the platform does not know itself


BUSY: Final[Errcodes] = {-1: Unreachable}
