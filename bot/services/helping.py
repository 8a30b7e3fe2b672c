"""A person of the team answers what was left for them; it goes out where it was asked.

The answer stands in one transaction with the message: what the page calls answered was sent, or
waits, as the channel allows.
"""

from typing import Any, Final

from sqlalchemy import Row, select, update

from bot.dialog import Invalid, Transaction
from bot.i18n import _, translate
from bot.message import Address, Reply
from bot.models import Base
from bot.outbox import Draft, add
from bot.services.actors import Doer
from bot.services.audit import Audit, Entry

LONGEST: Final = 2000  # characters: a few messages on the narrowest channel
_QUOTED = 200  # characters of the question that come before the answer
_TABLE = Base.metadata.tables["question"]
_GONE = _("This question no longer says who asked: after 30 days, or because they left.")


class Helping:
    """Answers to people, bound to a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def answer(self, question_id: int, text: str, by: Doer) -> None:
        """Send an answer. Raises Invalid: empty, too long, nobody to send it to, or answered."""
        text = text.strip()
        if not text:
            raise Invalid(_("Please write an answer first."))
        if len(text) > LONGEST:
            raise Invalid(_("Please take at most {count} characters."), count=LONGEST)
        row = self._open(question_id)
        (sent,) = add(self._connection, [self._draft(row, text)], self._transaction.now)
        kept = {"answer": text, "answered_by": by.name, "answered_at": self._transaction.now}
        kept |= {"outbox_id": sent.id, "outcome": "helped"}
        which = _TABLE.c.id == question_id
        self._connection.execute(update(_TABLE).where(which).values(kept))
        done = Entry(by.actor, "question.answer", f"question:{question_id}")
        Audit(self._transaction).write(done)

    def _open(self, question_id: int) -> Row[Any]:
        """The question, locked: of two who answer at once, the second is shown the first."""
        wanted = select(_TABLE).where(_TABLE.c.id == question_id).with_for_update()
        row = self._connection.execute(wanted).first()
        if row is not None and row.outcome == "helped":
            raise Invalid(_("{name} has answered meanwhile."), name=row.answered_by)
        if row is None or not row.address or row.outcome != "for_staff":
            raise Invalid(_GONE)
        return row

    def _draft(self, row: Row[Any], text: str) -> Draft:
        asked = " ".join(row.text.split())
        quoted = asked if len(asked) <= _QUOTED else f"{asked[:_QUOTED]}…"
        said = translate(
            row.language,
            _("You asked us: “{question}”\n\nOur team answers: {answer}"),
            question=quoted,
            answer=text,
        )
        return Draft(Address.parse(row.address), Reply(said))
