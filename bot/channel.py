"""What a channel is, and the errors of sending.

    SendError
    ├── Unreachable     retry, backing off
    ├── Throttled       retry after what the platform said (OurPace: after what we said ourselves)
    ├── WindowClosed    parked until the person writes again
    ├── Moved           the same place has another address now: try there
    ├── Blocked         the person is gone: stop what waits for them
    ├── Refused         failed for good, shown to staff
    ├── Misconfigured   the channel pauses, the rows stay
    └── Unsure          sent or not is unknown: the class of the message decides

The docstring of an error is the sentence staff read.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from bot.i18n import _
from bot.message import Address, Capabilities, Choice, Event, Mass, Reply
from bot.pace import Pace

if TYPE_CHECKING:
    from aiohttp import web

    from bot.config import Settings
    from bot.database import Database
    from bot.wakeups import Wakeups


class SendError(Exception):
    """The message could not be sent."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or type(self).__doc__)


class Unreachable(SendError):
    __doc__ = _("The platform did not answer; we try again.")


class Throttled(SendError):
    __doc__ = _("The platform asked us to slow down; we try again later.")

    def __init__(self, after: timedelta, detail: str = "", everyone: bool = False) -> None:
        """`everyone`: the whole account is to wait, not only this address."""
        super().__init__(detail)
        self.after, self.everyone = after, everyone


class OurPace(Throttled):
    __doc__ = _("We wait so as not to be too fast for the platform.")


class WindowClosed(SendError):
    __doc__ = _("The platform lets us write only after this person writes again.")

    def __init__(self, detail: str = "", until: datetime | None = None) -> None:
        """`until`: when it opens by itself, where that is known (a quota of the day)."""
        super().__init__(detail)
        self.until = until


class Moved(SendError):
    __doc__ = _("The chat has a new address.")

    def __init__(self, to: Address) -> None:
        super().__init__()
        self.to = to


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
    """The platform took the reply; `ref` is its own id for it.

    messages  how many it took, all tries together, as the platform counts what it allows
    """

    ref: str = ""
    messages: int = 1


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

    `row` is the event's row in the inbox.
    """

    status: Literal["new", "known", "slow_down"]
    deliveries: tuple[Delivery, ...] = ()
    row: int | None = None
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

    async def choice(self, of: Address, ref: int, place: int) -> Choice | None:
        """The choice at that place (from 0) of a delivery to this address, while it is kept."""

    async def several(self, of: Address, ref: int) -> tuple[Choice, ...]:
        """The choices of a delivery to this address that may be picked at once, while kept."""


class Counter(Protocol):
    """The outbox as a channel sees it that may answer the platform's own request."""

    async def answer(self, to: Address, accepted: Accepted, can: Capabilities) -> Reply | None:
        """What to say now, as one part; it counts as sent. None: there is nothing to say.

        What waits for this address is said together, oldest first, where all of it has room; else
        what answers the event comes first. For a repeat of the event it is the same reply again.
        """

    async def waits(self, to: Address) -> bool:
        """Whether something is left to be said to this address."""

    async def owes(self, to: Address) -> bool:
        """Whether our last reply, with what it asks, was not yet said to its end."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the house gives a channel to work with."""

    settings: "Settings"
    accept: Accept
    mailbox: Mailbox
    wakeups: "Wakeups"
    counter: Counter
    move: Callable[[Address, Address], Awaitable[None]]  # from an old address to its new one
    database: "Database"  # for what a channel must share between processes: platform tokens
    bury: Callable[[str, str, str], Awaitable[None]]  # channel, event id, why: it is unreadable
    now: Callable[[], datetime]
    in_work: Callable[[Event], Awaitable[bool]]  # whether an earlier event of its sender still is
    spoken: Callable[[Address], Awaitable[str | None]]  # the language of a talk, if that is known
    menu: tuple[Choice, ...] = ()  # what people can ask for: a value to pick, a msgid as label


@dataclass(frozen=True, slots=True)
class Told:
    """A line for staff: a msgid with its values, said in their language by whoever shows it."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)


class Channel:
    """One way people reach us. Subclasses set `name` and `can`; the rest has harmless defaults.

    A channel whose people come and fetch (`fetches = True`) is never sent to: its deliveries
    wait in the mailbox.
    """

    name: ClassVar[str]
    can: ClassVar[Capabilities]
    fetches: ClassVar[bool] = False
    pace: ClassVar[Pace] = Pace()
    # For how long the platform knows a message that is sent again by its `Reply.key`, and shows it
    # only once. What may have been sent is then sent again without a word, also what is for many.
    keyed: ClassVar[timedelta] = timedelta(0)
    # Whether only one process may listen at a time: where the platform is asked what there is.
    listens_alone: bool = False
    mass: Mass | None = None  # what `send_to_many` takes; None: this account has no such thing
    unlinked: ClassVar[str] = ""  # why no link ever opens it, as a msgid; "" where one may

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

    async def send_to_many(self, to: Sequence[Address], reply: Reply, key: str) -> Sent:
        """Hand one text to the platform for a list of people, also those it lets nobody write to.

        By a key it knows already it takes it no second time, and this gives the `ref` of the first.
        Raises Unsure where it may have taken it, and any other SendError where it did not.
        """
        raise Refused("no-mass", f"{self.name} has no mass messages")

    async def became(self, ref: str) -> str | None:
        """Why the platform gave a mass message up, in its words; "" if it did not, None: not yet.

        Asked where no report of it came. Raises a SendError.
        """
        return None

    async def knock(self, to: Address, reply: Reply) -> bool:
        """Tell a person outside the chat that this waits for them in it; False without a way.

        For what they signed up for, when `send` has to wait until they write. Raises a SendError.
        """
        return False

    def is_group(self, address: Address) -> bool:
        """Whether several people read what is sent there."""
        return False

    def door(self, code: str) -> str | None:
        """The same as `invitation`, where no platform has to be asked for it; else None."""
        return None

    async def set_up(self) -> tuple[Told, ...]:
        """Tell the platform what it is to know: commands, menu, webhook. One line a thing done.

        Raises a SendError.
        """
        return ()

    async def examine(self) -> tuple[Told, ...]:
        """Ask the platform how it knows us. Raises a SendError that says what is wrong."""
        return ()

    async def invitation(self, code: str) -> str | None:
        """A link that opens the talk with this code as `Joined.invite`. Raises a SendError."""
        return None

    async def front_door(self) -> str | None:
        """The link under which anybody finds us there. Raises a SendError."""
        return None

    async def close(self) -> None:
        """Give back what was opened."""
