"""Topics: what people ask to be told of, by themselves, and stop hearing of as easily."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.lapsing import call_off
from bot.models import Base
from bot.rows import dialect_of, insert_into
from bot.services.audit import Audit, Entry
from bot.services.texts import Texts, in_language
from bot.text import clean

_TABLES = Base.metadata.tables
_TOPIC, _SUBSCRIPTION = _TABLES["topic"], _TABLES["subscription"]
_OUTBOX, _PLACE, _BROADCAST = _TABLES["outbox"], _TABLES["address"], _TABLES["broadcast"]
KINDS = ("interest", "city")
TITLE_LIMIT = 60  # characters: it stands on a button
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to hear of; `people` is how many asked for it."""

    id: str
    kind: str
    title: Texts
    closed_at: datetime | None = None
    people: int = 0

    def name(self, language: str) -> str:
        """The title for a person of that language."""
        return in_language(self.title, language)


class Topics:
    """All topics, and who asked for which."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection, self._now = transaction.connection, transaction.now

    def all(self, with_closed: bool = False) -> tuple[Topic, ...]:
        """Those on offer, cities last."""
        t = _TOPIC.c
        people = select(func.count()).where(_SUBSCRIPTION.c.topic_id == t.id).scalar_subquery()
        wanted = select(t.id, t.kind, t.title, t.closed_at, people)
        if not with_closed:
            wanted = wanted.where(t.closed_at.is_(None))
        rows = self._connection.execute(wanted.order_by(t.kind.desc(), t.id))
        return tuple(Topic(*row) for row in rows)

    def get(self, topic_id: str) -> Topic | None:
        """One topic, also where it is offered no more."""
        return next((topic for topic in self.all(with_closed=True) if topic.id == topic_id), None)

    def save(self, topic_id: str, kind: str, title: Texts, actor: str) -> None:
        """Offer a topic, or name it anew. Raises Invalid."""
        if not _ID.fullmatch(topic_id) or len(topic_id) > TITLE_LIMIT:
            raise Invalid(_("A name for the address: small letters, digits and hyphens."))
        if kind not in KINDS:
            raise Invalid(_("A topic is an interest or a city."))
        texts = {code: clean(text).strip() for code, text in title.items() if text.strip()}
        if not texts or any(len(text) > TITLE_LIMIT for text in texts.values()):
            raise Invalid(_("A title has 1 to 60 characters; it stands on a button."))
        values = {"kind": kind, "title": texts, "closed_at": None}
        new = insert_into(dialect_of(self._connection), _TOPIC)
        kept = new.values(id=topic_id, created_at=self._now, **values)
        self._connection.execute(kept.on_conflict_do_update(index_elements=["id"], set_=values))
        Audit(self._transaction).write(Entry(actor, "topic.save", f"topic:{topic_id}"))

    def close(self, topic_id: str, actor: str) -> None:
        """Offer it no more; who asked for it still hears of it. Raises Invalid."""
        closed = update(_TOPIC).where(_TOPIC.c.id == topic_id).values(closed_at=self._now)
        if not self._connection.execute(closed).rowcount:
            raise Invalid(_("There is no topic “{topic}”."), topic=topic_id)
        Audit(self._transaction).write(Entry(actor, "topic.close", f"topic:{topic_id}"))

    # -- people ------------------------------------------------------------------------------

    def of_person(self, person_id: str) -> frozenset[str]:
        """The ids of what somebody asked for."""
        s = _SUBSCRIPTION.c
        return frozenset(
            self._connection.scalars(select(s.topic_id).where(s.person_id == person_id))
        )

    def subscribe(self, person_id: str, topic_id: str) -> Topic | None:
        """Somebody wants to hear of it; twice is once. None where there is no such topic."""
        topic = next((topic for topic in self.all() if topic.id == topic_id), None)
        if topic is not None:
            row = {"topic_id": topic_id, "person_id": person_id, "since": self._now}
            new = insert_into(dialect_of(self._connection), _SUBSCRIPTION).values(row)
            self._connection.execute(new.on_conflict_do_nothing())
        return topic

    def unsubscribe(self, person_id: str, topic_ids: Sequence[str]) -> None:
        """Somebody wants to hear of these no more; what is on its way because of them stays here.

        What they get for another reason as well, they still get.
        """
        s = _SUBSCRIPTION.c
        theirs = (s.person_id == person_id, s.topic_id.in_(topic_ids))
        self._connection.execute(delete(_SUBSCRIPTION).where(*theirs))
        left = self.of_person(person_id)
        for broadcast in self._under_way():
            asked = set(broadcast.audience.get("topics", ()))
            if asked & set(topic_ids) and not asked & left:
                self._hold_back(person_id, broadcast.id)

    def _under_way(self) -> Sequence[Any]:
        b = _BROADCAST.c
        wanted = select(b.id, b.audience).where(b.state.in_(("sending", "paused", "done")))
        return self._connection.execute(wanted.where(b.ends_at > self._now)).all()

    def _hold_back(self, person_id: str, broadcast_id: int) -> None:
        at = select(_PLACE.c.id).where(_PLACE.c.person_id == person_id)
        o = _OUTBOX.c
        theirs = (o.broadcast_id == broadcast_id, o.kind == "broadcast", o.address.in_(at))
        call_off(self._connection, self._now, "unsubscribed", *theirs)


def join_subscriptions(transaction: Transaction, person_id: str, other_id: str) -> None:
    """Two people turn out to be one: they hear of what either asked for, once."""
    topics = Topics(transaction)
    for topic_id in topics.of_person(other_id) - topics.of_person(person_id):
        row = {"topic_id": topic_id, "person_id": person_id, "since": transaction.now}
        transaction.connection.execute(insert(_SUBSCRIPTION).values(row))
    theirs = _SUBSCRIPTION.c.person_id == other_id
    transaction.connection.execute(delete(_SUBSCRIPTION).where(theirs))
