"""Two senders on one outbox, killed at random moments and begun anew (C02).

As many kills as one likes: CITYBOT_CRASH_KILLS=200 CITYBOT_CRASH_PEOPLE=3000 pytest --timeout=3600
"""

import asyncio
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot import lapsing, outbox
from bot.bulk import FLIGHT as BULK_FLIGHT
from bot.bulk import BulkDeliverer
from bot.channel import Sent
from bot.database import Database
from bot.delivery import FLIGHT, Deliverer
from bot.message import Address, Reply
from bot.models import Outbox
from bot.quiet import Assumed, Quiet
from bot.sending import Sender
from bot.wakeups import Wakeups
from tests.broadcasting import MINUTE, START, City, Post

KILLS = int(os.environ.get("CITYBOT_CRASH_KILLS", "6"))
PEOPLE = int(os.environ.get("CITYBOT_CRASH_PEOPLE", "400"))
LEASE = timedelta(seconds=2)  # a minute, where nobody waits for it
NO_NIGHT = Assumed(ZoneInfo("UTC"), Quiet.read(""))
processes = multiprocessing.get_context("fork")


class Paper(Post):
    """What arrives is a line in a file, there before the platform's answer is."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def send(self, to: Address, reply: Reply) -> Sent:
        os.write(self._file, f"{reply.text.splitlines()[0]} {to.user}\n".encode())
        await asyncio.sleep(random.uniform(0, 0.2))
        return Sent("taken")


def send(url: str, ledger: Path, begun: float) -> None:
    """A process that delivers, and looks after what others left, until it is killed."""
    outbox.LEASE = LEASE

    def now() -> datetime:
        return START + 2 * MINUTE + timedelta(seconds=time.monotonic() - begun)

    async def work() -> None:
        database = Database(url)
        sender = Sender({"post": Paper(ledger)}, database, now)
        bulk = BulkDeliverer(database, sender, Wakeups(), now, NO_NIGHT)
        async with asyncio.TaskGroup() as parts:
            parts.create_task(Deliverer(database, sender, Wakeups(), now).run())
            parts.create_task(bulk.run())
            while True:
                await asyncio.to_thread(lapsing.release_lapsed, database, now())
                await asyncio.sleep(0.3)

    asyncio.run(work())


@contextmanager
def sending(*told: object) -> Iterator[None]:
    child = processes.Process(target=send, args=told)
    child.start()
    yield
    child.kill()
    child.join()


def states(url: str, kind: str) -> Counter[str]:
    """How many rows of that kind are in each state. Nothing stays open: we fork."""
    counted = select(Outbox.state, func.count()).where(Outbox.kind == kind).group_by(Outbox.state)
    with closing(Database(url)) as database, database.read() as connection:
        return Counter(dict(connection.execute(counted).all()))


def written(url: str) -> None:
    """A reply and news for each."""
    with closing(Database(url)) as database:
        city = City(database)
        for n in range(PEOPLE):
            city.person(f"p{n}", "post")
        city.sent(hours=300)
        drafts = [outbox.Draft(Address("post", f"p{n}"), Reply("Yes.")) for n in range(PEOPLE)]
        with database.write() as connection:
            outbox.add(connection, drafts, city.now)


def is_open(url: str) -> bool:
    rows = states(url, "reply") + states(url, "broadcast")
    return bool({"queued", "sending"} & rows.keys())


@pytest.mark.timeout(3600)
def test_random_kills_lose_no_reply_and_double_no_news(database_url: str, tmp_path: Path) -> None:
    written(database_url)
    ledger, begun, kills = tmp_path / "arrived", time.monotonic(), 0
    told = (database_url, ledger, begun)
    while kills < KILLS and is_open(database_url):
        with sending(*told), sending(*told):
            time.sleep(random.uniform(0.05, 0.3))
        kills += 2
    with sending(*told), sending(*told):
        while is_open(database_url):
            time.sleep(0.1)
    arrived = Counter(ledger.read_text(encoding="utf-8").splitlines())
    answers = {who: n for who, n in arrived.items() if who.startswith("Yes.")}
    news = {who: n for who, n in arrived.items() if who.startswith("Good news.")}
    assert kills, "all was sent before anybody was killed"
    assert states(database_url, "reply") == {"sent": PEOPLE}
    assert len(answers) == PEOPLE  # none is lost
    assert sum(answers.values()) - PEOPLE <= kills * FLIGHT
    became = states(database_url, "broadcast")
    assert max(news.values()) == 1  # none is doubled
    assert became.total() == PEOPLE
    assert PEOPLE - len(news) <= became["unsure"] <= kills * BULK_FLIGHT
