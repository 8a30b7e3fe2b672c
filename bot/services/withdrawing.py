"""Takes back what waits to be said about an event, when something else is true by then."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, update

from bot.models import Base
from bot.services.events import Event

_OUTBOX = Base.metadata.tables["outbox"]
_ABOUT = _OUTBOX.c.body["about"].as_string()
_WAITS = ("queued", "parked")
_STAND = ("starts_at", "ends_at", "zone", "place", "place_in", "link")
_SIGNS = 16  # of a fingerprint


def about(event: Event, what: str) -> str:
    """What a notice tells, as it is kept with it: `event:summer-school:offered`."""
    return f"event:{event.id}:{what}"


def stand(event: Event) -> str:
    """When and where an event is, in a few signs that are the same for the same."""
    told = repr([getattr(event, part) for part in _STAND])
    return sha256(told.encode()).hexdigest()[:_SIGNS]


def is_elsewhere(known: Event, event: Event) -> bool:
    """Whether people who knew it as it was have to be told."""
    return stand(known) != stand(event)


def withdraw(
    connection: Connection, now: datetime, addresses: Sequence[str], begun: str
) -> dict[str, str]:
    """Withdraw what waits for these addresses and is about that; gives what each would have told.

    What is being sent at this moment, or has begun to go out, goes its way.
    """
    o = _OUTBOX.c
    waits = (o.address.in_(addresses), o.state.in_(_WAITS), o.parts_sent == 0)
    gone = (
        update(_OUTBOX)
        .where(*waits, _ABOUT.startswith(begun, autoescape=True))
        .values(state="cancelled", settled_at=now)
        .returning(o.address, _ABOUT)
    )
    return {address: told.removeprefix(begun) for address, told in connection.execute(gone)}
