"""Whom a broadcast is for, in words: what a second member of the team agrees to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from bot.dialog import Transaction
from bot.i18n import _, language_name, translate
from bot.models import Base
from bot.services.agreements import PURPOSE_NAMES
from bot.services.broadcast import Broadcast
from bot.services.event_words import STATUS_NAMES
from bot.services.events import Events
from bot.services.polls import Polls
from bot.services.topics import Topics

Told = tuple[str, str]  # what is asked for, and what of it
_BROADCAST = Base.metadata.tables["broadcast"].c


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: their language, and in it the titles of articles, by which programmes go."""

    language: str
    titles: Mapping[str, str]


def told(
    transaction: Transaction, broadcast: Broadcast, picked: Mapping[str, bool], reader: Reader
) -> tuple[Told, ...]:
    """Every condition as a pair in their language; none at all: everybody."""
    lines = _lines(transaction, broadcast, picked, reader)
    return tuple((translate(reader.language, label), value) for label, value in lines if value)


def _lines(
    transaction: Transaction, broadcast: Broadcast, picked: Mapping[str, bool], reader: Reader
) -> Iterator[Told]:
    audience, language = broadcast.audience, reader.language
    topics = {topic.id: topic.name(language) for topic in Topics(transaction).all(with_closed=True)}
    events = {e.id: e.name(language) for e in Events(transaction).among(audience.events).values()}
    polls = {p.id: p.name(language) for p in map(Polls(transaction).get, audience.polls) if p}
    statuses = [translate(language, STATUS_NAMES[status]) for status in audience.statuses]
    yield _("Asked for one of these topics"), _named(audience.topics, topics)
    yield _("Speak one of these languages"), ", ".join(map(language_name, audience.languages))
    yield _("Are on one of these channels"), ", ".join(audience.channels)
    yield _("Are registered for one of these events"), _named(audience.events, events)
    programmes = _named(audience.programmes, reader.titles)
    yield _("Are registered in one of these programmes"), programmes
    yield _("Their registration is one of these"), ", ".join(statuses)
    yield _("Wanted to hear the result of one of these polls"), _named(audience.polls, polls)
    yield _("Agreed to one of these"), _consents(transaction, audience.consents, language)
    yield _("Wrote within so many days"), str(audience.seen_within or "")
    yield _("Did not write within so many days"), str(audience.not_seen_within or "")
    yield _("Were missed by the broadcast"), _numbered(transaction, audience.missed)
    added, out = sum(picked.values()), len(picked) - sum(picked.values())
    if audience.named:
        yield _("Only people named by hand"), str(added)
    else:
        yield _("Besides, people named by hand"), str(added or "")
    yield _("Not told, named by hand"), str(out or "")


def _named(ids: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(one) or one for one in ids)


def _consents(transaction: Transaction, consents: Iterable[str], language: str) -> str:
    """`registration:school`, as what it was for and the name of that event."""
    parted = {consent: consent.partition(":") for consent in consents}
    events = Events(transaction).among({event for _kind, _colon, event in parted.values()})
    names = {
        consent: f"{translate(language, PURPOSE_NAMES[kind])}: {events[event].name(language)}"
        for consent, (kind, _colon, event) in parted.items()
        if kind in PURPOSE_NAMES and event in events
    }
    return _named(parted, names)


def _numbered(transaction: Transaction, number: int) -> str:
    wanted = select(_BROADCAST.name).where(_BROADCAST.id == number)
    name = transaction.connection.scalar(wanted) if number else None
    return f"{number}: {name}" if name else str(number or "")
