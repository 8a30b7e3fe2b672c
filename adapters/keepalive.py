"""Short calls to one server over connections that are kept; a fifth of what aiohttp's client costs.

HTTP/1.1, one call at a time on a connection: https://www.rfc-editor.org/rfc/rfc9112#section-9.3
An error says whether the call may have had its effect, and holds no address: a secret may stand
in it. Nothing is sent twice, no redirect is followed, nothing goes through a proxy.
"""

import asyncio
import socket
import ssl
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast
from urllib.parse import urlsplit

import aiohappyeyeballs
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_CONNECT = 10.0  # seconds for a connection to stand, TLS and all
_IDLE = 15.0  # then a connection is closed by us, before the other side does it while we write
_NEXT_ADDRESS = 0.25  # seconds: https://www.rfc-editor.org/rfc/rfc8305#section-8
_LARGEST = 16 * 1024 * 1024  # bytes of an answer: 100 of Telegram's updates, and some
_FINAL: Final = 200  # of a status: https://www.rfc-editor.org/rfc/rfc9110#section-15.2
_PORTS = {"http": 80, "https": 443}


class Unsent(Exception):
    """No connection: nothing was sent."""


class Unanswered(Exception):
    """It was sent, and no whole answer came back: it may have had its effect."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `retry_after`: the header as it came, "" without one."""

    status: int
    body: bytes
    retry_after: str


class Connections:
    """As many connections to one server as there are calls at once."""

    def __init__(self, server: str) -> None:
        """`server`: https://host:port or http; what follows is not looked at.

        Raises ValueError for what is no such address, or one with a name and a password.
        """
        parts = urlsplit(server)
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
            raise ValueError("not the address of a server")
        self._host, self._port = parts.hostname, parts.port or _PORTS[parts.scheme]
        self._is_secret, self._shown = parts.scheme == "https", parts.netloc
        self._kept: list[_Connection] = []
        self._busy: set[_Connection] = set()

    async def post(self, path: str, json: bytes, seconds: float) -> Answer:
        """The answer to one call, within that many seconds. Raises Unsent or Unanswered."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._shown}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(json)}\r\n\r\n"
        )
        until = asyncio.get_running_loop().time() + seconds
        connection = self._free() or await self._opened(until)
        self._busy.add(connection)
        try:
            answer = await connection.ask(head.encode() + json, until)
        finally:
            self._busy.discard(connection)
        if connection.is_open:
            self._kept.append(connection)
        return answer

    def close(self) -> None:
        """Close all, also where an answer is waited for; a later call opens anew."""
        for connection in (*self._kept, *self._busy):
            connection.close()
        self._kept.clear()

    def _free(self) -> "_Connection | None":
        """The one used last, so that those too many grow old and are closed."""
        latest = time.monotonic() - _IDLE
        while self._kept and self._kept[0].since < latest:
            self._kept.pop(0).close()
        while self._kept:
            if (connection := self._kept.pop()).is_open:
                return connection
        return None

    async def _opened(self, until: float) -> "_Connection":
        latest = asyncio.get_running_loop().time() + _CONNECT
        try:
            async with asyncio.timeout_at(min(until, latest)):
                return await self._connected(await self._reached())
        except (OSError, TimeoutError, UnicodeError) as error:
            raise Unsent(type(error).__name__) from None

    async def _reached(self) -> socket.socket:
        """Address after address, as IPv6 may lead nowhere: a loop alone would wait for it."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        return await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=_NEXT_ADDRESS)

    async def _connected(self, reached: socket.socket) -> "_Connection":
        name = self._host if self._is_secret else None
        try:
            _transport, connection = await asyncio.get_running_loop().create_connection(
                _Connection, sock=reached, ssl=self._tls, server_hostname=name
            )
        except BaseException:
            reached.close()
            raise
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context() if self._is_secret else None


class _Connection(asyncio.Protocol):
    """One connection, and the call that waits on it."""

    _transport: asyncio.Transport
    _body: bytearray
    _retry_after: str
    _says_its_end: bool

    def __init__(self) -> None:
        self.since = time.monotonic()  # when it was last used
        self._parser = HttpResponseParser(self)
        self._waiting: asyncio.Future[Answer] | None = None
        self._status = 0

    @property
    def is_open(self) -> bool:
        """Whether another call may go over it."""
        return not self._transport.is_closing()

    async def ask(self, request: bytes, until: float) -> Answer:
        """Send it and wait, by the loop's clock. Raises Unanswered; then it is closed, too."""
        loop = asyncio.get_running_loop()
        self._waiting, self._status = loop.create_future(), 0
        late = loop.call_at(until, self._fail, "TimeoutError")
        self._transport.write(request)
        try:
            return await self._waiting
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            late.cancel()
            self._waiting, self.since = None, time.monotonic()

    def close(self) -> None:
        """At once: what still comes is for nobody."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop. An answer that does not say where it ends, ends here."""
        if self._status and not self._says_its_end and exc is None:
            self.on_message_complete()
        self._fail(type(exc).__name__ if exc else "closed")

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(type(error).__name__)

    def on_message_begin(self) -> None:
        """Called by the parser, as all below: the answer's, or what comes before or after it."""
        self._body, self._retry_after, self._says_its_end = bytearray(), "", False
        if self._waiting is None or self._waiting.done():  # nobody asked; the next would hear it
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head."""
        name = name.lower()
        if name in {b"content-length", b"transfer-encoding"}:
            self._says_its_end = True
        elif name == b"retry-after":
            self._retry_after = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The head stands."""
        self._status = self._parser.get_status_code()

    def on_body(self, part: bytes) -> None:
        """Some of it."""
        self._body += part
        if len(self._body) > _LARGEST:
            self._fail("an answer without end")

    def on_message_complete(self) -> None:
        """Whole; of a status below 200 another follows."""
        if self._status < _FINAL:
            self._status = 0
            return
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(Answer(self._status, bytes(self._body), self._retry_after))
        self._status = 0
        if not self._parser.should_keep_alive():
            self.close()

    def _fail(self, why: str) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(Unanswered(why))
        self.close()
