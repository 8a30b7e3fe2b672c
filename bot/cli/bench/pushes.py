"""The load client for WeChat: sealed pushes over raw keep-alive connections.

Runs in a process of its own. What will be said is sealed before the clock starts (only somebody
quicker than _FASTEST seals more on the way), and every reply is opened after it stopped, so that
the client takes as little as possible of the machine. A job comes as JSON on stdin, what was
counted goes as JSON to stdout.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from adapters.tencent import xml
from adapters.tencent.crypto import Seal, Stamp
from adapters.tencent.errors import BadCallback
from bot.cli.bench.load import PATIENCE, Tally, counted

_HEAD_END = b"\r\n\r\n"
_FASTEST = 4000  # pushes a second, all together: so many are sealed beforehand


@dataclass(frozen=True, slots=True)
class Pushes:
    """What a round asks of the client. `first`: the number of its first message.

    rate  pushes a second, all together, as people come; 0: each pushes again when answered
    """

    port: int
    keys: tuple[str, str, str]  # token, EncodingAESKey, app id
    conversations: int
    seconds: float
    texts: tuple[str, ...]
    first: int
    rate: float = 0.0


@dataclass(slots=True)
class Follower:
    """One person: what they will say, as requests, and what came back.

    `request(n)` is the n-th thing they say, sealed.
    """

    request: Callable[[int], bytes]
    sealed: list[bytes]
    replies: list[bytes] = field(default_factory=list)

    def next(self) -> bytes:
        """What they say now that so many were answered."""
        said = len(self.replies)
        return self.sealed[said] if said < len(self.sealed) else self.request(said)


class Connection(asyncio.Protocol):
    """Pushes what one person says, the next when the last one is answered, or when it is due.

    What is due and cannot go yet waits, and that counts: a person has waited for it.
    """

    def __init__(self, follower: Follower, tally: Tally, every: float, offset: float) -> None:
        """Seconds between two pushes, and before the first; 0: none."""
        self._follower, self._tally, self._every, self._offset = follower, tally, every, offset
        self._buffer, self._until, self._pushed_at, self._due = b"", 0.0, 0.0, 0.0
        self._said = False  # anything, in this part of the round
        self.quiet: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def talk(self, until: float) -> None:
        """Begin; `quiet` is set when an answer comes after `until`, on the monotonic clock."""
        self._until, self._said = until, False
        self.quiet = asyncio.get_running_loop().create_future()
        self._due = time.perf_counter() + self._offset if until else 0.0
        self._next()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what we write to."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        """Nobody hangs up on us while we wait for an answer."""
        if not self.quiet.done():
            self._complain("connection lost")

    def data_received(self, data: bytes) -> None:
        """Wait for a whole answer, keep it, push the next thing."""
        self._buffer += data
        head, found, body = self._buffer.partition(_HEAD_END)
        if not found or len(body) < _length(head):
            return
        if self._until:
            self._tally.latencies.append(time.perf_counter() - self._pushed_at)
        self._buffer = b""
        self._follower.replies.append(body)
        if not head.startswith(b"HTTP/1.1 200 "):
            self._complain(head.split(b"\r\n", 1)[0].decode("latin-1"))
        else:
            self._next()

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def _next(self) -> None:
        now = time.perf_counter()
        at = self._due if self._every and self._until else now
        if self._said and max(at, now) >= self._until:
            self.quiet.set_result(None)
        elif at > now:
            asyncio.get_running_loop().call_later(at - now, self._push, at)
        else:
            self._push(at)

    def _push(self, due: float) -> None:
        self._said, self._due = True, due + self._every
        request = self._follower.next()
        self._pushed_at = due if self._every else time.perf_counter()
        self._transport.write(request)

    def _complain(self, what: str) -> None:
        self._tally.bad = self._tally.bad or what
        self._until = 0.0
        self.quiet.set_result(None)


def _length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.index(b"content-length:") + len(b"content-length:")
    return int(lowered[at:].split(b"\r\n", 1)[0])


class Platform:
    """Seals as WeChat does, with our own seal: it is the same scheme both ways."""

    def __init__(self, job: Pushes) -> None:
        self._job = job
        self._seal = Seal(*job.keys, now=lambda: datetime.now(UTC))

    def follower(self, number: int) -> Follower:
        """One person, with what they will probably say sealed beforehand."""
        count = int(self._job.seconds * (self._job.rate or _FASTEST) / self._job.conversations) + 2
        request = partial(self._request, number)
        return Follower(request, [request(said) for said in range(count)])

    def is_reply(self, body: bytes) -> bool:
        """Whether an answer holds a text, sealed for us."""
        try:
            envelope = xml.read(body)
            stamp = Stamp(*map(envelope.of, ("MsgSignature", "TimeStamp", "Nonce")))
            plain = self._seal.open(stamp, envelope.of("Encrypt"))
            return bool(xml.read(plain).of("Content"))
        except BadCallback:
            return False

    def _request(self, number: int, said: int) -> bytes:
        texts = self._job.texts
        plain = xml.write(
            {
                "ToUserName": "gh_bench",
                "FromUserName": f"o{self._job.first:015}-{number:06}",
                "CreateTime": int(time.time()),
                "MsgType": "text",
                "Content": texts[(number * 7 + said) % len(texts)],
                "MsgId": (self._job.first + number) * 1_000_000 + said,
            }
        )
        body = self._seal.close(plain).encode()
        sealed = xml.read(body)
        query = urlencode(
            {
                "timestamp": sealed.of("TimeStamp"),
                "nonce": sealed.of("Nonce"),
                "encrypt_type": "aes",
                "msg_signature": sealed.of("MsgSignature"),
            }
        )
        head = f"POST /wechat?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}"
        return head.encode() + _HEAD_END + body


async def load(job: Pushes) -> dict[str, Any]:
    """Open all connections with one push each, then time them all talking at once."""
    platform, tally, loop = Platform(job), Tally(), asyncio.get_running_loop()
    followers = [platform.follower(number) for number in range(job.conversations)]
    every = job.conversations / job.rate if job.rate else 0.0
    share = every / job.conversations
    lines = [Connection(f, tally, every, share * place) for place, f in enumerate(followers)]
    for line in lines:
        await loop.create_connection(partial(_itself, line), "127.0.0.1", job.port)
    async with asyncio.timeout(job.seconds + PATIENCE):
        await _all_talk(lines, until=0.0)
        begun, busy = time.perf_counter(), time.process_time()
        await _all_talk(lines, until=begun + job.seconds)
        tally.seconds = time.perf_counter() - begun
        busy = time.process_time() - busy
    for line in lines:
        line.close()
    _look_at(platform, followers, tally)
    return counted(tally, busy)


def _itself(line: Connection) -> Connection:
    return line


async def _all_talk(lines: list[Connection], until: float) -> None:
    for line in lines:
        line.talk(until)
    await asyncio.gather(*(line.quiet for line in lines))


def _look_at(platform: Platform, followers: list[Follower], tally: Tally) -> None:
    """Every answer is opened: only a reply counts as one."""
    bodies = [body for follower in followers for body in follower.replies]
    tally.answers = len(bodies)
    tally.replies = sum(map(platform.is_reply, bodies))
    if tally.replies != tally.answers:
        tally.bad = f"{tally.bad} {tally.answers - tally.replies} answers hold no reply".strip()


def main() -> None:
    """Do the job on stdin."""
    fields = json.loads(sys.stdin.read())
    job = Pushes(**{**fields, "texts": tuple(fields["texts"]), "keys": tuple(fields["keys"])})
    json.dump(asyncio.run(load(job)), sys.stdout)


if __name__ == "__main__":
    main()
