"""A process that stands still, as one does whose machine sleeps or is gone: it holds up nobody.

It is stopped (SIGSTOP) where it hurts most, others do its work, and then it goes on (SIGCONT): what
it still wants to write counts for nothing.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bot import lapsing, sole
from bot.channel import Channel, Sent
from bot.conversation import Conversation
from bot.database import Database
from bot.delivery import Deliverer
from bot.dialog import Transaction
from bot.engine import Result
from bot.flood import FloodGate
from bot.inbox import Inbox
from bot.message import Address, Capabilities, Event, Message, Reply
from bot.models import Inbox as InboxRow
from bot.models import Outbox
from bot.outgoing import Kind
from bot.sending import Sender
from bot.sole import Sole
from bot.turns import Turns
from bot.wakeups import Wakeups

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
ANNA = Address("ledger", "anna")
# This process holds no threads and no open database when it forks.
processes = multiprocessing.get_context("fork")


@contextmanager
def frozen(*work: Any) -> Iterator[BaseProcess]:
    """A process that was stopped in the middle of that work; it says itself when it gets there."""
    child = processes.Process(target=work[0], args=work[1:])
    child.start()
    assert child.pid
    try:
        assert os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
        yield child
    finally:
        child.kill()
        child.join()


def stand_still() -> None:
    """At once: sent to the process, another thread might take it, and this one go on meanwhile."""
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def go_on(child: BaseProcess) -> None:
    assert child.pid
    os.kill(child.pid, signal.SIGCONT)
    child.join(20)


# -- the right to be the only one --------------------------------------------------------------


def hold(url: str, silence: int) -> None:
    sole.SILENCE = silence

    async def work() -> None:
        stand_still()
        await asyncio.sleep(60)

    asyncio.run(Sole(Database(url), "clock").run(work))


async def seconds_until_another_has_it(url: str, most: float) -> float | None:
    """How long a second process waits for the right; None where that is too long."""
    taken, loop = asyncio.Event(), asyncio.get_running_loop()
    begun = loop.time()

    async def work() -> None:
        taken.set()

    with closing(Database(url)) as database:
        seeking = asyncio.create_task(Sole(database, "clock").run(work))
        await asyncio.wait([seeking], timeout=most)
        seeking.cancel()
        await asyncio.wait([seeking])
    return loop.time() - begun if taken.is_set() else None


async def test_the_right_of_a_process_that_stands_still_goes_to_another(postgres_url: str) -> None:
    with frozen(hold, postgres_url, 1):
        assert await seconds_until_another_has_it(postgres_url, 15) is not None


async def test_without_an_end_to_silence_it_would_keep_it(postgres_url: str) -> None:
    """The guard-off twin: 0 is never."""
    with frozen(hold, postgres_url, 0):
        assert await seconds_until_another_has_it(postgres_url, 3) is None


# -- a turn ------------------------------------------------------------------------------------


class Echo:
    """A brain that echoes; `hesitates` in its first turn, inside the transaction."""

    def __init__(self, *, hesitates: bool = False) -> None:
        self.hesitates = hesitates

    def take_turn(self, talk: Conversation, event: Event, transaction: Transaction) -> Result:
        if self.hesitates:
            self.hesitates = False
            stand_still()
        assert isinstance(event, Message)
        return Result(talk, (Reply(event.text),))


@asynccontextmanager
async def door(url: str, brain: Echo) -> AsyncIterator[Inbox]:
    with closing(Database(url)) as database:
        inbox = Inbox(database, Turns(brain, "en"), Wakeups(), FloodGate(), lambda: NOW)
        yield inbox
        await inbox.close()


def hear(url: str) -> None:
    """Take a turn and stop in its middle; what is committed after that would be too late."""

    async def accept() -> None:
        async with door(url, Echo(hesitates=True)) as inbox:
            await inbox.accept(Message("m1", ANNA, "hello", NOW))

    asyncio.run(accept())


def impatient(url: str, seconds: int) -> str:
    return f"{url}?options=-c%20idle_in_transaction_session_timeout%3D{seconds}s"


async def test_what_a_process_stood_still_over_is_taken_by_another_and_counts_once(
    postgres_url: str,
) -> None:
    """The platform heard no 'ok', and sends it again: to somebody who is awake."""
    with frozen(hear, impatient(postgres_url, 1)) as child:
        async with door(postgres_url, Echo()) as inbox:
            accepted = await inbox.accept(Message("m1", ANNA, "hello", NOW))
        go_on(child)
        assert child.exitcode == 1  # its transaction is gone; its platform hears that
    assert [d.reply.text for d in accepted.deliveries] == ["hello"]
    assert told(postgres_url, InboxRow.state) == ["done"]
    assert told(postgres_url, Outbox.state) == ["queued"]


def told(url: str, column: Any) -> list[object]:
    with closing(Database(url)) as database, database.read() as connection:
        return list(connection.scalars(select(column)))


# -- a lease -----------------------------------------------------------------------------------


class Ledger(Channel):
    """A channel whose platform is a file: one line for each message it took."""

    name = "ledger"
    can = Capabilities()

    def __init__(self, path: Path, *, hesitates: bool) -> None:
        self._path, self._hesitates = path, hesitates

    async def send(self, to: Address, reply: Reply) -> Sent:
        if self._hesitates:
            stand_still()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{reply.text.splitlines()[0]}\n")
        return Sent("late" if self._hesitates else "in time")


def deliver(url: str, path: Path, now: datetime, hesitates: bool = True) -> None:
    async def work() -> None:
        with closing(Database(url)) as database:
            lapsing.release_lapsed(database, now)
            channels = {"ledger": Ledger(path, hesitates=hesitates)}
            sender = Sender(channels, database, lambda: now)
            while await Deliverer(database, sender, Wakeups(), lambda: now).deliver():
                pass

    asyncio.run(work())


async def test_a_lease_that_lapsed_meanwhile_counts_for_nothing(
    database_url: str, tmp_path: Path
) -> None:
    """It is said again by another, and so twice; the ledger says what the other knows."""
    queue(database_url, "reply")
    ledger = tmp_path / "ledger"
    with frozen(deliver, database_url, ledger, NOW) as child:
        await asyncio.to_thread(deliver, database_url, ledger, NOW + timedelta(minutes=2), False)
        go_on(child)
        assert child.exitcode == 0
    assert ledger.read_text(encoding="utf-8") == "hello\nhello\n"
    assert told(database_url, Outbox.platform_ref) == ["in time"]
    assert told(database_url, Outbox.attempts) == [2]


def queue(url: str, kind: Kind) -> None:
    row: dict[str, Any] = {"channel": "ledger", "address": str(ANNA), "kind": kind}
    row |= {"body": {"text": "hello"}, "created_at": NOW, "due_at": NOW}
    with closing(Database(url)) as database, database.write() as connection:
        connection.execute(insert(Outbox).values(row | {"state": "queued", "attempts": 0}))
