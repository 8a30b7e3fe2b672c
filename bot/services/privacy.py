"""What is kept of a person: all of it in one file, or gone.

KEPT lists every table that knows people; a test fails when a table is missing from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, delete, null, select, update

from bot.dialog import Transaction
from bot.models import (
    Allowance,
    Base,
    BroadcastReply,
    CheckIn,
    Consent,
    Contact,
    Conversation,
    HandPicked,
    Inbox,
    LinkCode,
    Outbox,
    Participation,
    Person,
    Place,
    PollFollower,
    PollStatement,
    Question,
    Registration,
    Reminder,
    StaffDigest,
    Subscription,
    Transcript,
    TranscriptDialog,
    TranscriptLabel,
    TranscriptLine,
    TranscriptNote,
    WebLink,
)
from bot.services.ballots import Ballots
from bot.services.broadcast_joining import join_broadcasts
from bot.services.broadcast_replies import join_replies
from bot.services.erasures import Erasures
from bot.services.keys import Keys
from bot.services.poll_news import join_followers, tell_joined
from bot.services.registrations import NAMELESS, Registrations
from bot.services.reminders import Reminders
from bot.services.topics import join_subscriptions


@dataclass(frozen=True, slots=True)
class _Trace:
    """One table that knows people, and how a person's rows are found and erased in it.

    blank  values laid over instead of deleting the row
    join   how the rows of a second person become the first one's, where each may have but one;
           without it they are just renamed
    """

    table: type[Base]
    of: Callable[[str, list[str]], ColumnElement[bool]]  # person id, addresses
    blank: Mapping[str, Any] | None = None
    join: Callable[[Transaction, Keys, str, str], None] | None = None  # person, other person


def _join_votes(transaction: Transaction, keys: Keys, person_id: str, other_id: str) -> None:
    voided = Ballots(transaction, keys).join(person_id, other_id)
    tell_joined(transaction, (person_id, other_id), voided)


def _transcripts(table: Any) -> Callable[[str, list[str]], ColumnElement[bool]]:
    """The rows of a table beside the transcripts."""

    def of(_person: str, at: list[str]) -> ColumnElement[bool]:
        theirs = select(Transcript.id).where(Transcript.address.in_(at))
        return cast("ColumnElement[bool]", table.transcript_id.in_(theirs))

    return of


# Children before parents. A registration stays, for the counts of its event, without the person;
# so does a participation in a poll that is counted.
# An inbox row stays without its content, so that a platform's retry of an old message does not
# bring the person back.
KEPT = (
    _Trace(WebLink, lambda person, _at: WebLink.person_id == person),
    _Trace(
        CheckIn,
        lambda person, _at: CheckIn.registration_id.in_(
            select(Registration.id).where(Registration.person_id == person)
        ),
    ),
    _Trace(Consent, lambda person, _at: Consent.person_id == person),
    _Trace(
        Registration,
        lambda person, _at: Registration.person_id == person,
        {**NAMELESS, "person_id": None},
        lambda transaction, _keys, person, other: Registrations(transaction).join(other, person),
    ),
    _Trace(
        Participation,
        lambda person, _at: Participation.person_id == person,
        {"person_id": None},
        _join_votes,
    ),
    _Trace(
        PollFollower,
        lambda person, _at: PollFollower.person_id == person,
        join=lambda transaction, _keys, person, other: join_followers(transaction, person, other),
    ),
    _Trace(
        PollStatement, lambda person, _at: PollStatement.person_id == person, {"person_id": None}
    ),
    _Trace(
        Reminder,
        lambda person, _at: Reminder.person_id == person,
        join=lambda transaction, _keys, person, other: Reminders(transaction).join(other, person),
    ),
    _Trace(
        Subscription,
        lambda person, _at: Subscription.person_id == person,
        join=lambda transaction, _keys, person, other: join_subscriptions(
            transaction, person, other
        ),
    ),
    _Trace(
        HandPicked,
        lambda person, _at: HandPicked.person_id == person,
        join=lambda transaction, _keys, person, other: join_broadcasts(transaction, person, other),
    ),
    _Trace(
        BroadcastReply,
        lambda person, _at: BroadcastReply.person_id == person,
        join=lambda transaction, _keys, person, other: join_replies(transaction, person, other),
    ),
    _Trace(StaffDigest, lambda person, _at: StaffDigest.person_id == person),
    _Trace(Question, lambda person, _at: Question.person_id == person),
    _Trace(
        Inbox,
        lambda _person, at: Inbox.address.in_(at),
        {"address": None, "payload": null(), "state": "ignored"},
    ),
    _Trace(Outbox, lambda _person, at: Outbox.address.in_(at)),
    # After inbox and outbox: what is transcribed at this moment holds their rows until it is kept.
    _Trace(TranscriptLine, _transcripts(TranscriptLine)),
    _Trace(TranscriptDialog, _transcripts(TranscriptDialog)),
    _Trace(TranscriptLabel, _transcripts(TranscriptLabel)),
    _Trace(TranscriptNote, _transcripts(TranscriptNote)),
    _Trace(Transcript, lambda _person, at: Transcript.address.in_(at)),
    _Trace(Allowance, lambda _person, at: Allowance.address.in_(at)),
    _Trace(Contact, lambda person, _at: Contact.person_id == person),
    _Trace(LinkCode, lambda person, _at: LinkCode.person_id == person),
    _Trace(Conversation, lambda _person, at: Conversation.address.in_(at)),
    _Trace(Place, lambda person, _at: Place.person_id == person),
    _Trace(Person, lambda person, _at: Person.id == person),
)


class Privacy:
    """A person's rights over what we keep."""

    def __init__(self, transaction: Transaction, keys: Keys) -> None:
        self._connection: Connection = transaction.connection
        self._registrations = Registrations(transaction)
        self._ballots = Ballots(transaction, keys)
        self._journal = Erasures(transaction)

    def export(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """Every row about the person, by table, as plain JSON values."""
        addresses = self._addresses(person_id)
        found = {}
        for trace in KEPT:
            rows = self._connection.execute(
                select(_table(trace)).where(trace.of(person_id, addresses))
            )
            found[trace.table.__tablename__] = [
                {str(key): _plain(_shown(key, value)) for key, value in row.items()}
                for row in rows.mappings()
            ]
        return found

    def erase(self, person_id: str) -> None:
        """Remove the person everywhere; what waited to be sent to them is gone too.

        Their places at coming events go to who waits; their votes in open polls are withdrawn.
        That it was done is remembered, without saying whose: a backup may bring them back.
        """
        self._journal.add(person_id)
        self._registrations.give_up(person_id)
        self._ballots.give_up(person_id)
        addresses = self._addresses(person_id)
        for trace in KEPT:
            whose = trace.of(person_id, addresses)
            self._connection.execute(
                update(_table(trace)).where(whose).values(**trace.blank)
                if trace.blank
                else delete(_table(trace)).where(whose)
            )

    def repeat(self, known: Mapping[str, datetime]) -> int:
        """Erase whom a backup brought back; `known`: see Erasures. Gives how many there were."""
        back = self._journal.among(self._connection.scalars(select(Person.id)), known)
        self._journal.keep(known)
        for person_id in back:
            self.erase(person_id)
        return len(back)

    def _addresses(self, person_id: str) -> list[str]:
        return list(self._connection.scalars(select(Place.id).where(Place.person_id == person_id)))


def _table(trace: _Trace) -> Table:
    return trace.table.metadata.tables[trace.table.__tablename__]


def _shown(column: str, value: Any) -> Any:
    """Files we sent are named, not repeated: each export would hold all earlier ones once more."""
    if column != "body" or not value or "attachments" not in value:
        return value
    files = [{k: v for k, v in file.items() if k != "base64"} for file in value["attachments"]]
    return value | {"attachments": files}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
