"""Closes polls at their minute: each step is short, guarded, and begun anew after a kill.

    open      the minute comes
    closing   until all that came in time is in: drained
    closed    ballots were read, shuffled, written as one file
    purged    nothing says whose a receipt was; the key is destroyed, ballots' rows are deleted

A vote counts by when it reached us (the inbox row), never by when its turn was taken. Two processes
may close at once: one result is kept, the other one's is thrown away.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import (
    Column,
    Connection,
    Delete,
    Update,
    and_,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    update,
)

from bot.database import Database
from bot.dialog import Transaction
from bot.models import Base
from bot.services.announcing import POLL, announce
from bot.services.audit import Audit, Entry
from bot.services.counting import Counted, count, keep
from bot.services.keys import Keys
from bot.services.polls import Poll, Polls

log = structlog.get_logger()
GRACE = timedelta(seconds=3)  # a vote may be on its way from the door to the table; clocks differ
PATIENCE = timedelta(minutes=10)  # then who still waits is counted as late, and written down
AT_ONCE = 20_000  # rows a transaction: nobody waits for a million of them

_TABLES = Base.metadata.tables
_POLL, _INBOX, _PART = _TABLES["poll"], _TABLES["inbox"], _TABLES["participation"]
_BALLOT, _CHOICE = _TABLES["ballot"], _TABLES["ballot_choice"]
_STATEMENT = _TABLES["poll_statement"]


@dataclass(frozen=True, slots=True)
class Closer:
    """What closing needs. `now` is asked again at each step."""

    database: Database
    keys: Keys

    def close_due(self, now: datetime) -> tuple[str, ...]:
        """Take every poll whose time has come as far as it can go now; gives those it counted."""
        t = _POLL.c
        due = and_(t.state.in_(("open", "closing")), t.closes_at <= now)
        ended = and_(t.state.in_(("closed", "cancelled")), t.purged_at.is_(None))
        with self.database.read() as connection:
            wanted = select(t.id).where(or_(due, ended)).order_by(t.closes_at, t.id)
            polls = list(connection.scalars(wanted))
        return tuple(poll_id for poll_id in polls if self._carefully(poll_id, now))

    def close(self, poll_id: str, now: datetime) -> bool:
        """Take one poll as far as it can go; True when this call counted it."""
        self._begin(poll_id, now)
        counted = self._drain(poll_id, now) and self._count(poll_id, now)
        self._purge(poll_id, now)
        return counted

    def _carefully(self, poll_id: str, now: datetime) -> bool:
        """One poll that cannot be counted holds up no other."""
        try:
            return self.close(poll_id, now)
        except Exception:
            log.exception("poll_not_closed", poll=poll_id)
            return False

    def _begin(self, poll_id: str, now: datetime) -> None:
        """From now on it says `closing`: once, whoever tries."""
        t = _POLL.c
        due = and_(t.id == poll_id, t.state == "open", t.closes_at <= now)
        with self.database.write() as connection:
            begun = connection.execute(update(_POLL).where(due).values(state="closing"))
            if begun.rowcount:
                _note(Transaction(connection, now), "poll.closing", poll_id)

    def _drain(self, poll_id: str, now: datetime) -> bool:
        """Wait until every vote that came in time is in; True when no more can come."""
        with self.database.write() as connection:
            poll = Polls(Transaction(connection, now)).lock(poll_id)
            if poll is None or poll.state != "closing":
                return False
            if poll.drained_at is not None:
                return True
            late = waiting(connection, poll)
            if now < poll.closes_at + GRACE or (late and now < poll.closes_at + PATIENCE):
                return False
            drained = update(_POLL).where(_POLL.c.id == poll_id).values(drained_at=now)
            connection.execute(drained)
            if late:
                _note(
                    Transaction(connection, now),
                    "poll.late",
                    poll_id,
                    f"{late} not handled in time",
                )
            return True

    def _count(self, poll_id: str, now: datetime) -> bool:
        """Make the file, then keep it if nobody was faster. Nothing is locked while it is made."""
        with self.database.read() as connection:
            poll = Polls(Transaction(connection, now)).get(poll_id)
            if poll is None or poll.state != "closing":
                return False
            counted = count(connection, poll)
        with self.database.write() as connection:
            return self._keep(connection, poll, counted, now)

    def _keep(self, connection: Connection, poll: Poll, counted: Counted, now: datetime) -> bool:
        transaction = Transaction(connection, now)
        locked = Polls(transaction).lock(poll.id)
        if locked is None or locked.state != "closing":
            return False
        keep(connection, poll, counted, _late(transaction, poll.id), now)
        done = update(_POLL).where(_POLL.c.id == poll.id)
        connection.execute(done.values(state="closed", closed_at=now, changed_at=now))
        detail = f"{counted.ballots} ballots, file {counted.sha256}"
        _note(transaction, "poll.closed", poll.id, detail)
        announce(transaction, POLL, {"poll": poll.id})
        return True

    def _purge(self, poll_id: str, now: datetime) -> None:
        """Destroy the key, delete the rows of ballots, and have the database forget their pages."""
        with self.database.read() as connection:
            poll = Polls(Transaction(connection, now)).get(poll_id)
        if poll is None or poll.state not in ("closed", "cancelled") or poll.purged_at is not None:
            return
        if poll.state == "closed":
            self._settle(poll_id)
        self._forget_authors(poll)
        self.keys.destroy(poll_id)
        for table in (_CHOICE, _BALLOT):
            self._part_by_part(delete(table), table.c.ballot_key, poll_id)
        if not self.database.compact("ballot_choice", "ballot", "participation"):
            return  # somebody reads; the next look tries again
        with self.database.write() as connection:
            purged = and_(_POLL.c.id == poll_id, _POLL.c.purged_at.is_(None))
            if connection.execute(update(_POLL).where(purged).values(purged_at=now)).rowcount:
                done = "key destroyed, rows of ballots deleted"
                _note(Transaction(connection, now), "poll.purged", poll_id, done)

    def _settle(self, poll_id: str) -> None:
        """Nothing says whose a receipt is, nor which vote was first."""
        forgets = update(_PART).values(receipt=null(), cast_at=null())
        self._part_by_part(forgets, _PART.c.voter_key, poll_id)

    def _forget_authors(self, poll: Poll) -> None:
        """Nothing says who wrote a statement, also of those that nobody looked at in time."""
        its = update(_STATEMENT).where(_STATEMENT.c.poll_id == poll.id)
        with self.database.write() as connection:
            connection.execute(its.values(person_id=null(), added_at=poll.opens_at))

    def _part_by_part(self, change: Update | Delete, key: Column[str], poll_id: str) -> None:
        """Change all rows of a poll, AT_ONCE a transaction, in the order of a key; may be repeated.

        A part ends at a key that is looked up: the keys themselves need not travel.
        """
        its, last = key.table.c.poll_id == poll_id, ""
        while True:
            rest = and_(its, key > last)
            ends = select(key).where(rest).order_by(key).limit(1).offset(AT_ONCE - 1)
            with self.database.write() as connection:
                until = connection.scalar(ends)
                connection.execute(change.where(rest, *((key <= until,) if until else ())))
            if until is None:
                return
            last = until


def waiting(connection: Connection, poll: Poll) -> int:
    """How much of what reached us before the closing minute has not had its turn yet.

    What a process has stored and not committed is not seen in the table: there, PostgreSQL says
    which transactions have begun and written since then; SQLite lets only one write at a time.
    """
    new = _INBOX.c.state == literal_column("'new'")
    in_time = select(func.count()).where(new, _INBOX.c.received_at < poll.closes_at)
    found = int(connection.scalar(in_time) or 0)
    if connection.dialect.name == "sqlite":
        return found
    begun = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL AND xact_start < :at"
    )
    return found + int(connection.scalar(begun, {"at": poll.closes_at + GRACE}) or 0)


def _late(transaction: Transaction, poll_id: str) -> int:
    entries = Audit(transaction).of(f"poll:{poll_id}")
    return sum(int(e.detail.partition(" ")[0]) for e in entries if e.action == "poll.late")


def _note(transaction: Transaction, action: str, poll_id: str, detail: str = "") -> None:
    Audit(transaction).write(Entry("house", action, f"poll:{poll_id}", detail))
