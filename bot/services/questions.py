"""What people asked, with what became of it; and what they left for a person to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import insert, select, update

from bot.dialog import Talk, Transaction
from bot.models import Base, Question

_TABLE = Base.metadata.tables["question"]
_KEEP = insert(_TABLE).returning(_TABLE.c.id)  # made once: every question runs it
Outcome = Literal["answered", "declined", "not_meant", "for_staff"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that was considered: why an answer was chosen, for staff and `/debug`."""

    slug: str
    score: float
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is kept."""

    text: str
    outcome: Outcome
    confidence: float = 0.0
    found: Sequence[Candidate] = ()


class Questions:
    """The questions of all people."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def keep(self, talk: Talk, asked: Asked) -> int:
        """Write a question down; gives its id."""
        row = {
            "person_id": talk.person_id,
            "address": str(talk.address),
            "asked_at": self._transaction.now,
            "language": talk.language,
            "text": asked.text,
            "outcome": asked.outcome,
            "confidence": round(asked.confidence, 4),
            "found": [
                {"slug": c.slug, "score": c.score, "matched": c.matched} for c in asked.found
            ],
        }
        return int(self._transaction.connection.execute(_KEEP, row).scalar_one())

    def missed(self, talk: Talk, question_id: int) -> None:
        """The person says that the answer missed; only their own question can be marked."""
        self._transaction.connection.execute(
            update(Question)
            .where(Question.id == question_id, Question.person_id == talk.person_id)
            .values(outcome="not_meant")
        )

    def waiting_for_staff(self) -> int:
        """How many questions people left for a person to answer."""
        waiting = select(Question.id).where(Question.outcome == "for_staff")
        return len(self._transaction.connection.execute(waiting).all())
