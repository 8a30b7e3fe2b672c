"""The load client: many conversations at once over raw keep-alive connections.

Runs in a process of its own, as a file and on the standard library alone, so that it takes as
little as possible of the machine it measures on. A job comes as JSON on stdin, what was counted
goes as JSON to stdout.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

PATIENCE = 60.0  # seconds a round may take beyond its own, before it counts as hanging
_HEAD_END = b"\r\n\r\n"
_REPLY = b'"from":"citybot"'


@dataclass(frozen=True, slots=True)
class Job:
    """What a round asks of the client. `name` makes its message ids its own."""

    name: str
    port: int
    path: str
    conversations: int
    seconds: float
    texts: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What came back: answers with a reply, their replies, and how long those timed took."""

    answers: int = 0
    replies: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bad: str = ""  # the first line of the first answer that was none


class Conversation(asyncio.Protocol):
    """One browser: says its next text when the last one is answered."""

    def __init__(self, job: Job, number: int, tally: Tally) -> None:
        self._job, self._number, self._tally = job, number, tally
        self._said = 0
        self._requests = self._written(b"")
        self._buffer = b""
        self._until = self._said_at = 0.0
        self.quiet: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def talk(self, until: float) -> None:
        """Begin; `quiet` is set when an answer comes after `until`, on the monotonic clock."""
        self._until = until
        self.quiet = asyncio.get_running_loop().create_future()
        if self._transport.is_closing():
            self._complain("connection lost")
        else:
            self._say()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what we write to."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        """Nobody hangs up on us while we wait for an answer."""
        if not self.quiet.done():
            self._complain("connection lost")

    def data_received(self, data: bytes) -> None:
        """Wait for a whole answer, count it, say the next thing."""
        self._buffer += data
        head, found, body = self._buffer.partition(_HEAD_END)
        if not found or len(body) < _length(head):
            return
        took = time.perf_counter() - self._said_at
        self._buffer = b""
        if not head.startswith(b"HTTP/1.1 200 ") or _REPLY not in body:
            self._complain(head.split(b"\r\n", 1)[0].decode("latin-1"))
            return
        self._tally.answers += 1
        self._tally.replies += body.count(_REPLY)
        if self._until:
            self._tally.latencies.append(took)
        if cookie := _cookie(head):
            self._requests = self._written(cookie)
        if time.perf_counter() < self._until:
            self._say()
        else:
            self.quiet.set_result(None)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def _say(self) -> None:
        self._said_at = time.perf_counter()
        self._said += 1
        before, after = self._requests[(self._number * 7 + self._said) % len(self._requests)]
        self._transport.write(b"%b%08d%b" % (before, self._said, after))

    def _complain(self, what: str) -> None:
        self._tally.bad = self._tally.bad or what
        self._until = 0.0
        self.quiet.set_result(None)

    def _written(self, cookie: bytes) -> list[tuple[bytes, bytes]]:
        """All texts as requests, written beforehand but for the eight digits of the id."""
        prefix = f'{{"id":"{self._job.name}-{self._number:04d}-'.encode()
        return [_parts(self._job, prefix, text, cookie) for text in self._job.texts]


def _parts(job: Job, prefix: bytes, text: str, cookie: bytes) -> tuple[bytes, bytes]:
    """A request before and after the digits of its message's id."""
    after = b'","text":%b}' % json.dumps(text, ensure_ascii=False).encode()
    head = (
        f"POST {job.path} HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n"
        f"Origin: http://127.0.0.1:{job.port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(prefix) + 8 + len(after)}\r\n"
    ).encode()
    return head + cookie + b"\r\n" + prefix, after


def _length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.index(b"content-length:") + len(b"content-length:")
    return int(lowered[at:].split(b"\r\n", 1)[0])


def _cookie(head: bytes) -> bytes:
    """The header that gives the session back; empty when none was set."""
    _before, found, after = head.partition(b"\r\nSet-Cookie: citybot=")
    return b"Cookie: citybot=%b\r\n" % after.split(b";", 1)[0] if found else b""


async def load(job: Job) -> dict[str, Any]:
    """Open all conversations with one turn each, then time them all talking at once."""
    tally, loop = Tally(), asyncio.get_running_loop()
    talks = [Conversation(job, number, tally) for number in range(job.conversations)]
    for talk in talks:
        await loop.create_connection(partial(_itself, talk), "127.0.0.1", job.port)
    async with asyncio.timeout(job.seconds + PATIENCE):
        await _all_talk(talks, until=0.0)
        begun, busy = time.perf_counter(), time.process_time()
        await _all_talk(talks, until=begun + job.seconds)
        tally.seconds = time.perf_counter() - begun
        busy = time.process_time() - busy
    for talk in talks:
        talk.close()
    return counted(tally, busy)


def _itself(talk: Conversation) -> Conversation:
    return talk


async def _all_talk(talks: list[Conversation], until: float) -> None:
    for talk in talks:
        talk.talk(until)
    await asyncio.gather(*(talk.quiet for talk in talks))


def counted(tally: Tally, busy: float) -> dict[str, Any]:
    """A round in numbers; times in seconds, `busy` the client's share of one core."""
    ranked = sorted(tally.latencies) or [0.0]
    return {
        "answers": tally.answers,
        "replies": tally.replies,
        "rate": len(tally.latencies) / tally.seconds if tally.seconds else 0.0,
        "p50": ranked[len(ranked) // 2],
        "p99": ranked[len(ranked) * 99 // 100],
        "busy": busy / tally.seconds if tally.seconds else 0.0,
        "bad": tally.bad,
    }


def main() -> None:
    """Do the job on stdin."""
    fields = json.loads(sys.stdin.read())
    job = Job(**{**fields, "texts": tuple(fields["texts"])})
    json.dump(asyncio.run(load(job)), sys.stdout)


if __name__ == "__main__":
    main()
