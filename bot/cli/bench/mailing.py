"""A house that sends one broadcast on Telegram, in a process of its own; it may be killed.

`python -m bot.cli.bench.mailing <database> <api> <token>`: what is due begins, what waits is sent,
with the house's own clock, delivery and channel, but without the pace that is kept for Telegram's
sake. Says `ready`, and at the end one line of JSON.
"""

import asyncio
import gc
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import event, text

from adapters.telegram import TelegramChannel
from bot import lapsing
from bot.bulk import BulkDeliverer
from bot.channel import Desk
from bot.config import Settings
from bot.counter import DatabaseCounter
from bot.database import Database
from bot.mailbox import DatabaseMailbox
from bot.pace import Pace
from bot.quiet import Assumed, Quiet
from bot.sending import Sender
from bot.services.audience import Open
from bot.services.broadcast_clock import look_after_broadcasts
from bot.wakeups import Wakeups

AHEAD = timedelta(minutes=2)  # of the wall: what was sent off a moment ago is due, leases lapse
_LOOK = 0.1  # seconds
_LEFT = text(
    "SELECT 1 FROM outbox WHERE kind = 'broadcast' AND broadcast_id = 1 "
    "AND state IN ('queued', 'sending') LIMIT 1"
)


async def mail(url: str, api: str, token: str, ahead: timedelta) -> dict[str, Any]:
    """Begin, drain, and what that took."""

    def now() -> datetime:
        return datetime.now(UTC) + ahead

    database, wakeups = Database(url), Wakeups()
    lapsing.release_lapsed(database, now())
    TelegramChannel.pace = Pace()
    settings = Settings(secret=token, telegram_token=token, telegram_api=api)
    channel = TelegramChannel(_desk(settings, database, wakeups, now))
    before, begun = _memory(), time.perf_counter()
    queued = look_after_broadcasts(database, now(), channels())
    queueing = time.perf_counter() - begun
    sender = Sender({channel.name: channel}, database, now)
    night = Assumed(ZoneInfo("UTC"), Quiet.read(""))
    bulk, commits = BulkDeliverer(database, sender, wakeups, now, night), _commits(database)
    gc.collect()
    gc.freeze()  # as a house does when it is built
    print("ready", flush=True)  # noqa: T201 - for who started us
    busy, begun = time.process_time(), time.perf_counter()
    working = asyncio.create_task(bulk.run())
    # The rows say when it is through; no event does.
    while await asyncio.to_thread(_is_under_way, database):  # noqa: ASYNC110 - it is seen in rows
        await asyncio.sleep(_LOOK)
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    working.cancel()
    await asyncio.wait([working])
    await channel.close()
    database.close()
    told = {"queued": queued, "queueing": queueing, "seconds": seconds, "busy": busy}
    return told | {"commits": len(commits), "grown": _memory() - before}


def channels() -> Open:
    """Telegram alone."""
    return Open({TelegramChannel.name: TelegramChannel.can})


def _desk(settings: Settings, database: Database, wakeups: Wakeups, now: Any) -> Desk:
    """Nothing comes in here."""

    async def nobody(*_anything: Any) -> Any:
        raise RuntimeError("somebody wrote to a house that only sends")

    async def mute(*_anybody: Any) -> None:
        return None

    return Desk(
        settings,
        accept=nobody,
        mailbox=DatabaseMailbox(database, now),
        wakeups=wakeups,
        counter=DatabaseCounter(database, now),
        move=nobody,
        database=database,
        bury=nobody,
        now=now,
        in_work=nobody,
        spoken=mute,
    )


def _commits(database: Database) -> list[object]:
    counted: list[object] = []
    event.listen(database.engine, "commit", counted.append)
    return counted


def _is_under_way(database: Database) -> bool:
    with database.read() as connection:
        return connection.execute(_LEFT).first() is not None


def _memory() -> int:
    """The most bytes this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    _url, _api, _token, _times = sys.argv[1:5]
    _told = asyncio.run(mail(_url, _api, _token, AHEAD * int(_times)))
    print(orjson.dumps(_told).decode())  # noqa: T201 - for who started us
