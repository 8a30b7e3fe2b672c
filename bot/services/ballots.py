"""Takes votes: one ballot a person, changed until closing, apart from who it is of.

Everything runs in the transaction of the voter's turn. What decides is in the database: the keys
of `participation`, and a lock on the poll that whoever counts must wait for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.audit import Audit, Entry
from bot.services.ballot_rows import BallotRows, Part
from bot.services.contacts import contact_of
from bot.services.keys import Keys
from bot.services.marks import Answer, check
from bot.services.polls import Poll, Polls
from bot.services.receipts import hash_of

_TABLES = Base.metadata.tables
_POLL, _RECEIPT, _CODE = _TABLES["poll"], _TABLES["poll_receipt"], _TABLES["poll_code"]

CLOSED = _("This poll is closed; no vote can be given or changed any more.")
NOT_OPEN = _("This poll is not open yet.")
KEY_LOST = _(
    "Your vote is kept, but it cannot be changed at the moment. The team has to look at that."
)
BAD_CODE = _("This invitation code is not valid for this poll.")
CODE_NEEDED = _("For this poll one needs an invitation code.")
CODE_USED = _("Somebody has voted with this invitation code already.")
CONTACT_NEEDED = _("For this poll one needs a confirmed e-mail address or phone number.")
CONTACT_USED = _(
    "Somebody has voted with your e-mail address or phone number already. If that was you on "
    "another channel, write “link” there: then you can change that vote here."
)
NOT_HERE = _("For this poll one needs an account of a messenger; a web page alone will not do.")


class NotTaken(Exception):
    """A vote that does not count; says why, as a msgid. It never says what was chosen."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """Who votes, where, and with which invitation, if one is needed."""

    person_id: str
    channel: str
    language: str
    heard_at: datetime
    invitation: str = ""
    name: str = ""  # in polls of mode `named` alone


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote that counts. `first`: there was none of this person before."""

    receipt: str
    first: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person has on their ballot, by question."""

    receipt: str
    answers: Mapping[str, Answer] = field(default_factory=dict)


class Ballots:
    """The ballots of all polls. What cannot be done raises NotTaken, then nothing has changed."""

    def __init__(self, transaction: Transaction, keys: Keys) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._rows = BallotRows(transaction, keys)
        self._polls = Polls(transaction)

    # -- what a voter does -------------------------------------------------------------------

    def cast(self, poll: Poll, voter: Voter, question_id: str, answer: Answer) -> Cast:
        """Put an answer on the voter's ballot, in place of what was there to that question.

        Raises bot.dialog.Invalid for an answer that does not fit. One that is begun, with fewer
        marks than the question wants, is kept, and counted as left blank if nothing follows.
        """
        question = poll.question(question_id)
        if question is None:
            raise NotTaken(CLOSED)
        check(question, answer, begun=True)
        self.hold_open(poll, voter.heard_at)
        part = self._rows.of_person(poll.id, voter.person_id, lock=True)
        new = None if part else self._begin(poll, voter)
        # Who was passed by themselves on another channel at this moment changes that ballot.
        part = part or new or self._rows.of_person(poll.id, voter.person_id, lock=True)
        if part is None:
            raise NotTaken(CONTACT_USED if poll.level == "contact" else CODE_USED)
        key = self._rows.begin_ballot(part, voter.name or None) if new else self._rows.key_of(part)
        if key is None:
            raise NotTaken(KEY_LOST)
        self._rows.write(poll.id, key, question_id, answer)
        return Cast(part.receipt, new is not None)

    def mine(self, poll: Poll, person_id: str) -> Mine | None:
        """What this person has chosen so far; None when they have not voted or it is not found."""
        part = self._rows.of_person(poll.id, person_id)
        answers = self._rows.read(part) if part and poll.drained_at is None else None
        return Mine(part.receipt, answers) if part and answers is not None else None

    def receipt(self, poll_id: str, person_id: str) -> str | None:
        """The receipt of somebody who has voted; None once the poll is counted."""
        part = self._rows.of_person(poll_id, person_id)
        return part.receipt if part else None

    def has_voted(self, poll_id: str, person_id: str) -> bool:
        """Whether this person takes part, as long as that is kept."""
        return self._rows.of_person(poll_id, person_id) is not None

    def voted_last(self, person_id: str) -> str:
        """The poll this person began to vote in last and that is not counted yet; "" for none."""
        part = self._rows.last_of(person_id)
        return part.poll_id if part else ""

    def withdraw(self, poll: Poll, person_id: str, heard_at: datetime) -> bool:
        """Take the whole ballot back; False when there is none."""
        self.hold_open(poll, heard_at)
        part = self._rows.of_person(poll.id, person_id, lock=True)
        if part is None:
            return False
        if not self._rows.void(part, "withdrawn"):
            raise NotTaken(KEY_LOST)
        return True

    def shuts_out(self, poll: Poll, person_id: str, channel: str) -> str:
        """Why a person cannot vote from this channel, as a msgid; "" when they can, or have."""
        if self.has_voted(poll.id, person_id):
            return ""
        if poll.level == "account" and channel == "web":
            return NOT_HERE
        contact = contact_of(self._connection, person_id) if poll.level == "contact" else None
        used = contact and self._rows.is_used(poll.id, _hashed(poll, contact))
        return CONTACT_USED if used else ""

    def refuses(self, poll: Poll, invitation: str) -> str | None:
        """Why an invitation is of no use here, as a msgid; None when one may vote with it."""
        known = (_CODE.c.poll_id == poll.id, _CODE.c.code_hash == hash_of(invitation))
        if self._connection.execute(select(_CODE.c.poll_id).where(*known)).first() is None:
            return BAD_CODE
        return CODE_USED if self._rows.is_used(poll.id, hash_of(invitation)) else None

    def status_of(self, receipt: str) -> Mapping[str, str]:
        """What became of a receipt: cast, counted, withdrawn, joined, by poll.

        What was cast is counted when its poll is: no row has to be written for that.
        """
        r, joined = _RECEIPT.c, _RECEIPT.join(_POLL, _POLL.c.id == _RECEIPT.c.poll_id)
        wanted = select(r.poll_id, r.state, _POLL.c.state.label("of_poll")).select_from(joined)
        rows = self._connection.execute(wanted.where(r.receipt == receipt).order_by(r.poll_id))
        counted = {("cast", "closed"): "counted"}
        return {row.poll_id: counted.get((row.state, row.of_poll), row.state) for row in rows}

    def hold_open(self, poll: Poll, heard_at: datetime) -> None:
        """Raises NotTaken unless a vote heard then counts. `poll` may be older than this moment."""
        if not poll.takes_votes(heard_at):
            early = poll.state == "draft" or heard_at < poll.opens_at
            raise NotTaken(NOT_OPEN if early else CLOSED)
        row = self._held(poll.id)
        is_open = row.state in ("open", "closing") and row.drained_at is None
        if not is_open or heard_at >= row.closes_at:
            raise NotTaken(CLOSED)

    # -- what becomes of people --------------------------------------------------------------

    def join(self, person_id: str, other_id: str) -> tuple[str, ...]:
        """Both are one person: in each poll the ballot that was cast first stays.

        Gives the polls in which the other one was taken out. Once a poll is counted, no ballot can
        be told from another: both stay counted.
        """
        voided = []
        for other in self._rows.all_of(other_id):
            own = self._rows.of_person(other.poll_id, person_id, lock=True)
            if own is None:
                self._rows.rename(other, person_id)
            elif self._keep_first(own, other, person_id):
                voided.append(other.poll_id)
        return tuple(voided)

    def _keep_first(self, own: Part, other: Part, person_id: str) -> bool:
        """Of two ballots of one person; False when both have to stay."""
        later = own.cast_at and other.cast_at and other.cast_at < own.cast_at
        first, second = (other, own) if later else (own, other)
        is_open = self._is_open(second.poll_id)
        done = is_open and self._rows.void(second, "joined")
        if not done:
            self._rows.rename(second, None)
        self._rows.rename(first, person_id)
        if is_open:
            detail = "one person, two ballots: the first stays" if done else "key lost: both stay"
            entry = Entry("house", "poll.join", f"poll:{second.poll_id}", detail)
            Audit(self._transaction).write(entry)
        return done

    def give_up(self, person_id: str) -> None:
        """The person is to be forgotten: open ballots go; what is counted stays, of nobody."""
        for part in self._rows.all_of(person_id):
            if not (self._is_open(part.poll_id) and self._rows.void(part, "withdrawn")):
                self._rows.rename(part, None)

    # -- -------------------------------------------------------------------------------------

    def _held(self, poll_id: str) -> Any:
        """The poll's row as it is now; whoever counts waits for us to end."""
        p = _POLL.c
        wanted = select(p.state, p.drained_at, p.closes_at).where(p.id == poll_id)
        return self._connection.execute(wanted.with_for_update(read=True)).one()

    def _is_open(self, poll_id: str) -> bool:
        """Whether ballots may still be taken out."""
        row = self._held(poll_id)
        return row.state in ("open", "closing") and row.drained_at is None

    def _begin(self, poll: Poll, voter: Voter) -> Part | None:
        return self._rows.begin(
            {
                "poll_id": poll.id,
                "voter_key": self._voter_key(poll, voter),
                "person_id": voter.person_id,
                "channel": voter.channel,
                "language": voter.language,
                "cast_at": voter.heard_at,
            }
        )

    def _voter_key(self, poll: Poll, voter: Voter) -> str:
        """What the register knows a voter by. Raises NotTaken where they may not vote."""
        if poll.level == "account" and voter.channel == "web":
            raise NotTaken(NOT_HERE)
        if poll.level == "contact":
            return self._contact_key(poll, voter.person_id)
        if poll.level != "code":
            return _hashed(poll, voter.person_id)
        if not voter.invitation:
            raise NotTaken(CODE_NEEDED)
        if why := self.refuses(poll, voter.invitation):
            raise NotTaken(why)
        return hash_of(voter.invitation)

    def _contact_key(self, poll: Poll, person_id: str) -> str:
        contact = contact_of(self._connection, person_id)
        if contact is None:
            raise NotTaken(CONTACT_NEEDED)
        return _hashed(poll, contact)


def _hashed(poll: Poll, voter: str) -> str:
    return sha256(f"{poll.id}|{voter}".encode()).hexdigest()[:32]
