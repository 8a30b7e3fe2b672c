"""What people asked, with what became of it; and what they left for a person to answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import false, func, insert, literal_column, select, true, update

from bot.dialog import Talk, Transaction
from bot.models import Base, Inbox, Question
from bot.services import announcing
from bot.services.linking import without_codes

_TABLE = Base.metadata.tables["question"]
UNANSWERED: Final = ("for_staff", "declined", "not_meant")
OUTCOMES: Final = (*UNANSWERED, "answered", "helped")
_TOLD = {"declined": announcing.UNANSWERED, "for_staff": announcing.HANDOFF}
_KEEP = insert(_TABLE).returning(_TABLE.c.id)  # made once: every question runs it
Outcome = Literal["answered", "declined", "not_meant", "for_staff", "helped"]


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

    @property
    def article(self) -> str | None:
        """The slug of the article that was the answer."""
        return self.found[0].slug if self.outcome == "answered" and self.found else None


@dataclass(frozen=True, slots=True)
class Gap:
    """A question without a good answer, as the team sees it: nothing says who asked."""

    asked_at: datetime
    outcome: Outcome
    language: str
    text: str
    nearest: str  # the slug of the article that came closest; "" for none


class Questions:
    """The questions of all people."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def keep(self, talk: Talk, asked: Asked) -> int:
        """Write a question down; gives its id."""
        row = {
            "person_id": talk.person_id,
            "address": str(talk.address),
            "channel": talk.address.channel,
            "asked_at": self._transaction.now,
            "language": talk.language,
            "text": without_codes(asked.text),
            "outcome": asked.outcome,
            "confidence": round(asked.confidence, 4),
            "article": asked.article,
            "found": [
                {"slug": c.slug, "score": c.score, "matched": c.matched} for c in asked.found
            ],
        }
        number = int(self._transaction.connection.execute(_KEEP, row).scalar_one())
        if event := _TOLD.get(asked.outcome):
            announcing.announce(self._transaction, event, {"question": number})
        return number

    def missed(self, talk: Talk, question_id: int) -> None:
        """The person says that the answer missed; only their own question can be marked."""
        marked = self._transaction.connection.execute(
            update(Question)
            .where(Question.id == question_id, Question.person_id == talk.person_id)
            .values(outcome="not_meant", is_sorted=false())
        )
        if marked.rowcount:
            announcing.announce(self._transaction, announcing.UNANSWERED, {"question": question_id})

    def tell(self, talk: Talk, question_id: int) -> bool:
        """They want to hear when we know; False when it is not theirs, or nobody knows any more."""
        theirs = (_TABLE.c.id == question_id, _TABLE.c.person_id == talk.person_id)
        wanted = update(_TABLE).where(*theirs, _TABLE.c.outcome.in_(UNANSWERED)).values(tell=true())
        return bool(self._transaction.connection.execute(wanted).rowcount)

    def gaps(self, since: datetime) -> tuple[Gap, ...]:
        """What was not answered since then: left for staff first, and newest first."""
        q = _TABLE.c
        wanted = (
            select(q.asked_at, q.outcome, q.language, q.text, q.found)
            .where(q.outcome.in_(UNANSWERED), q.asked_at >= since)
            .order_by(q.outcome != "for_staff", q.asked_at.desc(), q.id.desc())
        )
        rows = self._transaction.connection.execute(wanted)
        return tuple(Gap(*row[:4], nearest=_nearest(row.found)) for row in rows)

    def interested(self) -> dict[str, int]:
        """How many notes of interest there are, by the programme they are about.

        Such a note names its programme as the one thing that was considered, with certainty.
        """
        q = _TABLE.c
        noted = select(q.found).where(q.outcome.in_(("for_staff", "helped")))
        counts: Counter[str] = Counter()
        for found in self._transaction.connection.scalars(noted):
            if len(found) == 1 and found[0]["score"] == 1.0 and not found[0]["matched"]:
                counts[found[0]["slug"]] += 1
        return dict(counts)

    def not_handled(self) -> int:
        """How many messages were given up, and are still in the inbox."""
        # Written out, not bound: a partial index serves only who says its condition.
        given_up = Inbox.state == literal_column("'dead'")
        dead = select(func.count()).select_from(Inbox).where(given_up)
        return int(self._transaction.connection.execute(dead).scalar_one())


def _nearest(found: Sequence[dict[str, str]]) -> str:
    return found[0]["slug"] if found else ""
