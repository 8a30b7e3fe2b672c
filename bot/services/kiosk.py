"""Votes given on a tablet in the street: whole ballots of people whom nobody knows.

Such a vote is a channel of its own in the result, for it rests on no account and no code: who holds
the tablet can vote as often as they like. So a poll takes them only when it was written to
(`kiosk: true`), and says so to all its voters.

A slip carries an id that the tablet made. Sent again, it is the same vote. Neither the id nor a
time is kept, and the tablet throws the slip away once it was answered.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import delete, insert, select

from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.audit import Audit, Entry
from bot.services.ballot_rows import BallotRows
from bot.services.ballots import Ballots, NotTaken
from bot.services.keys import Keys
from bot.services.marks import Answer, check
from bot.services.poll_written import BadPoll
from bot.services.polls import Poll, Polls

CHANNEL = "kiosk"
STAYS = timedelta(days=7)  # that a link is answered after closing: what a tablet kept comes late
Became = Literal["counted", "late"]

_LINK = Base.metadata.tables["poll_kiosk"]


@dataclass(frozen=True, slots=True)
class Slip:
    """A whole ballot as a tablet sends it. `id`: the tablet's own, new for each ballot."""

    id: str
    language: str
    answers: Mapping[str, Answer]  # by question


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a slip. `receipt`: None once the poll is counted, or when it came late."""

    became: Became
    receipt: str | None = None


class KioskLinks:
    """The secret links of tablets: made by staff, void when staff say so or the poll is over."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def make(self, poll_id: str, place: str, actor: str) -> str:
        """A new token for a tablet; the one before at that place stops working. Raises BadPoll."""
        poll = Polls(self._transaction).lock(poll_id)
        if poll is None:
            raise BadPoll(_("There is no poll {poll}."), poll=poll_id)
        if not poll.kiosk:
            text = _("{poll} takes no votes at a kiosk: write `kiosk: true` before the first vote.")
            raise BadPoll(text, poll=poll_id)
        if poll.state not in ("draft", "open") or poll.closes_at <= self._transaction.now:
            raise BadPoll(_("{poll} is not open."), poll=poll_id)
        token = secrets.token_urlsafe(32)
        self._drop(poll_id, place)
        named = {"token_hash": _hash(token), "poll_id": poll_id, "place": place}
        made = insert(_LINK).values(**named, created_at=self._transaction.now)
        self._connection.execute(made)
        self._note(actor, poll_id, place)
        return token

    def void(self, poll_id: str, place: str, actor: str) -> int:
        """The link of that place, or of all for "", works no more; gives how many there were."""
        gone = self._drop(poll_id, place)
        if gone:
            self._note(actor, poll_id, f"{place} voided".strip())
        return gone

    def poll_of(self, token: str) -> Poll | None:
        """The poll a token is for; None when it is unknown, or too old."""
        wanted = select(_LINK.c.poll_id).where(_LINK.c.token_hash == _hash(token))
        poll_id = self._connection.scalar(wanted)
        poll = Polls(self._transaction).get(poll_id) if poll_id else None
        is_there = poll and poll.kiosk and self._transaction.now < poll.closes_at + STAYS
        return poll if is_there else None

    def _drop(self, poll_id: str, place: str) -> int:
        here = (_LINK.c.poll_id == poll_id, *((_LINK.c.place == place,) if place else ()))
        return self._connection.execute(delete(_LINK).where(*here)).rowcount

    def _note(self, actor: str, poll_id: str, detail: str) -> None:
        Audit(self._transaction).write(Entry(actor, "poll.kiosk", f"poll:{poll_id}", detail))


class Kiosk:
    """Takes the slips of a poll."""

    def __init__(self, transaction: Transaction, keys: Keys) -> None:
        self._rows, self._ballots = BallotRows(transaction, keys), Ballots(transaction, keys)

    def take(self, poll: Poll, slip: Slip, heard_at: datetime) -> Taken:
        """Put a slip in, once. Raises Invalid, never saying what was chosen, for one that does not
        fit: a question without an answer, an option that does not exist."""
        key = _voter_key(poll, slip)
        if poll.state == "cancelled":
            return Taken("late")
        if known := self._rows.of_key(poll.id, key):
            return Taken("counted", known.receipt)
        for question in poll.questions:
            check(question, slip.answers.get(question.id, Answer({})))
        try:
            self._ballots.hold_open(poll, heard_at)
        except NotTaken:
            return Taken("late")
        return Taken("counted", self._put_in(poll, slip, key))

    def _put_in(self, poll: Poll, slip: Slip, key: str) -> str | None:
        who = {"poll_id": poll.id, "voter_key": key, "person_id": None, "cast_at": None}
        part = self._rows.begin({**who, "channel": CHANNEL, "language": slip.language})
        if part is None:  # the same slip, sent twice at this moment
            known = self._rows.of_key(poll.id, key)
            return known.receipt if known else None
        ballot = self._rows.begin_ballot(part, None)
        for question in poll.questions:
            if answer := slip.answers.get(question.id):
                self._rows.write(poll.id, ballot, question.id, answer)
        receipt: str = part.receipt
        return receipt


def _voter_key(poll: Poll, slip: Slip) -> str:
    return sha256(f"{poll.id}|{CHANNEL}|{slip.id}".encode()).hexdigest()[:32]


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
