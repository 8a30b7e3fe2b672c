"""A house in a process of its own that kills itself at a chosen step. See test_crash.py."""

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event

from bot import lapsing
from bot.bulk import BulkDeliverer
from bot.channel import Channel, Desk, Sent
from bot.conversation import Conversation
from bot.database import Database
from bot.delivery import Deliverer
from bot.dialog import Transaction
from bot.engine import Result
from bot.flood import FloodGate
from bot.inbox import Inbox
from bot.message import Address, Capabilities, Event, Message, Reply
from bot.quiet import Assumed, Quiet
from bot.sending import Sender
from bot.turns import Turns
from bot.wakeups import Wakeups

_NO_NIGHT = Assumed(ZoneInfo("UTC"), Quiet.read(""))


class Echo:
    """A brain that counts and echoes."""

    def take_turn(self, talk: Conversation, event: Event, transaction: Transaction) -> Result:
        assert isinstance(event, Message)
        count = int(talk.memory.get("count", 0)) + 1
        return Result(talk.remember({"count": count}), (Reply(f"{count}: {event.text}"),))


@dataclass
class Steps:
    """Counts the steps of a run, and kills this very process at the chosen one."""

    kill_at: int
    taken: int = 0

    def step(self, *_anything: Any) -> None:
        self.taken += 1
        if self.taken == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Ledger(Channel):
    """A channel whose platform is a file that survives us: one line a message it took."""

    name = "ledger"
    can = Capabilities()

    def __init__(self, desk: Desk | None, path: Path, steps: Steps) -> None:
        self._path, self._steps = path, steps

    async def send(self, to: Address, reply: Reply) -> Sent:
        self._steps.step()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{to} {' '.join(reply.text.split())}\n")
            os.fsync(file.fileno())
        self._steps.step()
        return Sent("ok")


def run(url: str, ledger: Path, kill_at: int, now: datetime, kind: str = "reply") -> None:
    """Do one of DOINGS, and deliver everything; leaves the number of steps beside the ledger."""
    steps = Steps(kill_at)
    database = Database(url)
    for name in ("before_cursor_execute", "commit"):
        event.listen(database.engine, name, steps.step)
    asyncio.run(DOINGS[kind](database, ledger, steps, now))
    database.close()
    ledger.with_suffix(".steps").write_text(str(steps.taken), encoding="utf-8")


async def _talk(database: Database, ledger: Path, steps: Steps, now: datetime) -> None:
    wakeups = Wakeups()
    inbox = Inbox(database, Turns(Echo(), "en"), wakeups, FloodGate(), lambda: now)
    await inbox.accept(
        Message("m1", Address("ledger", "anna"), "hello", datetime(2026, 5, 4, tzinfo=UTC))
    )
    while await inbox.sweep():
        pass
    await inbox.close()
    await _deliver(database, ledger, steps, now)


async def _deliver(database: Database, ledger: Path, steps: Steps, now: datetime) -> None:
    lapsing.release_lapsed(database, now)
    channel = Ledger(None, ledger, steps)
    sender, wakeups = Sender({"ledger": channel}, database, lambda: now), Wakeups()
    to_one = Deliverer(database, sender, wakeups, lambda: now)
    to_many = BulkDeliverer(database, sender, wakeups, lambda: now, _NO_NIGHT)
    while await to_one.deliver() + await to_many.deliver():
        pass


async def _talk_at_once(database: Database, ledger: Path, steps: Steps, now: datetime) -> None:
    """Replies are claimed where they are added, and written down with the next message."""
    channel, wakeups = Ledger(None, ledger, steps), Wakeups()
    sender = Sender({"ledger": channel}, database, lambda: now)
    deliverer = Deliverer(database, sender, wakeups, lambda: now)
    inbox = Inbox(database, Turns(Echo(), "en"), wakeups, FloodGate(), lambda: now)
    inbox.sends_by(deliverer.boarding)
    delivering = asyncio.create_task(deliverer.run())
    while not deliverer._at_work:  # its first look
        await asyncio.sleep(0.01)
    for number, user in enumerate(("anna", "ben")):
        aloft = deliverer._aloft["ledger"]
        before = aloft.landings + len(aloft.tasks)
        heard = await inbox.accept(Message(f"m{number}", Address("ledger", user), "hello", now))
        assert heard.status == "known" or aloft.landings + len(aloft.tasks) > before
    while await inbox.sweep():
        pass
    await inbox.close()
    delivering.cancel()
    await asyncio.wait([delivering])
    await deliverer.land()
    await _deliver(database, ledger, steps, now)


DOINGS = {"reply": _talk, "broadcast": _deliver, "at once": _talk_at_once}
"""What is done, by what it is for: hear one message, only deliver, hear two and send at once."""
