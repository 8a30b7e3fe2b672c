"""Whom a broadcast is for, in words: what a second member of the team agrees to."""

from collections.abc import Iterator, Mapping

from bot.dialog import Transaction
from bot.i18n import _, language_name, translate
from bot.services.broadcast import Broadcast
from bot.services.event_words import STATUS_NAMES
from bot.services.events import Events
from bot.services.polls import Polls
from bot.services.topics import Topics

Told = tuple[str, str]  # what is asked for, and what of it


def told(
    transaction: Transaction, broadcast: Broadcast, picked: Mapping[str, bool], language: str
) -> tuple[Told, ...]:
    """Every condition as a pair in that language; none at all: everybody."""
    lines = _lines(transaction, broadcast, picked, language)
    return tuple((translate(language, label), value) for label, value in lines if value)


def _lines(
    transaction: Transaction, broadcast: Broadcast, picked: Mapping[str, bool], language: str
) -> Iterator[Told]:
    audience = broadcast.audience
    topics = {topic.id: topic.name(language) for topic in Topics(transaction).all(with_closed=True)}
    events = {e.id: e.name(language) for e in Events(transaction).among(audience.events).values()}
    polls = {p.id: p.name(language) for p in map(Polls(transaction).get, audience.polls) if p}
    statuses = [translate(language, STATUS_NAMES[status]) for status in audience.statuses]
    yield _("Asked for one of these topics"), _named(audience.topics, topics)
    yield _("Speak one of these languages"), ", ".join(map(language_name, audience.languages))
    yield _("Are on one of these channels"), ", ".join(audience.channels)
    yield _("Are registered for one of these events"), _named(audience.events, events)
    yield _("Are registered in one of these programmes"), ", ".join(audience.programmes)
    yield _("Their registration is one of these"), ", ".join(statuses)
    yield _("Wanted to hear the result of one of these polls"), _named(audience.polls, polls)
    yield _("Agreed to one of these"), ", ".join(audience.consents)
    yield _("Wrote within so many days"), str(audience.seen_within or "")
    yield _("Did not write within so many days"), str(audience.not_seen_within or "")
    yield _("Were not reached by broadcast no."), str(audience.missed or "")
    added, out = sum(picked.values()), len(picked) - sum(picked.values())
    if audience.named:
        yield _("Only people named by hand"), str(added)
    else:
        yield _("Besides, people named by hand"), str(added or "")
    yield _("Not told, named by hand"), str(out or "")


def _named(ids: tuple[str, ...], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(one) or one for one in ids)
