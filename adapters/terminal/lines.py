"""Reads the lines of a file descriptor beside the event loop: pipe, file or terminal alike."""

import asyncio
import os
import threading
from contextlib import suppress
from typing import Final

KEPT: Final = 64 * 1024  # bytes of a line we keep: far more than a message may have
_CHUNK: Final = 16 * 1024


class Lines:
    """One line a call, never more than a chunk ahead, however long the input or a line of it is."""

    def __init__(self, descriptor: int, encoding: str = "utf-8") -> None:
        """`descriptor`: -1 for a program that was started without standard input."""
        self._descriptor, self._encoding = descriptor, encoding
        self._buffer = bytearray()
        self._ended = False
        self._waiting: asyncio.Future[bytes] | None = None

    async def read(self) -> str | None:
        """The next line without its end; None after the last.

        Of a line longer than KEPT its beginning. What cannot be decoded becomes U+FFFD.
        """
        while b"\n" not in self._buffer and not self._ended:
            del self._buffer[KEPT:]
            self._take(await self._chunk())
        if not self._buffer:
            return None
        line, _end, self._buffer = self._buffer.partition(b"\n")
        return line[:KEPT].decode(self._encoding, "replace")

    def end(self) -> None:
        """Read no further; who waits in `read` gets None."""
        self._buffer.clear()
        self._ended = True
        _settle(self._waiting, b"")

    def _take(self, chunk: bytes) -> None:
        self._buffer += chunk
        self._ended = self._ended or not chunk

    async def _chunk(self) -> bytes:
        """What comes next, empty at the end.

        A thread of its own for each chunk: event loops cannot watch plain files, and a daemon
        blocked in os.read holds no lock, so that the program can end while it waits.
        """
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        threading.Thread(target=self._fetch, args=(loop, self._waiting), daemon=True).start()
        return await self._waiting

    def _fetch(self, loop: asyncio.AbstractEventLoop, waiting: "asyncio.Future[bytes]") -> None:
        try:
            chunk = os.read(self._descriptor, _CHUNK)
        except OSError:  # closed, or the terminal is gone: the end
            chunk = b""
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, waiting, chunk)


def _settle(waiting: "asyncio.Future[bytes] | None", chunk: bytes) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(chunk)
