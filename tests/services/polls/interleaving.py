"""One life of a poll by chance: messages come, wait, have their turn, while it is closed and killed.

A seed decides everything. The model beside it knows only what people were told: who was told that
their vote counts is to be counted, with the last choice they were told of, and nobody else. Closing
runs in its real steps; before each of its transactions others may act, and in any it may be killed.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.database import Database
from bot.dialog import Transaction
from bot.models import Base
from bot.services.ballots import Ballots, NotTaken, Voter
from bot.services.closing import GRACE, PATIENCE, Closer
from bot.services.marks import Answer
from bot.services.polls import Poll
from tests.services.polls.station import CLOSES, Station

TICK = timedelta(microseconds=1)
PEOPLE = ("anna", "bert", "cleo")
OPTIONS = ("north", "south", "west")
MOMENTS = (CLOSES - TICK, CLOSES, CLOSES + TICK, CLOSES + GRACE - TICK, CLOSES + GRACE)
_TABLES = Base.metadata.tables
_INBOX, _POLL = _TABLES["inbox"], _TABLES["poll"]
_USED = ("poll_result", "ballot_choice", "ballot", "participation", "poll_receipt", "inbox",
         "audit_entry", "poll")  # fmt: skip


class Killed(BaseException):
    """The process that closed is gone."""


class Interleaved(Database):
    """A database that lets others act before each transaction of who is watched, or kills it."""

    meddler: Any = None
    opened: dict[str, Any] | None = None  # the poll as each life begins with it

    def compact(self, *_tables: str) -> bool:
        """A file written anew: of no matter for what is counted, and it takes longer than a life."""
        return True

    @contextmanager
    def write(self) -> Iterator[Connection]:
        meddler, self.meddler = self.meddler, None  # what others do is not meddled with
        if meddler:
            meddler.meddle()
        with super().write() as connection:
            yield connection
            if meddler and meddler.chance.random() < 0.04:
                raise Killed
        self.meddler = meddler


@dataclass
class Heard:
    """A message that was stamped when it reached us. `row`: its row in the inbox, once it is in."""

    person: str
    what: str
    received_at: datetime
    row: int = 0


@dataclass
class Life:
    """What happens to one poll; play() fails where somebody was told what is not so."""

    station: Station
    seed: int
    chance: random.Random = field(init=False)
    at: datetime = CLOSES - timedelta(seconds=30)
    people: dict[str, str] = field(default_factory=lambda: {name: name for name in PEOPLE})
    told: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)  # receipt, option, at
    ownerless: list[tuple[str, str]] = field(default_factory=list)
    on_the_way: list[Heard] = field(default_factory=list)
    waiting: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def play(self) -> None:
        poll = self._begin()
        for _step in range(self.chance.randrange(4, 18)):
            self.chance.choices((self._hears, self._act, self._closes), (6, 6, 2))[0](poll)
        self._passes(CLOSES + GRACE)
        self._closes(poll)
        while self.on_the_way or self.waiting:
            self._act(poll)
        self._closer(poll)
        self._check(poll)

    # -- what happens ------------------------------------------------------------------------

    def meddle(self) -> None:
        """In the middle of closing: others act, somebody else closes, or the process is killed."""
        poll = self.poll
        for _step in range(self.chance.choices((0, 1, 2), (6, 3, 1))[0]):
            self.chance.choices((self._hears, self._act, self._closer), (3, 5, 1))[0](poll)
        if self.chance.random() < 0.04:
            raise Killed

    def _begin(self) -> Poll:
        database = self.station.database
        assert isinstance(database, Interleaved)
        if database.opened is None:
            self.station.open()
            database.opened = self.station.rows("poll")[0]
        with database.write() as connection:
            for table in _USED:
                connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.execute(insert(_POLL).values(database.opened))
        self.station.keys.make("lanes")
        self.poll = self.station.poll()
        return self.poll

    def _hears(self, _poll: Poll) -> None:
        if self.at < CLOSES and self.chance.random() < 0.3:
            self._passes(CLOSES - TICK)
        what = self.chance.choices((*OPTIONS, "withdraw", "link", "erase"), (4, 4, 4, 2, 1, 1))[0]
        self.on_the_way.append(Heard(self.chance.choice(PEOPLE), what, self.at))

    def _act(self, poll: Poll) -> None:
        """The next message gets into the inbox, or has its turn, in any order of people."""
        if self.on_the_way and (not self.waiting or self.chance.random() < 0.6):
            self._stored(self.on_the_way.pop(self.chance.randrange(len(self.on_the_way))))
        elif self.waiting:
            self._turn(self.waiting.pop(self.chance.randrange(len(self.waiting))), poll)

    def _stored(self, heard: Heard) -> None:
        row = {"channel": "web", "event_id": str(self.chance.random()), "address": "web:a"}
        row |= {"payload": {}, "received_at": heard.received_at, "state": "new", "attempts": 0}
        with self.station.database.write() as connection:
            done = connection.execute(insert(_INBOX).values(row | {"due_at": self.at}))
            heard.row = done.inserted_primary_key[0]
        self.waiting.append(heard)

    def _passes(self, until: datetime) -> None:
        """Time goes on; nothing is on its way from the door to the table for longer than GRACE."""
        for heard in [h for h in self.on_the_way if h.received_at + GRACE <= until]:
            self.on_the_way.remove(heard)
            self._stored(heard)
        self.at = max(self.at, until)

    def _closes(self, poll: Poll) -> None:
        self._passes(self.chance.choice((self.at + TICK, *MOMENTS)))
        if self.chance.random() < 0.03:
            self._passes(CLOSES + PATIENCE)
        self.station.database.meddler = self  # type: ignore[attr-defined]
        try:
            self._closer(poll)
        except Killed:
            pass
        finally:
            self.station.database.meddler = None  # type: ignore[attr-defined]

    def _closer(self, poll: Poll) -> None:
        if self.at >= CLOSES:
            Closer(self.station.database, self.station.keys).close(poll.id, self.at)

    # -- one turn, and what the person is told -----------------------------------------------

    def _turn(self, heard: Heard, poll: Poll) -> None:
        with self.station.database.write() as connection:
            done = update(_INBOX).where(_INBOX.c.id == heard.row)
            connection.execute(done.values(state="done"))
            drained = select(_POLL.c.drained_at).where(_POLL.c.id == poll.id)
            is_drained = connection.scalar(drained) is not None
            ballots = Ballots(Transaction(connection, self.at), self.station.keys)
            person = self.people[heard.person]
            try:
                self._does(ballots, heard, person, poll, is_drained)
                in_time = True
            except NotTaken:
                in_time = False
        if heard.what in (*OPTIONS, "withdraw"):
            due = heard.received_at < CLOSES
            assert in_time <= due, "counted, though it came too late"
            assert in_time >= (due and self.at < CLOSES + PATIENCE), (
                "dropped, though it was in time"
            )

    def _does(
        self, ballots: Ballots, heard: Heard, person: str, poll: Poll, is_drained: bool
    ) -> None:
        if heard.what == "link":
            self._link(ballots, person, self.people[self.chance.choice(PEOPLE)], is_drained)
        elif heard.what == "erase":
            ballots.give_up(person)
            self._leaves(person, is_drained)
            self.people |= {n: f"{n}{self.chance.random()}" for n, p in self.people.items()
                            if p == person}  # fmt: skip
        elif heard.what == "withdraw":
            taken_back = ballots.withdraw(poll, person, heard.received_at)
            assert taken_back == (self.told.pop(person, None) is not None)
        else:
            who = Voter(
                person_id=person, channel="telegram", language="en", heard_at=heard.received_at
            )
            cast = ballots.cast(poll, who, "where", Answer({heard.what: 1}))
            _receipt, _option, first = self.told.get(person, ("", "", heard.received_at))
            self.told[person] = cast.receipt, heard.what, first

    def _link(self, ballots: Ballots, person: str, other: str, is_drained: bool) -> None:
        if person == other:
            return
        voided = ballots.join(person, other)
        self.people |= {name: person for name, p in self.people.items() if p == other}
        own, others = self.told.pop(person, None), self.told.pop(other, None)
        assert bool(voided) == bool(own and others and not is_drained)
        if own and others:
            first, second = (others, own) if others[2] < own[2] else (own, others)
            self.told[person] = first
            self.ownerless += [second[:2]] if is_drained else []
        elif own or others:
            self.told[person] = own or others  # type: ignore[assignment]

    def _leaves(self, person: str, is_drained: bool) -> None:
        vote = self.told.pop(person, None)
        if vote and is_drained:
            self.ownerless.append(vote[:2])

    # -- the end -----------------------------------------------------------------------------

    def _check(self, poll: Poll) -> None:
        """What was counted is what people were told, once, and nothing leads to them any more."""
        kept = [*self.ownerless, *(vote[:2] for vote in self.told.values())]
        (result,) = self.station.rows("poll_result")
        counted = result["tally"]["questions"][0]["options"]
        assert counted == dict.fromkeys(OPTIONS, 0) | Counter(option for _receipt, option in kept)
        receipts = self.station.rows("poll_receipt")
        assert sorted(r["receipt"] for r in receipts if r["state"] == "cast") == sorted(
            receipt for receipt, _option in kept
        )
        assert (result["ballots"], self.station.count("participation")) == (len(kept), len(kept))
        assert (self.station.count("ballot"), list(self.station.keys.held())) == (0, [])
        assert self.station.audited().count("poll.closed") == 1
        assert self.station.poll(poll.id).purged_at is not None
