"""Whether somebody waits for a seat at an event, as a condition on its row."""

from sqlalchemy import exists, or_

from bot.models import Base

_EVENT, _REGISTRATION = Base.metadata.tables["event"], Base.metadata.tables["registration"]

# A group larger than the event itself holds up nobody: it could never be seated.
COULD_FIT = or_(
    _EVENT.c.capacity.is_(None),
    _REGISTRATION.c.seats <= _EVENT.c.capacity - _EVENT.c.reserved,
)
SOMEONE_WAITS = (
    exists()
    .where(_REGISTRATION.c.event_id == _EVENT.c.id, _REGISTRATION.c.status == "waiting", COULD_FIT)
    .correlate(_EVENT)
)
