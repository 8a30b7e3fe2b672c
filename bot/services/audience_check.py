"""Whether what an audience names is there: one wrong letter, and some would never be told."""

from typing import Final

from sqlalchemy import Connection, select

from bot.i18n import _
from bot.models import Base
from bot.services.audience import Audience
from bot.services.broadcast import BadBroadcast

_NOWHERE: Final = {
    "topic": _("It is for a topic that is not there: {name}. Those there are: {known}"),
    "event": _("It is for an event that is not there: {name}. Those there are: {known}"),
    "poll": _("It is for a poll that is not there: {name}. Those there are: {known}"),
}
_TOLD: Final = 10  # of those there are


def check_audience(connection: Connection, audience: Audience) -> None:
    """Raises BadBroadcast for the first that is not there."""
    named = {"topic": audience.topics, "event": audience.events, "poll": audience.polls}
    for kind, names in named.items():
        ids = Base.metadata.tables[kind].c.id
        there = set(connection.scalars(select(ids).where(ids.in_(names)))) if names else set()
        if missing := [name for name in names if name not in there]:
            some = list(connection.scalars(select(ids).order_by(ids).limit(_TOLD + 1)))
            known = ", ".join(some[:_TOLD] + ["…"] * (len(some) > _TOLD)) or "-"
            raise BadBroadcast(_NOWHERE[kind], name=missing[0][:100], known=known)
