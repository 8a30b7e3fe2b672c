"""What keeping costs at least: aiohttp and a database by hand, answering everybody the same.

What arrives together is committed together, update and reply, before it is answered 200; then the
reply is sent, and marked as sent with the next commit. On uvloop, as the house. Runs in a process
of its own: `python -m bot.cli.bench.bot_floor <api> <token> <database>`, which is a file or the
address of a PostgreSQL. Says its port on stdout, stops at SIGTERM.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from typing import Any, Protocol

import aiohttp
import orjson
import psycopg
from aiohttp import web

from bot.cli.bench.answer import answer
from bot.cli.bench.databases import Kept
from bot.cli.bench.serving import until_stopped

Turn = tuple[int, str, str]  # the number of an update, the update, the reply to it
_TABLES = (
    "CREATE TABLE updates (id BIGINT PRIMARY KEY, said TEXT NOT NULL)",
    "CREATE TABLE replies (id BIGINT PRIMARY KEY, said TEXT NOT NULL, sent BOOLEAN NOT NULL)",
)
_ALL_AT_ONCE = """
WITH kept AS (INSERT INTO updates SELECT * FROM unnest(%(ids)s::bigint[], %(updates)s::text[])),
said AS (INSERT INTO replies
         SELECT id, said, false FROM unnest(%(ids)s::bigint[], %(replies)s::text[]) AS t(id, said))
UPDATE replies SET sent = true WHERE id = ANY(%(sent)s::bigint[])
"""


class Store(Protocol):
    """A database that keeps turns."""

    def commit(self, turns: list[Turn], sent: list[int]) -> None:
        """Keep these, and mark the replies to those as sent: all in one transaction."""


class OnSqlite:
    """As durable as the house is there."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", *_TABLES):
            self._db.execute(line)

    def commit(self, turns: list[Turn], sent: list[int]) -> None:
        """A statement each, for all rows."""
        run = self._db.executemany
        self._db.execute("BEGIN IMMEDIATE")
        run("INSERT INTO updates VALUES (?, ?)", [(number, said) for number, said, _ in turns])
        run("INSERT INTO replies VALUES (?, ?, 0)", [(number, said) for number, _, said in turns])
        run("UPDATE replies SET sent = 1 WHERE id = ?", [(number,) for number in sent])
        self._db.execute("COMMIT")


class OnPostgresql:
    """As durable as the server is set to be."""

    def __init__(self, db: psycopg.Connection) -> None:
        self._db = db
        for line in _TABLES:
            self._db.execute(line)

    def commit(self, turns: list[Turn], sent: list[int]) -> None:
        """One statement, which is a transaction: the server is waited for once."""
        ids, updates, replies = ([turn[at] for turn in turns] for at in range(3))
        rows = {"ids": ids, "updates": updates, "replies": replies, "sent": sent}
        self._db.execute(_ALL_AT_ONCE, rows)


def opened(database: str) -> Store:
    """An empty database: a file, or the address of a PostgreSQL; a transaction is as we say."""
    if "://" in database:
        return OnPostgresql(psycopg.connect(database, autocommit=True))
    return OnSqlite(sqlite3.connect(database, isolation_level=None, check_same_thread=False))


class Keeper:
    """Commits whatever came while the last commit was under way."""

    def __init__(self, store: Store) -> None:
        self._store, self._due = store, asyncio.Event()
        self._turns: list[tuple[Turn, asyncio.Future[None]]] = []
        self._sent: list[int] = []

    async def keep(self, turn: Turn) -> None:
        """Ends when it is committed."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns.append((turn, kept))
        self._due.set()
        await kept

    def sent(self, number: int) -> None:
        """Have the reply to that update marked."""
        self._sent.append(number)
        self._due.set()

    async def run(self) -> None:
        """Commit for ever."""
        while await self._due.wait():
            self._due.clear()
            turns, sent = self._turns, self._sent
            self._turns, self._sent = [], []
            await asyncio.to_thread(self._store.commit, [turn for turn, _kept in turns], sent)
            for _turn, kept in turns:
                kept.set_result(None)


async def serve(api: str, token: str, database: str) -> None:
    """Answer until told to stop."""
    keeper = Keeper(opened(database))
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as tasks:

        async def send(number: int, reply: str) -> None:
            headers = {"Content-Type": "application/json"}
            url = f"{api}/bot{token}/sendMessage"
            async with session.post(url, data=reply.encode(), headers=headers) as sent:
                await sent.read()
            keeper.sent(number)

        async def hear(request: web.Request) -> web.Response:
            update = orjson.loads(said := await request.text())
            number, reply = update["update_id"], _reply(update["message"])
            await keeper.keep((number, said, reply))
            tasks.create_task(send(number, reply))
            return web.Response()

        keeping = tasks.create_task(keeper.run())
        app = web.Application()
        app.router.add_post("/", hear)
        await until_stopped(app)
        keeping.cancel()


def _reply(message: dict[str, Any]) -> str:
    words, buttons = answer(message["text"])
    keyboard = {"inline_keyboard": [[{"text": t, "callback_data": t}] for t in buttons]}
    said = {"chat_id": message["chat"]["id"], "text": words, "reply_markup": keyboard}
    return orjson.dumps(said).decode()


def stored(database: str) -> Kept:
    """The rows that are there; an update that is stored is done."""
    connect: Any = psycopg.connect if "://" in database else sqlite3.connect
    with closing(connect(database)) as opened:
        counted = [
            opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own
            for table in ("updates", "replies")
        ]
    return Kept(counted[0], *counted)


if __name__ == "__main__":
    import uvloop  # nobody else needs it, and not every machine has it

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(serve(*sys.argv[1:4]))
