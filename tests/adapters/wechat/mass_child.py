"""A house that sends mass messages, in a process of its own that may kill itself on the way.

See test_mass_crash.py. `how`: `before` or `after` the call of the platform it is killed; `anew` and `anew-after`: each call
has a key of its own, as if there were none; else it ends when nothing is left to be done.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.wechat import WeChatChannel
from bot import app, lapsing
from bot.channel import Sent
from bot.config import Settings
from bot.message import Address, Reply
from knowledge.library import Library
from tests.adapters.wechat.conftest import settings_for


class Killed(WeChatChannel):
    """Kills its process at a chosen step."""

    how = ""

    async def send_to_many(self, to: Sequence[Address], reply: Reply, key: str) -> Sent:
        if self.how == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        key = os.urandom(8).hex() if self.how.startswith("anew") else key
        sent = await super().send_to_many(to, reply, key)
        if self.how in ("after", "anew-after"):
            os.kill(os.getpid(), signal.SIGKILL)
        return sent


async def main(url: str, api: str, folder: Path, now: datetime) -> None:
    """Deliver what is due, until nothing is."""
    plain = Settings(data_dir=folder, database_url=url, secret="for tests only")
    settings = settings_for(api, plain, wechat_mass="yes", wechat_service="yes")
    known: Any = {"wechat": Killed}
    house = app.build(settings, ("wechat",), lambda: now, Library(), known)  # nobody asks
    lapsing.release_lapsed(house.database, now)
    while await house.bulk.deliver():
        pass
    await house.channels["wechat"].close()
    house.database.close()


def run(url: str, api: str, folder: Path, now: datetime, how: str) -> None:
    Killed.how = how
    asyncio.run(main(url, api, folder, now))
