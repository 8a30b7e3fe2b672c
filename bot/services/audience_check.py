"""Whether what an audience names is there: one wrong letter, and some would never be told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, select

from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.agreements import PURPOSES
from bot.services.audience import Audience
from bot.services.broadcast import BadBroadcast
from bot.services.broadcast_mistakes import Mistakes
from bot.services.retention import LEDGER

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
_EVENT, _BROADCAST = _TABLES["event"].c, _TABLES["broadcast"].c
FORGOTTEN: Final = _(
    "Whom broadcast {number} did not reach is no longer known: that is kept for {days} days."
)


def check_audience(transaction: Transaction, audience: Audience, channels: Iterable[str]) -> None:
    """Raises BadBroadcast for every one that is not there. `channels`: those it may name."""
    connection, mistakes = transaction.connection, Mistakes()
    mistakes.of(_refuse, "channel", audience.channels, sorted(channels))
    named = {
        "topic": (audience.topics, _TABLES["topic"].c.id),
        "event": (audience.events, _EVENT.id),
        "programme": (audience.programmes, _EVENT.programme),
        "poll": (audience.polls, _TABLES["poll"].c.id),
    }
    for kind, (names, column) in named.items():
        if names:
            mistakes.of(_refuse, kind, names, _all(connection, column))
    if audience.consents:
        mistakes.of(_check_consents, connection, audience.consents)
    if audience.statuses and not (audience.events or audience.programmes):
        told = _("A status counts for an event or a programme: please name one.")
        mistakes.add(told, place="audience.statuses")
    if audience.missed:
        mistakes.of(_check_missed, connection, audience.missed)
        mistakes.of(refuse_forgotten, transaction, audience)
    mistakes.refuse()


def refuse_forgotten(transaction: Transaction, audience: Audience) -> None:
    """Raises BadBroadcast where it is for who missed an earlier one, and nobody knows who did.

    Else it would find nobody, as if that one had reached everybody.
    """
    if is_forgotten(transaction.connection, audience.missed, transaction.now):
        values = {"number": audience.missed, "days": LEDGER.days}
        raise BadBroadcast(FORGOTTEN, place="audience.missed", **values)


def is_forgotten(connection: Connection, number: int, now: datetime) -> bool:
    """Whether nobody knows any more whom the broadcast of that number did not reach."""
    begun = select(_BROADCAST.begun_at).where(_BROADCAST.id == number)
    return bool(number) and are_gone(connection.scalar(begun), now)


def are_gone(begun_at: datetime | None, now: datetime) -> bool:
    """Whether the rows of who got a broadcast that began then, and who did not, are shredded."""
    return begun_at is not None and begun_at < now - LEDGER


def _all(connection: Connection, column: Column[str]) -> Sequence[str]:
    wanted = select(column).distinct().where(column.is_not(None)).order_by(column)
    return connection.scalars(wanted).all()


def _refuse(kind: str, names: Iterable[str], there: Sequence[str]) -> None:
    if missing := [name for name in names if name not in there]:
        raise _nowhere(kind, missing[0], there)


def _nowhere(kind: str, name: str, there: Sequence[str]) -> BadBroadcast:
    known = ", ".join([*there[:_TOLD], *(["…"] if len(there) > _TOLD else [])]) or "-"
    return BadBroadcast(_NOWHERE[kind], place=f"audience.{kind}s", name=name[:100], known=known)


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
    if connection.scalar(select(_BROADCAST.id).where(_BROADCAST.id == number)) is None:
        told = _("There is no broadcast {number}.")
        raise BadBroadcast(told, place="audience.missed", number=number)
