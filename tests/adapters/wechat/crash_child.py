"""The WeChat channel in a process of its own that kills itself at a chosen step."""

import asyncio
import os
import signal
import socket
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import event

from adapters.wechat import WeChatChannel
from bot.channel import Channel, Desk
from bot.config import Settings
from bot.counter import DatabaseCounter
from bot.database import Database
from bot.flood import FloodGate
from bot.inbox import Inbox
from bot.mailbox import DatabaseMailbox
from bot.message import Address
from bot.metrics import Metrics
from bot.server import web_application
from bot.turns import Turns
from bot.wakeups import Wakeups
from tests.crash_child import Echo


def run(settings: Settings, listening: socket.socket, kill_at: int, now: datetime) -> None:
    """Serve until killed: at that step of the database's, or from outside."""
    asyncio.run(_serve(settings, listening, kill_at, now))


async def _serve(settings: Settings, listening: socket.socket, kill_at: int, now: datetime) -> None:
    database = Database(settings.database())
    channel = _channel(settings, database, now)
    runner = web.AppRunner(web_application(database, [channel], Metrics()))
    await runner.setup()
    await web.SockSite(runner, listening).start()
    _watch(database, kill_at, settings.data_dir / "steps")
    (settings.data_dir / "ready").touch()
    await asyncio.Event().wait()


def _channel(settings: Settings, database: Database, now: datetime) -> Channel:
    """The real parts behind a brain that counts: a whole house takes a second to start."""
    wakeups, reach = Wakeups(), {"wechat": WeChatChannel.can}
    inbox = Inbox(database, Turns(Echo(), "en", reach), wakeups, FloodGate(), lambda: now)
    return WeChatChannel(
        Desk(
            settings=settings,
            accept=inbox.accept,
            mailbox=DatabaseMailbox(database, lambda: now),
            wakeups=wakeups,
            counter=DatabaseCounter(database, lambda: now),
            move=_stay,
            database=database,
            bury=inbox.bury,
            now=lambda: now,
            in_work=inbox.in_work,
            spoken=inbox.spoken,
        )
    )


async def _stay(_old: Address, _new: Address) -> None:
    return None


def _watch(database: Database, kill_at: int, counted: Path) -> None:
    """A step is a statement that writes, or a commit: only they change what is left behind."""
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1
        counted.write_text(str(taken), encoding="utf-8")
        if taken == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(_connection: Any, _cursor: Any, sql: str, *_anything: Any) -> None:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            step()

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", lambda _connection: step())
