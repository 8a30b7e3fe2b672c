"""What the outbox speaks in: a draft to be added, a claimed row, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.channel import Delivery
from bot.message import Address, Reply

Kind = Literal["reply", "confirmation", "reminder", "broadcast"]
AT_MOST_ONCE: frozenset[str] = frozenset({"broadcast"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply to be added to the outbox.

    cause   the inbox row it answers
    due_at  when delivery may have it; None: at once
    dialog  which one says it; `team:anna`: a person of the team; None: the team is not to see it
    """

    to: Address
    reply: Reply
    cause: int | None = None
    kind: Kind = "reply"
    expires_at: datetime | None = None
    due_at: datetime | None = None
    dialog: str | None = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row this process may send until its lease ends.

    parts_sent  how many of its messages went out in earlier tries
    repeats     the language of a note that this may be a repeat; None: it is none
    room        how many messages the platform lets us send to the address; None: any number
    """

    delivery: Delivery
    kind: str
    attempts: int
    parts_sent: int = 0
    repeats: str | None = None
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed row.

    parts       how many of its parts the platform has taken by now
    messages    how many messages this try used up of what the platform allows
    counts      whether the try counts: a channel that pauses uses up nobody's tries
    maybe_sent  it is not known whether the last try arrived
    closed      the platform lets us send nothing more for now, whatever we counted
    gone        the person left or blocked us: nothing more is sent to the address
    moved_to    the address is another one now
    """

    claimed: Claimed
    state: Literal["queued", "sent", "parked", "failed", "expired", "unsure"]
    parts: int = 0
    messages: int = 0
    due_at: datetime | None = None
    ref: str | None = None
    error: str | None = None
    rewritten: str | None = None
    counts: bool = True
    maybe_sent: bool = False
    closed: bool = False
    gone: bool = False
    moved_to: Address | None = None
