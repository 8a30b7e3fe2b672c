"""Whether a person can be written to now: always, for a while after they wrote, or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, select

from bot.allowance import room
from bot.message import Address, Capabilities
from bot.models import Allowance, Place


@dataclass(frozen=True, slots=True)
class Window:
    """How it stands at an address.

    state  `always`; `open` until then, for so many messages; `closed`: what is written waits
           until they write; `left`: they have left or blocked us, and get nothing
    """

    state: Literal["always", "open", "closed", "left"]
    until: datetime | None = None
    messages: int = 0

    @property
    def is_open(self) -> bool:
        """Whether what is written now goes out now."""
        return self.state in ("always", "open")


def window_at(
    connection: Connection, address: str, can: Capabilities | None, now: datetime
) -> Window:
    """The window at an address. `can`: of its channel; None: a channel that is not open."""
    if connection.scalar(select(Place.left_at).where(Place.id == address)) is not None:
        return Window("left")
    if can is None:
        return Window("closed")
    if can.reply_window is None:
        return Window("always")
    left = room(connection, [Address.parse(address)], now).get(address, 0)
    if left <= 0:
        return Window("closed")
    theirs = (Allowance.address == address, Allowance.left > 0)
    until = connection.scalar(select(func.max(Allowance.until)).where(*theirs))
    return Window("open", until, left)
