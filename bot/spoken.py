"""Which language a talk goes on in: for what is said beside its dialogs."""

from sqlalchemy import Connection, bindparam, select

from bot.message import Address
from bot.models import Base

_TALK = Base.metadata.tables["conversation"]
_GOES_ON_IN = select(_TALK.c.language, _TALK.c.state).where(_TALK.c.address == bindparam("at"))


def spoken_at(connection: Connection, at: Address) -> str | None:
    """The language of the talk there; None while nothing was said from which one could know it."""
    found = connection.execute(_GOES_ON_IN, {"at": str(at)}).first()
    if found is None:
        return None
    language, state = found
    return str(language) if state.get("chosen") or state.get("heard") else None
