"""A broadcast to followers of an Official Account, most of whom have not written for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.dialog import Transaction
from bot.mass_reports import Told
from bot.models import Allowance, Conversation, Outbox, Person, Place
from bot.services.audience import Open
from bot.services.broadcast import Broadcast
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from tests.adapters.wechat.conftest import World
from tests.fakes.wechat.mass import MassMessages, Task

MASS, SERVICE = "cgi-bin/message/mass/send", "cgi-bin/message/custom/send"
STATUS = "cgi-bin/message/mass/get"
NEWS = {"name": "News", "texts": {"en": "Good news.", "de": "Gute Nachrichten."}, "night": "send"}


@dataclass
class Newsroom:
    """Who writes to followers, and sees what becomes of it."""

    world: World

    @property
    def mass(self) -> MassMessages:
        return self.world.platform.api.mass

    @property
    def tasks(self) -> Sequence[Task]:
        return self.mass.tasks

    @property
    def calls(self) -> int:
        """How often the platform was asked to send a mass message."""
        return self.world.platform.api.calls[MASS]

    def follows(self, *names: str, language: str = "en", **told: Any) -> None:
        """People who follow, and last wrote a week ago."""
        now = self.world.platform.clock()
        with self.world.house.database.write() as connection:
            for name in names:
                self.world.platform.account.follower(name)
                at = f"wechat:{name}"
                connection.execute(insert(Person).values(id=name, created_at=now, **told))
                place = {"channel": "wechat", "person_id": name, "created_at": now}
                connection.execute(insert(Place).values(id=at, **place))
                talk = {"person_id": name, "language": language, "state": {}}
                heard = {"heard_at": now - timedelta(days=7)}
                connection.execute(insert(Conversation).values(address=at, **talk, **heard))

    def has_written(self, name: str) -> None:
        """Within the last 48 hours."""
        self.world.platform.account.open_window(name, tapped=False)
        until = self.world.platform.clock() + timedelta(hours=48)
        row = {"address": f"wechat:{name}", "source": "message", "until": until, "left": 5}
        with self.world.house.database.write() as connection:
            connection.execute(insert(Allowance).values(row))

    def shown(self, name: str) -> list[str]:
        """What that phone shows of us."""
        return self.world.platform.account.followers[name].shown

    def sent(self, **written: Any) -> Broadcast:
        """A broadcast that was sent off and has begun."""
        draft = read_broadcast({**NEWS, **written}, "Asia/Shanghai")
        with self.world.house.database.write() as connection:
            broadcasts = self._broadcasts(connection)
            made = broadcasts.send(broadcasts.save(draft, "staff:anna"), "staff:anna")
        self.world.platform.clock.advance(minutes=1)
        self.look()
        return made

    def do(self, what: str, broadcast: Broadcast) -> None:
        """`pause`, `resume`, `cancel`."""
        with self.world.house.database.write() as connection:
            broadcasts = self._broadcasts(connection)
            getattr(broadcasts, what)(broadcasts.get(broadcast.id), "staff:anna")

    async def deliver(self, **later: float) -> None:
        """Send all that is due, now or so much later."""
        if later:
            self.world.platform.clock.advance(**later)
        await self.world.deliver(seconds=0.001)
        self.look()

    async def deliver_lists(self, count: int) -> None:
        """Go on until so many lists were sent."""
        while len(self.tasks) < count:
            await self.world.house.bulk.deliver()

    def look(self) -> None:
        """The clock of the house looks after broadcasts."""
        house = self.world.house
        open_ = Open.of(house.channels.values())
        look_after_broadcasts(house.database, self.world.platform.clock(), open_)

    def state(self, broadcast: Broadcast) -> str:
        with self.world.house.database.read() as connection:
            known = self._broadcasts(connection).get(broadcast.id)
            assert known is not None
            return known.state

    def tally(self, broadcast: Broadcast) -> dict[str, int]:
        with self.world.house.database.read() as connection:
            known = self._broadcasts(connection).get(broadcast.id)
            assert known is not None
            return dict(self._ledger(connection).tally(known))

    def reasons(self, broadcast: Broadcast) -> dict[str, int]:
        """Why some did not get it, or wait."""
        with self.world.house.database.read() as connection:
            ledger = self._ledger(connection)
            found = {**ledger.reasons(broadcast), **ledger.waits(broadcast)}
            return {reason: count for (_state, reason), count in found.items()}

    def reports(self, broadcast: Broadcast) -> tuple[Told, ...]:
        with self.world.house.database.read() as connection:
            return self._ledger(connection).reports(broadcast)

    def rows(self) -> dict[str, str]:
        """Each recipient's state, by name."""
        with self.world.house.database.read() as connection:
            rows = connection.execute(select(Outbox.address, Outbox.state).order_by(Outbox.id))
            return {row.address.partition(":")[2]: row.state for row in rows}

    async def is_through(self, task: Task, status: str = "send success") -> None:
        """The platform tells how a mass message went."""
        told = self.mass.finished(task, status)
        await self.world.platform.phone("mphelper").event("MASSSENDJOBFINISH", **told)

    def _broadcasts(self, connection: Any) -> Broadcasts:
        transaction = Transaction(connection, self.world.platform.clock())
        return Broadcasts(transaction, Open.of(self.world.house.channels.values()))

    def _ledger(self, connection: Any) -> Ledger:
        return Ledger(Transaction(connection, self.world.platform.clock()))
