"""Lets the polls of the example city happen: one is open, one is counted."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.cli.demo.city import CHANNEL, City, Inhabitant
from bot.database import Database
from bot.dialog import Transaction
from bot.services.ballots import Ballots, Voter
from bot.services.closing import Closer
from bot.services.keys import Keys
from bot.services.marks import Answer
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.polls import Poll, Polls

_APART = timedelta(hours=2)
_CHOICES = (0, 0, 1, 0, 2, 1, 0)  # which option they pick, in turn: no tie, nobody alone


def open_polls(connection: Connection, keys: Keys, city: City, now: datetime) -> None:
    """Open all, and let people vote."""
    for written in city.polls:
        _open(connection, keys, city, read_poll(written, now), now)


def count_polls(database: Database, keys: Keys, city: City, now: datetime) -> None:
    """Count those whose time is over, as the clock of the house does."""
    for poll_id in city.poll_ids:
        Closer(database, keys).close(poll_id, now)
    with database.write() as connection:
        for poll_id, texts in city.story["outcomes"].items():
            PollOffice(Transaction(connection, now), keys, CHANNEL).say_outcome(poll_id, texts)


def _open(connection: Connection, keys: Keys, city: City, poll: Poll, now: datetime) -> None:
    begun = Transaction(connection, poll.opens_at)
    office = PollOffice(begun, keys, CHANNEL)
    office.save(poll)
    office.open(poll.id)
    opened = Polls(begun).get(poll.id)
    for place, person in enumerate(city.people):
        at = poll.opens_at + place * _APART
        if opened and at < min(poll.closes_at, now):
            _vote(Transaction(connection, at), keys, opened, person)


def _vote(transaction: Transaction, keys: Keys, poll: Poll, person: Inhabitant) -> None:
    voter = Voter(
        person_id=person.id,
        channel=CHANNEL,
        language=person.language,
        heard_at=transaction.now,
    )
    for question in poll.questions:
        option = question.options[_CHOICES[person.number % len(_CHOICES)]]
        Ballots(transaction, keys).cast(poll, voter, question.id, Answer({option.id: 1}))
