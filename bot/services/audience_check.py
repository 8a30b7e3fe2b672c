"""Whether what an audience names is there: one wrong letter, and some would never be told."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Column, Connection, select

from bot.i18n import _
from bot.models import Base
from bot.services.agreements import PURPOSES
from bot.services.audience import Audience
from bot.services.broadcast import BadBroadcast

_NOWHERE: Final = {
    "topic": _("It is for a topic that is not there: {name}. Those there are: {known}"),
    "event": _("It is for an event that is not there: {name}. Those there are: {known}"),
    "programme": _(
        "It is for a programme of which there is no event: {name}. Those there are: {known}"
    ),
    "poll": _("It is for a poll that is not there: {name}. Those there are: {known}"),
    "channel": _("It is for a channel that is not open here: {name}. Those that are: {known}"),
    "consent": _(
        "It is for a consent that is not there: {name}. A consent is registration:EVENT, "
        "cross-border:EVENT or sensitive:EVENT; the events there are: {known}"
    ),
}
_TOLD: Final = 10  # of those there are
_TABLES = Base.metadata.tables
_EVENT = _TABLES["event"].c


def check_audience(connection: Connection, audience: Audience, channels: Iterable[str]) -> None:
    """Raises BadBroadcast for the first that is not there. `channels`: those it may name."""
    _refuse("channel", audience.channels, sorted(channels))
    named = {
        "topic": (audience.topics, _TABLES["topic"].c.id),
        "event": (audience.events, _EVENT.id),
        "programme": (audience.programmes, _EVENT.programme),
        "poll": (audience.polls, _TABLES["poll"].c.id),
    }
    for kind, (names, column) in named.items():
        if names:
            _refuse(kind, names, _all(connection, column))
    if audience.consents:
        _check_consents(connection, audience.consents)
    if audience.statuses and not (audience.events or audience.programmes):
        raise BadBroadcast(_("A status counts for an event or a programme: please name one."))
    if audience.missed:
        _check_missed(connection, audience.missed)


def _all(connection: Connection, column: Column[str]) -> Sequence[str]:
    wanted = select(column).distinct().where(column.is_not(None)).order_by(column)
    return connection.scalars(wanted).all()


def _refuse(kind: str, names: Iterable[str], there: Sequence[str]) -> None:
    if missing := [name for name in names if name not in there]:
        raise _nowhere(kind, missing[0], there)


def _nowhere(kind: str, name: str, there: Sequence[str]) -> BadBroadcast:
    known = ", ".join([*there[:_TOLD], *(["…"] if len(there) > _TOLD else [])]) or "-"
    return BadBroadcast(_NOWHERE[kind], name=name[:100], known=known)


def _check_consents(connection: Connection, consents: Iterable[str]) -> None:
    """Of an event that is there one may be named that nobody has given yet."""
    events, purpose = _all(connection, _EVENT.id), _TABLES["consent"].c.purpose
    for consent in consents:
        kind, _colon, event = consent.partition(":")
        if kind in PURPOSES and event in events:
            continue
        if connection.scalar(select(purpose).where(purpose == consent).limit(1)) is None:
            raise _nowhere("consent", consent, events)


def _check_missed(connection: Connection, number: int) -> None:
    ids = _TABLES["broadcast"].c.id
    if connection.scalar(select(ids).where(ids == number)) is None:
        raise BadBroadcast(_("There is no broadcast {number}."), number=number)
