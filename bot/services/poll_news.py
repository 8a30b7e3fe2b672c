"""Tells those who wanted to hear: the result of a poll, and later what came of it.

Each person hears of each once: a mark in their row is set in the transaction that queues it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, delete, insert, select, update

from bot import outbox
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.message import Address, Choice, Link, Reply
from bot.models import Base
from bot.services.poll_texts import told_in
from bot.services.polls import Poll, Polls
from bot.services.weblinks import Pages

AT_ONCE = 500  # people a transaction

_TABLES = Base.metadata.tables
_FOLLOWER, _PERSON = _TABLES["poll_follower"], _TABLES["person"]
_PLACE, _TALK, _POLL = _TABLES["address"], _TABLES["conversation"], _TABLES["poll"]


class PollNews:
    """Who wants to hear of which poll."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def follow(self, poll_id: str, person_id: str) -> None:
        """Tell this person the result, and what came of it; twice is once."""
        if self.follows(poll_id, person_id):
            return
        values = {"poll_id": poll_id, "person_id": person_id}
        self._connection.execute(insert(_FOLLOWER).values(values))

    def follows(self, poll_id: str, person_id: str) -> bool:
        """Whether they want to hear."""
        wanted = select(_FOLLOWER.c.poll_id).where(*_is(poll_id, person_id))
        return self._connection.execute(wanted).first() is not None


def _is(poll_id: str, person_id: str) -> tuple[Any, ...]:
    return _FOLLOWER.c.poll_id == poll_id, _FOLLOWER.c.person_id == person_id


def join_followers(transaction: Transaction, person_id: str, other_id: str) -> None:
    """Two people turn out to be one: they hear each thing once."""
    f, connection = _FOLLOWER.c, transaction.connection
    own = list(connection.scalars(select(f.poll_id).where(f.person_id == person_id)))
    theirs = f.person_id == other_id
    connection.execute(delete(_FOLLOWER).where(theirs, f.poll_id.in_(own)))
    connection.execute(update(_FOLLOWER).where(theirs).values(person_id=person_id))


@dataclass(frozen=True, slots=True)
class _News:
    """Something to tell: whom it is still owed, and what it says."""

    mark: str  # the column that says who has heard
    due: Any  # which polls have it
    says: Callable[[Poll, Pages, str], Reply]


def _counted(poll: Poll, pages: Pages, language: str) -> Reply:
    if poll.state == "cancelled":
        text = _("The poll “{poll}” was cancelled; there is no result, and the votes are deleted.")
        return Reply(translate(language, text, poll=poll.name(language)))
    text = _("The poll “{poll}” is counted. You wanted to know the result.")
    return _with_result(poll, pages, language, translate(language, text, poll=poll.name(language)))


def _came_of_it(poll: Poll, pages: Pages, language: str) -> Reply:
    lead = translate(language, _("What came of the poll “{poll}”:"), poll=poll.name(language))
    return _with_result(poll, pages, language, f"{lead}\n\n{told_in(poll.outcome, language)}")


def _with_result(poll: Poll, pages: Pages, language: str, text: str) -> Reply:
    """What is said, with the ways to the result: here, and as a page."""
    see = Choice(f"poll-results:{poll.id}", translate(language, _("See the result")))
    address = pages.of_poll(poll.id, language)
    page = Link(translate(language, _("The result as a page")), address)
    return Reply(text, (see,), links=(page,) if address else ())


_RESULT = _News("told_result", _POLL.c.state.in_(("closed", "cancelled")), _counted)
_WRITTEN = and_(_POLL.c.state == "closed", cast(_POLL.c.outcome, Text) != "{}")
_OUTCOME = _News("told_outcome", _WRITTEN, _came_of_it)
_NOWHERE = Pages("")


def tell_followers(database: Database, now: datetime, pages: Pages = _NOWHERE) -> int:
    """Queue what is due, so many a transaction; gives how many. Two clocks are harmless."""
    told = 0
    for news in (_RESULT, _OUTCOME):
        while count := _tell_some(database, now, news, pages):
            told += count
    return told


def _tell_some(database: Database, now: datetime, news: _News, pages: Pages) -> int:
    f = _FOLLOWER.c
    owed = and_(f.poll_id == _POLL.c.id, f[news.mark].is_(False), news.due)
    wanted = select(f.poll_id, f.person_id).where(owed).limit(AT_ONCE)
    with database.read() as connection:
        rows = connection.execute(wanted).all()
    if not rows:
        return 0
    with database.write() as connection:
        transaction = Transaction(connection, now)
        mine = [row for row in rows if _marked(connection, row, news.mark)]
        found = {row.poll_id: Polls(transaction).get(row.poll_id) for row in mine}
        polls = {poll_id: poll for poll_id, poll in found.items() if poll}
        drafts = [
            draft_for(connection, [row.person_id], partial(news.says, polls[row.poll_id], pages))
            for row in mine
        ]
        outbox.add(connection, [draft for draft in drafts if draft], now)
    return len(mine)


def _marked(connection: Connection, row: Any, mark: str) -> bool:
    """Set the mark; False when another clock was faster."""
    mine = and_(*_is(row.poll_id, row.person_id), _FOLLOWER.c[mark].is_(False))
    return bool(connection.execute(update(_FOLLOWER).where(mine).values({mark: True})).rowcount)


def draft_for(
    connection: Connection, people: Sequence[str], says: Callable[[str], Reply]
) -> outbox.Draft | None:
    """Where they wrote last, in their language; nothing for who stopped us or is gone."""
    there = and_(_PLACE.c.person_id.in_(people), _PLACE.c.left_at.is_(None))
    wanted = (
        select(_PLACE.c.id, _TALK.c.language)
        .join(_TALK, _TALK.c.address == _PLACE.c.id)
        .join(_PERSON, _PERSON.c.id == _PLACE.c.person_id)
        .where(there, _PERSON.c.stopped_at.is_(None))
        .order_by(_TALK.c.heard_at.desc())
    )
    found = connection.execute(wanted.limit(1)).one_or_none()
    if found is None:
        return None
    return outbox.Draft(Address.parse(found.id), says(found.language), kind="reminder")


def tell_joined(transaction: Transaction, people: Sequence[str], polls: Sequence[str]) -> None:
    """One person had voted twice, on two channels: which vote stays."""
    for poll in filter(None, map(Polls(transaction).get, polls)):
        draft = draft_for(transaction.connection, people, partial(_joined, poll))
        outbox.add(transaction.connection, [draft] if draft else [], transaction.now)


def _joined(poll: Poll, language: str) -> Reply:
    text = _(
        "You had voted in “{poll}” on both channels. Your first vote stays, the other one was "
        "taken out. You can still change it until the poll closes."
    )
    label = translate(language, _("Change my vote"))
    said = translate(language, text, poll=poll.name(language))
    return Reply(said, (Choice(f"vote:{poll.id}", label),))
