"""What a channel is, and the errors of sending.

    SendError
    ├── Unreachable     retry, backing off
    ├── Throttled       retry after what the platform said
    ├── WindowClosed    parked until the person writes again
    ├── Blocked         the person is gone: stop what waits for them
    ├── Refused         failed for good, shown to staff
    ├── Misconfigured   the channel pauses, the rows stay
    └── Unsure          sent or not is unknown: the class of the message decides

The docstring of an error is the sentence staff read.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from bot.i18n import _
from bot.message import Address, Capabilities, Event, Reply

if TYPE_CHECKING:
    from aiohttp import web

    from bot.config import Settings
    from bot.wakeups import Wakeups


class SendError(Exception):
    """The message could not be sent."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or type(self).__doc__)


class Unreachable(SendError):
    __doc__ = _("The platform did not answer; we try again.")


class Throttled(SendError):
    __doc__ = _("The platform asked us to slow down; we try again later.")

    def __init__(self, after: timedelta, detail: str = "") -> None:
        super().__init__(detail)
        self.after = after


class WindowClosed(SendError):
    __doc__ = _("The platform lets us write only after this person writes again.")


class Blocked(SendError):
    __doc__ = _("This person has blocked or left the channel.")


class Refused(SendError):
    __doc__ = _("The platform refused the message.")

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code, self.reason = code, reason


class Misconfigured(SendError):
    __doc__ = _("The channel is not set up correctly; it pauses until that is mended.")


class Unsure(SendError):
    __doc__ = _("It is not known whether the message arrived.")


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took the message; `ref` is its own id for it."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox: a reply on its way to an address. `id` grows with time."""

    id: int
    to: Address
    reply: Reply
    at: datetime
    cause: int | None = None  # the inbox row this answers


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a transcript: what a person wrote, or what we replied."""

    by_person: bool
    reply: Reply
    at: datetime
    id: int  # of the outbox row, or of the inbox row when `by_person`


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of an event at the door. By the time a channel sees it, it is committed.

    new         stored; `deliveries` are its replies, if it was handled at once
    known       the same event came before; `deliveries` are the same replies again
    slow_down   too many at once: not stored. `notice` says so, once; then None (stay quiet)
    """

    status: Literal["new", "known", "slow_down"]
    deliveries: tuple[Delivery, ...] = ()
    notice: Reply | None = None
    retry_after: timedelta = timedelta(0)


Accept = Callable[[Event], Awaitable[Accepted]]


class Mailbox(Protocol):
    """The outbox as a channel sees it whose people come and fetch (the web page)."""

    async def since(self, to: Address, after: int) -> tuple[Delivery, ...]:
        """The deliveries to this address with an id above `after`, oldest first."""

    async def fetched(self, to: Address, up_to: int) -> None:
        """The person's device has everything up to this id: settle it as sent."""

    async def transcript(self, of: Address) -> tuple[Said, ...]:
        """Both sides of the talk as far as they are kept, oldest first."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the house gives a channel to work with."""

    settings: "Settings"
    accept: Accept
    mailbox: Mailbox
    wakeups: "Wakeups"


class Channel:
    """One way people reach us. Subclasses set `name` and `can`; the rest has harmless defaults.

    A channel whose people come and fetch (`fetches = True`) is never sent to: its deliveries
    wait in the mailbox.
    """

    name: ClassVar[str]
    can: ClassVar[Capabilities]
    fetches: ClassVar[bool] = False

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self) -> "Iterable[web.RouteDef]":
        """The webhook and page routes of this channel on our web application."""
        return ()

    async def listen(self) -> None:
        """Hear people until cancelled: for channels that poll or read a terminal."""

    async def send(self, to: Address, reply: Reply) -> Sent:
        """Hand one fitted reply to the platform. Raises a SendError."""
        raise Refused("no-send", f"{self.name} cannot send")

    async def close(self) -> None:
        """Give back what was opened."""
