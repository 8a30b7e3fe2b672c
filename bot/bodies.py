"""What a row of the outbox says: its own body, or the text of its broadcast in its language."""

from typing import Any

from sqlalchemy import JSON, ColumnElement, func, or_, select

from bot.models import Base

_TABLES = Base.metadata.tables
_OUTBOX, _TEXT, _BROADCAST = (_TABLES[t] for t in ("outbox", "broadcast_text", "broadcast"))
_OF_BROADCAST = (
    select(_TEXT.c.body)
    .where(_TEXT.c.broadcast_id == _OUTBOX.c.broadcast_id, _TEXT.c.language == _OUTBOX.c.language)
    .correlate(_OUTBOX)
    .scalar_subquery()
)
BODY: ColumnElement[Any] = func.coalesce(_OUTBOX.c.body, _OF_BROADCAST, type_=JSON())
"""The body of a row, to be selected; None when it is kept no longer."""

UNDER_WAY: ColumnElement[bool] = or_(
    _OUTBOX.c.broadcast_id.is_(None),
    _OUTBOX.c.broadcast_id.in_(
        select(_BROADCAST.c.id).where(_BROADCAST.c.state.in_(("sending", "done")))
    ),
)
"""Whether a row may be seen: what belongs to no broadcast, or to one that does not pause."""

HAS_TEXT: ColumnElement[bool] = or_(
    _OUTBOX.c.body.is_not(None), _OUTBOX.c.broadcast_id.is_not(None)
)
"""Whether the text of a row is still kept: its own goes in time, that of a broadcast stays."""
