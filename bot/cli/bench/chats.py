"""A lean Telegram: people who write by webhook, and the Bot API their bot answers through.

Runs in a process of its own, as a file and on the standard library alone, so that it takes as
little as possible of the machine it measures on. Says its port on stdout; then each line on stdin
is a job as JSON, each on stdout what was counted.

https://core.telegram.org/bots/api
"""

import asyncio
import itertools
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

PATIENCE = 60.0  # seconds a round may take beyond its own, before it counts as hanging
OWN = 8  # texts of one person: written beforehand, so that writing them takes no time
_END = b"\r\n\r\n"
_CALL = re.compile(rb"^(?:POST|GET) /bot(\d+):[^/]*/(\w+)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CHAT = re.compile(rb'chat_id"?[:=] *"?(\d+)')
_SENT = (
    b'{"ok":true,"result":{"message_id":%d,"date":1780000000,"chat":{"id":%d,"type":"private",'
    b'"first_name":"A"},"from":{"id":%d,"is_bot":true,"first_name":"City"},"text":"Hello"}}'
)
_ME = b'{"ok":true,"result":{"id":%d,"is_bot":true,"first_name":"City","username":"CityBot"}}'
_TRUE = b'{"ok":true,"result":true}'


@dataclass(frozen=True, slots=True)
class Chats:
    """What a round asks for: so many people write to a bot, each again when it has answered.

    texts       what is said; everybody has their own few of them, and says these in turn
    first_user  the number of the first person; the others follow
    latency     seconds after which the Bot API does what it is asked, and says so
    """

    bot: int
    port: int
    path: str
    secret: str
    conversations: int
    seconds: float
    texts: tuple[str, ...]
    first_user: int
    latency: float = 0.0


@dataclass(slots=True)
class Tally:
    """What came back: updates that were answered 200 and by a message, and how long they took."""

    answers: int = 0
    replies: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bad: str = ""


class Telegram:
    """Everything both ends share: who writes, and where bots want their updates."""

    def __init__(self) -> None:
        self.people: dict[tuple[int, int], Person] = {}
        self.hooks: dict[int, tuple[str, str]] = {}
        self.counted: dict[int, Counter[int]] = {}  # messages to each chat, of bots that ask for it
        self.calls, self.latency = 0, 0.0
        self.update_id = 100_000_000  # nine digits, as updates are written beforehand

    def answer(self, head: bytes, body: bytes) -> bytes:
        """What a call of the Bot API is answered."""
        found = _CALL.match(head)
        bot, method = (int(found[1]), found[2]) if found else (0, b"")
        if method == b"getMe":
            return _ME % bot
        if method == b"setWebhook":
            told = json.loads(body)
            self.hooks[bot] = (told["url"], told.get("secret_token", ""))
        if method != b"sendMessage":
            return _TRUE
        return self._sent(bot, int(found[1]) if (found := _CHAT.search(body)) else 0)

    def _sent(self, bot: int, chat: int) -> bytes:
        self.calls += 1
        if bot in self.counted:
            self.counted[bot][chat] += 1
        if person := self.people.get((bot, chat)):
            person.heard()
        return _SENT % (self.calls, chat, bot)


Job = Callable[[Telegram, dict[str, Any]], Awaitable[Any]]


class Api(asyncio.Protocol):
    """One connection of a bot's."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram, self._buffer = telegram, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what we write to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every whole call."""
        self._buffer += data
        while _END in self._buffer:
            head, _end, rest = self._buffer.partition(_END)
            found = _LENGTH.search(head)
            size = int(found[1]) if found else 0
            if len(rest) < size:
                return
            body, self._buffer = rest[:size], rest[size:]
            if latency := self._telegram.latency:
                asyncio.get_running_loop().call_later(latency, self._answer, head, body)
            else:
                self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        said = self._telegram.answer(head, body)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(said), said)
        )


class Person(asyncio.Protocol):
    """Somebody who writes to the bot, over a connection of Telegram's to its webhook."""

    def __init__(self, telegram: Telegram, chats: Chats, user: int, tally: Tally) -> None:
        self._telegram, self._tally = telegram, tally
        texts = (chats.texts[(user * OWN + n) % len(chats.texts)] for n in range(OWN))
        self._updates = itertools.cycle([_update(chats, user, text) for text in texts])
        self._taken = self._answered = False
        self._until = self._said_at = 0.0
        self._said = b""
        self.quiet: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what we write to."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        """Nobody hangs up on us while we wait for an answer."""
        self._end("connection lost")

    def data_received(self, data: bytes) -> None:
        """The webhook took the update, or did not; 204 is as good as 200."""
        if not data.startswith(b"HTTP/1.1 2"):
            self._end(data.split(b"\r\n", 1)[0].decode("latin-1"))
        self._taken = True
        self._go_on()

    def heard(self) -> None:
        """The bot wrote to this person."""
        self._tally.replies += 1
        self._answered = True
        self._go_on()

    def talk(self, until: float) -> None:
        """Begin; `quiet` is set when an answer comes after `until`, on the monotonic clock."""
        self._until = until
        self.quiet = asyncio.get_running_loop().create_future()
        if self._transport.is_closing():
            self._end("connection lost")
        else:
            self._say()

    def repeat(self) -> None:
        """Push the same update again, as Telegram does with one that was refused."""
        self._taken = False
        self.quiet = asyncio.get_running_loop().create_future()
        self._transport.write(self._said)

    def close(self) -> None:
        """Hang up."""
        self.quiet.cancel()
        self._transport.close()

    def _say(self) -> None:
        self._taken = self._answered = False
        self._said_at = time.perf_counter()
        self._telegram.update_id += 1
        before, after = next(self._updates)
        self._said = b"%b%d%b" % (before, self._telegram.update_id, after)
        self._transport.write(self._said)

    def _go_on(self) -> None:
        if not (self._taken and self._answered):
            return
        now = time.perf_counter()
        self._tally.answers += 1
        if self._until:
            self._tally.latencies.append(now - self._said_at)
        if now < self._until:
            self._say()
        else:
            self._end("")

    def _end(self, complaint: str) -> None:
        if not self.quiet.done():
            self._tally.bad = self._tally.bad or complaint
            self.quiet.set_result(None)


def _update(chats: Chats, user: int, text: str) -> tuple[bytes, bytes]:
    """An update before and after the nine digits of its number."""
    person = {"id": user, "first_name": "Anna"}
    message = {
        "message_id": 5,
        "date": int(time.time()),
        "chat": person | {"type": "private"},
        "from": person | {"is_bot": False, "language_code": "en"},
        "text": text,
    }
    after = b',"message":%b}' % json.dumps(message, ensure_ascii=False).encode()
    before = b'{"update_id":'
    head = (
        f"POST {chats.path} HTTP/1.1\r\nHost: 127.0.0.1:{chats.port}\r\n"
        f"Content-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: {chats.secret}\r\n"
        f"Content-Length: {len(before) + 9 + len(after)}\r\n\r\n"
    ).encode()
    return head + before, after


async def play(telegram: Telegram, chats: Chats) -> dict[str, Any]:
    """Open all conversations with one message each, then time them all at once."""
    tally, loop = Tally(), asyncio.get_running_loop()
    users = range(chats.first_user, chats.first_user + chats.conversations)
    people = [Person(telegram, chats, user, tally) for user in users]
    telegram.people = {(chats.bot, u): p for u, p in zip(users, people, strict=True)}
    telegram.latency = chats.latency
    for person in people:
        await loop.create_connection(partial(_itself, person), "127.0.0.1", chats.port)
    async with asyncio.timeout(chats.seconds + PATIENCE):
        await _all_talk(people, until=0.0)
        begun, busy = time.perf_counter(), time.process_time()
        await _all_talk(people, until=begun + chats.seconds)
        tally.seconds = time.perf_counter() - begun
        busy = time.process_time() - busy
    for person in people:
        person.close()
    return _counted(tally, busy)


def _itself(person: Person) -> Person:
    return person


async def _all_talk(people: list[Person], until: float) -> None:
    for person in people:
        person.talk(until)
    await asyncio.gather(*(person.quiet for person in people))


def _counted(tally: Tally, busy: float) -> dict[str, Any]:
    """As load.py counts; times in seconds, `busy` our share of one core."""
    ranked = sorted(tally.latencies) or [0.0]
    return {
        "answers": tally.answers,
        "replies": tally.replies,
        "rate": len(ranked) / tally.seconds if tally.seconds else 0.0,
        "p50": ranked[len(ranked) // 2],
        "p99": ranked[len(ranked) * 99 // 100],
        "busy": busy / tally.seconds if tally.seconds else 0.0,
        "bad": tally.bad,
    }


async def done(telegram: Telegram, told: dict[str, Any]) -> Any:
    """What a job is answered."""
    if "hook" in told:  # where that bot wants its updates; empty while it has not said
        return telegram.hooks.get(told["hook"], ("", ""))
    if "counted" in told:  # messages of that bot from now on, and to how many chats
        found = telegram.counted.setdefault(told["counted"], Counter())
        return found.total(), len(found)
    return await play(telegram, Chats(**{**told, "texts": tuple(told["texts"])}))


async def serve(job: Job = done) -> None:
    """Serve the Bot API, and do jobs until stdin ends."""
    telegram, loop = Telegram(), asyncio.get_running_loop()
    server = await loop.create_server(partial(Api, telegram), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the protocol
    while line := await asyncio.to_thread(sys.stdin.readline):
        answer = await job(telegram, json.loads(line))
        print(json.dumps(answer), flush=True)  # noqa: T201 - likewise
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
