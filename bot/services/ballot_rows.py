"""The rows of participation, ballots and receipts: who may see both is here, and only here.

The rules are in ballots.py.
"""

import secrets
from typing import Any

from sqlalchemy import Row, and_, delete, insert, null, select, update

from bot.dialog import Transaction
from bot.models import Base
from bot.rows import dialect_of, insert_into
from bot.services.keys import Keys
from bot.services.marks import Answer
from bot.services.receipts import new_receipt

Part = Row[Any]  # a row of `participation`

_TABLES = Base.metadata.tables
_PART, _RECEIPT = _TABLES["participation"], _TABLES["poll_receipt"]
_BALLOT, _CHOICE = _TABLES["ballot"], _TABLES["ballot_choice"]


class BallotRows:
    """Finds a ballot for a participation, as long as there is a key."""

    def __init__(self, transaction: Transaction, keys: Keys) -> None:
        self._connection, self._keys = transaction.connection, keys

    # -- participation -----------------------------------------------------------------------

    def of_person(self, poll_id: str, person_id: str, lock: bool = False) -> Part | None:
        """Their participation. Locked, changes on two channels come one after the other."""
        p = _PART.c
        wanted = select(_PART).where(p.poll_id == poll_id, p.person_id == person_id)
        return self._connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()

    def of_key(self, poll_id: str, voter_key: str) -> Part | None:
        """The participation of that key."""
        known = and_(_PART.c.poll_id == poll_id, _PART.c.voter_key == voter_key)
        return self._connection.execute(select(_PART).where(known)).one_or_none()

    def all_of(self, person_id: str) -> list[Part]:
        """Every participation of a person, locked."""
        wanted = select(_PART).where(_PART.c.person_id == person_id).order_by(_PART.c.poll_id)
        return list(self._connection.execute(wanted.with_for_update()))

    def last_of(self, person_id: str) -> Part | None:
        """Their newest participation among those that are kept."""
        mine = select(_PART).where(_PART.c.person_id == person_id, _PART.c.cast_at.is_not(None))
        newest = mine.order_by(_PART.c.cast_at.desc(), _PART.c.poll_id).limit(1)
        return self._connection.execute(newest).one_or_none()

    def is_used(self, poll_id: str, voter_key: str) -> bool:
        """Whether somebody votes by this key."""
        return self.of_key(poll_id, voter_key) is not None

    def begin(self, values: dict[str, Any]) -> Part | None:
        """A new participation with its receipt; None when the key or the person has one already.

        The keys of the table decide, whoever else tries at this moment.
        """
        row = values | {"receipt": self._fresh_receipt(values["poll_id"])}
        add = (
            insert_into(dialect_of(self._connection), _PART)
            .values(row)
            .on_conflict_do_nothing()
            .returning(_PART)
        )
        new = self._connection.execute(add).one_or_none()
        if new is None:
            r = _RECEIPT.c
            unused = and_(r.poll_id == row["poll_id"], r.receipt == row["receipt"])
            self._connection.execute(delete(_RECEIPT).where(unused))
        return new

    def rename(self, part: Part, person_id: str | None) -> None:
        """It is another person's from now on, or nobody's."""
        owner = null() if person_id is None else person_id
        self._connection.execute(update(_PART).where(_is(part)).values(person_id=owner))

    # -- ballots -----------------------------------------------------------------------------

    def key_of(self, part: Part) -> str | None:
        """The key of the ballot that belongs to it; None when that cannot be found any more."""
        key = self._keys.ballot_key(part.poll_id, part.voter_key)
        return key if key and self._is_there(part.poll_id, key) else None

    def begin_ballot(self, part: Part, name: str | None) -> str:
        """An empty ballot; gives its key. Without the poll's key nobody finds it again."""
        key = self._keys.ballot_key(part.poll_id, part.voter_key) or secrets.token_hex(16)
        values = {"poll_id": part.poll_id, "ballot_key": key, "name": name}
        self._connection.execute(insert(_BALLOT).values(values))
        return key

    def read(self, part: Part) -> dict[str, Answer] | None:
        """What is on the ballot, by question; None when it cannot be found."""
        key = self.key_of(part)
        if key is None:
            return None
        c = _CHOICE.c
        wanted = select(c.question, c.option, c.value, c.text)
        rows = self._connection.execute(wanted.where(_holds(part.poll_id, key))).all()
        found = {}
        for question in {row.question for row in rows}:
            its = [row for row in rows if row.question == question]
            text = next((row.text for row in its if row.text is not None), None)
            found[question] = Answer({row.option: row.value for row in its}, text)
        return found

    def write(self, poll_id: str, key: str, question: str, answer: Answer) -> None:
        """Put an answer in place of what was there."""
        there = _holds(poll_id, key)
        self._connection.execute(delete(_CHOICE).where(there, _CHOICE.c.question == question))
        same = {"poll_id": poll_id, "ballot_key": key, "question": question, "text": answer.text}
        rows = [same | {"option": o, "value": v} for o, v in answer.marks.items()]
        if rows:
            self._connection.execute(insert(_CHOICE), rows)

    def void(self, part: Part, state: str) -> bool:
        """Take a ballot out with its participation; False when it cannot be found any more.

        `state` is what its receipt says from now on.
        """
        key = self.key_of(part)
        if key is None:
            return False
        self._connection.execute(delete(_CHOICE).where(_holds(part.poll_id, key)))
        b, r = _BALLOT.c, _RECEIPT.c
        ballot = and_(b.poll_id == part.poll_id, b.ballot_key == key)
        self._connection.execute(delete(_BALLOT).where(ballot))
        self._connection.execute(delete(_PART).where(_is(part)))
        whose = and_(r.poll_id == part.poll_id, r.receipt == part.receipt)
        self._connection.execute(update(_RECEIPT).where(whose).values(state=state))
        return True

    def _is_there(self, poll_id: str, key: str) -> bool:
        b = _BALLOT.c
        wanted = select(b.poll_id).where(b.poll_id == poll_id, b.ballot_key == key)
        return self._connection.execute(wanted).first() is not None

    def _fresh_receipt(self, poll_id: str) -> str:
        while True:
            row = {"poll_id": poll_id, "receipt": new_receipt(), "state": "cast"}
            add = (
                insert_into(dialect_of(self._connection), _RECEIPT)
                .values(row)
                .on_conflict_do_nothing()
            )
            if self._connection.execute(add.returning(_RECEIPT.c.receipt)).first():
                return row["receipt"]


def _is(part: Part) -> Any:
    return and_(_PART.c.poll_id == part.poll_id, _PART.c.voter_key == part.voter_key)


def _holds(poll_id: str, key: str) -> Any:
    return and_(_CHOICE.c.poll_id == poll_id, _CHOICE.c.ballot_key == key)
