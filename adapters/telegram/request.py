"""Calls of the Bot API; an error says whether the call may have had its effect.

https://core.telegram.org/bots/api#making-requests

Only this file knows the bot's token, which stands in every address: python-telegram-bot, which
logs addresses and puts tokens into its errors, is given another.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from adapters.keepalive import Answer, Connections, Unanswered, Unsent

HIDDEN = "0:hidden"
SECONDS = 25.0  # for a whole call; delivery gives up a send after 35
_CONNECT = 10.0
_IDLE = 15.0  # then a connection is closed by us, before the other side does it while we write
_LARGEST = 16 * 1024 * 1024  # of an answer: 100 updates of 64 KiB each, and some


def _within(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, connect=_CONNECT)


class NotReached(TelegramError):
    """No connection: nothing was sent."""


class Torn(TelegramError):
    """It was sent, and no answer that can be read came back: it may have had its effect."""


class NotTelegram(TelegramError):
    """Somebody else answered: a proxy, a login page, a wrong address."""

    def __init__(self, status: int, after: float | None) -> None:
        super().__init__(f"HTTP {status}")
        self.status, self.after = status, after


class Declined(TelegramError):
    """The Bot API said no. `after`: seconds to wait; `moved_to`: the chat's new number."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, Any]) -> None:
        super().__init__(description or f"HTTP {code}")
        self.code, self.description = code, description
        self.after = _number(parameters.get("retry_after"))
        self.moved_to = _number(parameters.get("migrate_to_chat_id"))


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@contextmanager
def readable() -> Iterator[None]:
    """Around calls whose answers python-telegram-bot reads: at nonsense it raises what comes of it.

    Raises Torn instead.
    """
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Torn("an answer that is none") from error


class Request(BaseRequest):
    """What carries the calls of a `telegram.Bot`, and our own."""

    def __init__(self, api: str, token: str) -> None:
        self._base = f"{api.rstrip('/')}/bot{token}/"
        self._proxy = _proxy_to(api)
        self._path = urlsplit(self._base).path
        self._direct = None if self._proxy else _direct_to(api)
        self._session: aiohttp.ClientSession | None = None

    def bot(self) -> Bot:
        """A bot whose calls go through here."""
        return Bot(HIDDEN, lambda _token: "bot", request=self, get_updates_request=self)

    @property
    def read_timeout(self) -> float | None:
        """Seconds a call may take."""
        return SECONDS

    async def initialize(self) -> None:
        """Nothing: a session is opened with the first call."""

    async def shutdown(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._direct:
            self._direct.close()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(self, method: str, seconds: float = SECONDS, **params: Any) -> Any:
        """The result of a call as it came. Raises NotReached, Torn, NotTelegram or Declined."""
        return _accepted(await self._posted(method, orjson.dumps(params), seconds))["result"]

    async def do_request(  # noqa: PLR0913, PLR0917 - the signature is python-telegram-bot's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """One call for python-telegram-bot; `url` ends with the name of the method."""
        data = request_data or RequestData()
        name = url.rpartition("/")[2]
        if data.contains_files:
            answer = await self._by_session(name, _form(data), SECONDS)
        else:
            answer = await self._posted(name, orjson.dumps(data.parameters), SECONDS)
        _accepted(answer)
        return answer.status, _without_the_words(answer.body)

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """An answer as it came; it was looked at before."""
        return orjson.loads(payload)

    async def _posted(self, method: str, json: bytes, seconds: float) -> Answer:
        """Straight to Telegram where that is possible, for nearly all we do is this."""
        if self._direct is None:
            body = aiohttp.BytesPayload(json, content_type="application/json")
            return await self._by_session(method, body, seconds)
        try:
            return await self._direct.post(self._path + method, json, seconds)
        except Unsent as error:
            raise NotReached(str(error)) from None
        except Unanswered as error:
            raise Torn(str(error)) from None

    async def _by_session(self, method: str, body: Any, seconds: float) -> Answer:
        """What is larger than a message, or goes by a proxy."""
        try:
            async with self._opened().post(
                self._base + method, data=body, timeout=_within(seconds), allow_redirects=False
            ) as answer:
                after = answer.headers.get("Retry-After", "")
                return Answer(answer.status, await _read(answer), after)
        # `from None`: the address, and so the token, is in what these errors hold.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotReached(type(error).__name__) from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise NotReached("telegram_api is no address") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Torn(type(error).__name__) from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # As many calls at once as delivery and presses make; the long poll takes one for good.
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), proxy=self._proxy
            )
        return self._session


def _direct_to(api: str) -> Connections | None:
    try:
        return Connections(api)
    except ValueError:  # no address, or one with a password: aiohttp knows what to do with it
        return None


def _proxy_to(api: str) -> str | None:
    """The proxy the environment names for this address: HTTPS_PROXY, unless NO_PROXY. Read once."""
    parts = urlsplit(api)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # Telegram shows a quoted name as it is
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        # As a stream: bytes would be written in one go, and block everything else meanwhile.
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=kind)
    return form


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """The body, never more than anything Telegram sends."""
    body = bytearray()
    while chunk := await answer.content.readany():
        body += chunk
        if len(body) > _LARGEST:
            answer.close()
            raise Torn("an answer without end")
    return bytes(body)


def _accepted(answer: Answer) -> dict[str, Any]:
    """What an answer says if that is `ok`. Raises Torn, NotTelegram or Declined."""
    said = _json(answer.body)
    if isinstance(said, dict) and said.get("ok") is True and "result" in said:
        return said
    if isinstance(said, dict) and said.get("ok") is False:
        parameters = said.get("parameters")
        code = _number(said.get("error_code")) or answer.status
        raise Declined(
            code,
            str(said.get("description") or ""),
            parameters if isinstance(parameters, dict) else {},
        )
    if 200 <= answer.status < 300:
        raise Torn("an answer that is none")
    raise NotTelegram(answer.status, _seconds(answer.retry_after))


def _without_the_words(body: bytes) -> bytes:
    """Of a message that was sent we read only its number; to build it whole costs as much again."""
    result = orjson.loads(body)["result"]
    if not isinstance(result, dict) or not {"message_id", "date", "chat"} <= result.keys():
        return body
    chat = {key: result["chat"].get(key) for key in ("id", "type")}
    kept = {"message_id": result["message_id"], "date": result["date"], "chat": chat}
    return orjson.dumps({"ok": True, "result": kept})


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdigit() else None
