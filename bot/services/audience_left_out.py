"""Who is meant by an audience and cannot be told, and why."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select

from bot.models import Base
from bot.services.audience import (
    GROUP,
    Audience,
    Wanted,
    conditions,
    is_added,
    is_besides,
    is_meant,
    is_there,
)

_TABLES = Base.metadata.tables
_PERSON, _PLACE, _TALK = (_TABLES[name].c for name in ("person", "address", "conversation"))


def left_out(wanted: Wanted) -> Select[Any]:
    """How many cannot be told, by reason: `stopped`, `elsewhere`, `left` (which channel), `closed`.

    Who was never on a channel the audience names is not meant, and not among them, unless they were
    named by hand: then they are `elsewhere`.
    """
    theirs = _PLACE.person_id == _PERSON.id
    named = and_(theirs, _is_named(wanted.audience))
    meant = exists().where(named)
    stays = exists().where(named, _PLACE.left_at.is_(None))
    there = exists().where(theirs, is_there(wanted))
    stopped = _PERSON.stopped_at.is_not(None)
    reason = case(
        *((stopped, literal("stopped")), (~meant, literal("elsewhere")), (~stays, literal("left"))),
        else_=literal("closed"),
    )
    last = select(_PLACE.channel).where(theirs, is_meant(wanted), _PLACE.left_at.is_not(None))
    last = last.order_by(_PLACE.left_at.desc(), _PLACE.id).limit(1).correlate(_TABLES["person"])
    channel = case((or_(stopped, ~meant), None), (~stays, last.scalar_subquery()), else_=None)
    missing = [or_(stopped, ~there)]
    if wanted.audience.languages:
        speaks = _TALK.language.in_(wanted.audience.languages)
        missing.append(
            or_(exists().where(_TALK.person_id == _PERSON.id, speaks), is_besides(wanted))
        )
    people = (
        select(reason.label("reason"), channel.label("channel"))
        .where(or_(meant, is_added(wanted)), *missing, *conditions(wanted))
        .subquery("missing")
    )
    by = (people.c.reason, people.c.channel)
    return select(*by, func.count()).group_by(*by).order_by(*by)


def _is_named(audience: Audience) -> ColumnElement[bool]:
    """A place of one person on a channel the audience names, open here or not."""
    of_one = _PLACE.id.not_like(GROUP)
    return and_(_PLACE.channel.in_(audience.channels), of_one) if audience.channels else of_one
