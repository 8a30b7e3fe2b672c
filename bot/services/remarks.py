"""What the team writes beside a conversation: labels to find it by, and notes for each other."""

from typing import Final

from sqlalchemy import delete, insert, select

from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.models import Base
from bot.rows import dialect_of, insert_into
from bot.services.audit import Audit, Entry
from bot.services.staff import Member
from bot.text import clean

LABEL: Final = 40  # characters
NOTE: Final = 2000
_TABLES = Base.metadata.tables
_TRANSCRIPT, _LABEL, _NOTE = (
    _TABLES[name] for name in ("transcript", "transcript_label", "transcript_note")
)


class Remarks:
    """Labels and notes, bound to a transaction."""

    def __init__(self, transaction: Transaction, member: Member) -> None:
        self._transaction, self._connection = transaction, transaction.connection
        self._member = member

    def label(self, number: int, label: str) -> None:
        """Put a label on; twice is once. Raises Invalid: empty, too long, no such conversation."""
        label = " ".join(clean(label).casefold().split())
        if not 0 < len(label) <= LABEL:
            raise Invalid(_("A label has one to {count} characters."), count=LABEL)
        self._held(number)
        row = {"transcript_id": number, "label": label, "put_by": self._member.name}
        row["put_at"] = self._transaction.now
        new = insert_into(dialect_of(self._connection), _LABEL).values(row)
        self._connection.execute(new.on_conflict_do_nothing())
        self._audit("conversation.label", number)

    def unlabel(self, number: int, label: str) -> None:
        """Take a label off."""
        which = (_LABEL.c.transcript_id == number, _LABEL.c.label == label)
        self._connection.execute(delete(_LABEL).where(*which))
        self._audit("conversation.unlabel", number)

    def note(self, number: int, text: str) -> None:
        """Write a note. Raises Invalid likewise."""
        text = clean(text)
        if not 0 < len(text) <= NOTE:
            raise Invalid(_("A note has one to {count} characters."), count=NOTE)
        self._held(number)
        row = {"transcript_id": number, "text": text, "written_by": self._member.name}
        row["written_at"] = self._transaction.now
        self._connection.execute(insert(_NOTE).values(row))
        self._audit("conversation.note", number)

    def strike(self, number: int, note: int) -> None:
        """Take back a note of one's own."""
        mine = _NOTE.c.written_by == self._member.name
        which = (_NOTE.c.id == note, _NOTE.c.transcript_id == number, mine)
        self._connection.execute(delete(_NOTE).where(*which))
        self._audit("conversation.strike", number)

    def _held(self, number: int) -> None:
        """It is there, and stays while we write: who is erased takes this along."""
        wanted = select(_TRANSCRIPT.c.id).where(_TRANSCRIPT.c.id == number)
        if self._connection.execute(wanted.with_for_update()).first() is None:
            raise Invalid(_("This conversation is not there any more."))

    def _audit(self, action: str, number: int) -> None:
        done = Entry(self._member.actor, action, f"conversation:{number}")
        Audit(self._transaction).write(done)
