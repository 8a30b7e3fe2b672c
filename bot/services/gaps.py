"""Gaps: what people ask about and get no good answer to, and what the team decides of each."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, case, func, insert, select, update

from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.actors import Doer
from bot.services.announcing import GAP, announce
from bot.services.audit import Audit, Entry
from bot.services.gap_news import TOLD, Decision, tell
from bot.services.questions import UNANSWERED
from bot.services.redaction import redacted

STATES: Final = ("open", "answered", "out_of_scope", "for_a_person", "ignored")
LEAST: Final = 3  # people: fewer are no gap yet, and might be recognised by what they ask
MOST: Final = 100
_SHOWN = 200  # questions of a gap on its page
_IN_VAIN = (*UNANSWERED, "helped")  # outcomes of those a gap is made of
_QUESTION, _GAP = Base.metadata.tables["question"], Base.metadata.tables["gap"]
_DECIDED = _("Somebody else has decided meanwhile. Please look again.")


@dataclass(frozen=True, slots=True)
class Sample:
    """A question of a gap; who asked is not in it."""

    id: int
    asked_at: datetime
    language: str
    text: str
    outcome: str


@dataclass(slots=True)
class _Counted:
    """The questions of a gap in figures; see Gap."""

    languages: Counter[str] = field(default_factory=Counter)
    since: Counter[str] = field(default_factory=Counter)
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions on one matter.

    languages  how many questions in each
    waiting    how many questions of people who want to hear when we know, and we know where
    samples    its questions, newest first; in a list only the newest one
    since      what became of questions on it since it was closed, by outcome
    referral   where to turn instead, by language, where it is not our subject
    heard      how many people were told what was decided, heard_at: when last
    """

    id: int
    asked_at: datetime
    people: int
    state: str
    article: str
    decided_by: str
    decided_at: datetime | None
    reopened_at: datetime | None
    version: int
    languages: Mapping[str, int]
    waiting: int
    samples: tuple[Sample, ...]
    since: Mapping[str, int]
    referral: Mapping[str, str]
    heard: int
    heard_at: datetime | None

    @property
    def answered_share(self) -> float | None:
        """Which share of what was asked since it was closed had an answer; None: nothing was."""
        asked = sum(self.since.values())
        return (asked - sum(self.since.get(o, 0) for o in UNANSWERED)) / asked if asked else None


class Gaps:
    """All of them, bound to a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def find(self, state: str = "open", least: int = LEAST) -> tuple[Gap, ...]:
        """Those in this state that so many people asked about, most people first."""
        wanted = _those(state, least).order_by(_GAP.c.people.desc(), _GAP.c.asked_at.desc())
        return self._listed(wanted.limit(MOST))

    def after(self, last: int, most: int, state: str, least: int = LEAST) -> tuple[Gap, ...]:
        """Likewise, those that come after a number, in the order of their numbers."""
        wanted = _those(state, least).where(_GAP.c.id > last).order_by(_GAP.c.id)
        return self._listed(wanted.limit(most))

    def _listed(self, wanted: Select[Any]) -> tuple[Gap, ...]:
        rows = self._connection.execute(wanted).all()
        counted = self._counted([row.id for row in rows])
        newest = self._newest([row.id for row in rows])
        return tuple(_gap(row, counted[row.id], newest.get(row.id, ())) for row in rows)

    def count(self, state: str = "open", least: int = LEAST) -> int:
        """How many there are."""
        those = _those(state, least).subquery()
        return int(self._connection.scalar(select(func.count()).select_from(those)) or 0)

    def get(self, gap_id: int) -> Gap | None:
        """One with its questions; the one it was merged into, if it was."""
        row = self._connection.execute(select(_GAP).where(_GAP.c.id == gap_id)).first()
        if row is not None and row.merged_into is not None:
            return self.get(row.merged_into)
        return _gap(row, self._counted([gap_id])[gap_id], self._samples(gap_id)) if row else None

    def decide(self, gap_id: int, decision: Decision, by: Doer) -> int:
        """Decide what becomes of a gap; those who want to hear what that is are told.

        Gives how many are told. Raises Invalid when somebody else has decided meanwhile.
        """
        values = {
            "state": decision.state,
            "article": decision.article or None,
            "referral": dict(decision.referral) or None,
            "decided_at": self._transaction.now,
            "decided_by": by.name,
            "version": decision.version + 1,
        }
        self._change(gap_id, decision.version, values)
        self._note(by, f"gap.{decision.state}", gap_id, decision.article)
        if decision.state != "open":
            announce(self._transaction, GAP, {"gap": gap_id, "state": decision.state})
        return self._tell(gap_id, decision) if decision.state in TOLD else 0

    def _tell(self, gap_id: int, decision: Decision) -> int:
        if told := tell(self._transaction, gap_id, decision):
            values = {"heard": _GAP.c.heard + told, "heard_at": self._transaction.now}
            this = _GAP.c.id == gap_id
            self._connection.execute(update(_GAP).where(this).values(values))
        return told

    def merge(self, gap_id: int, into: int, by: Doer) -> None:
        """The questions of a gap become those of another. Raises Invalid."""
        one, other = self.get(gap_id), self.get(into)
        if one is None or other is None or one.id == other.id:
            raise Invalid(_("There is no other gap with this number."))
        self._change(one.id, one.version, {"merged_into": other.id, "version": one.version + 1})
        mine = _QUESTION.c.gap_id == one.id
        self._connection.execute(update(_QUESTION).where(mine).values(gap_id=other.id))
        self._count_anew(other.id, one.people + other.people)
        self._note(by, "gap.merge", one.id, str(other.id))

    def split(self, gap_id: int, questions: Sequence[int], by: Doer) -> int:
        """These questions leave a gap and open one of their own; gives its id. Raises Invalid."""
        gap = self.get(gap_id)
        chosen = [one.id for one in gap.samples if one.id in questions] if gap else []
        if gap is None or not 0 < len(chosen) < len(gap.samples):
            raise Invalid(_("Please choose some of the questions, but not all."))
        new = {"created_at": self._transaction.now, "asked_at": gap.asked_at, "people": 0}
        new |= {"state": "open", "version": 1}
        made = self._connection.execute(insert(_GAP).values(new).returning(_GAP.c.id)).scalar_one()
        # Only what is still there: of two who take the same ones out, the second is told.
        mine = (_QUESTION.c.id.in_(chosen), _QUESTION.c.gap_id == gap.id)
        moved = self._connection.execute(update(_QUESTION).where(*mine).values(gap_id=made))
        if moved.rowcount != len(chosen):
            raise Invalid(_DECIDED)
        self._count_anew(int(made), len(chosen))
        self._count_anew(gap.id, gap.people)
        self._note(by, "gap.split", gap.id, str(made))
        return int(made)

    def _change(self, gap_id: int, version: int, values: Mapping[str, Any]) -> None:
        ours = (_GAP.c.id == gap_id, _GAP.c.version == version, _GAP.c.merged_into.is_(None))
        if not self._connection.execute(update(_GAP).where(*ours).values(values)).rowcount:
            raise Invalid(_DECIDED)

    def _count_anew(self, gap_id: int, at_most: int) -> None:
        """The people of a gap: those we know of, and for each question that names nobody, one."""
        column = _QUESTION.c
        counted = select(
            func.count(column.person_id.distinct()) + func.count() - func.count(column.person_id)
        ).where(column.gap_id == gap_id)
        people = min(at_most, int(self._connection.scalar(counted) or 0))
        this = _GAP.c.id == gap_id
        self._connection.execute(update(_GAP).where(this).values(people=people))

    def _note(self, by: Doer, action: str, gap_id: int, detail: str) -> None:
        Audit(self._transaction).write(Entry(by.actor, action, f"gap:{gap_id}", detail))

    def _counted(self, gap_ids: Sequence[int]) -> dict[int, _Counted]:
        column, closed = _QUESTION.c, _GAP.c.decided_at
        is_later = and_(closed.is_not(None), column.asked_at > closed)
        waits = and_(column.tell, column.address.is_not(None))
        group = (column.gap_id, column.language, column.outcome, is_later)
        counted = (
            select(*group, func.count(), func.sum(case((waits, 1), else_=0)))
            .join(_GAP, _GAP.c.id == column.gap_id)
            .where(column.gap_id.in_(gap_ids))
            .group_by(*group)
            .order_by(column.language)
        )
        found: defaultdict[int, _Counted] = defaultdict(_Counted)
        for gap_id, language, outcome, later, count, waiting in self._connection.execute(counted):
            gap = found[gap_id]
            gap.waiting += int(waiting)
            if outcome in _IN_VAIN:
                gap.languages[language] += count
            if later:
                gap.since[outcome] += count
        return found

    def _newest(self, gap_ids: Sequence[int]) -> dict[int, tuple[Sample, ...]]:
        """The last question of each."""
        column = _QUESTION.c
        last = (
            select(func.max(column.id))
            .where(column.gap_id.in_(gap_ids), column.outcome.in_(_IN_VAIN))
            .group_by(column.gap_id)
        )
        rows = self._connection.execute(select(_QUESTION).where(column.id.in_(last)))
        return {row.gap_id: (_sample(row),) for row in rows}

    def _samples(self, gap_id: int) -> tuple[Sample, ...]:
        column = _QUESTION.c
        its = (column.gap_id == gap_id, column.outcome.in_(_IN_VAIN))
        wanted = select(_QUESTION).where(*its).order_by(column.id.desc()).limit(_SHOWN)
        return tuple(map(_sample, self._connection.execute(wanted)))


def _those(state: str, least: int) -> Select[Any]:
    column = _GAP.c
    its = (column.state == state, column.people >= least, column.merged_into.is_(None))
    return select(_GAP).where(*its)


def _gap(row: Row[Any], counted: _Counted, samples: tuple[Sample, ...]) -> Gap:
    return Gap(
        row.id,
        row.asked_at,
        row.people,
        row.state,
        row.article or "",
        row.decided_by or "",
        row.decided_at,
        row.reopened_at,
        row.version,
        dict(counted.languages.most_common()),
        counted.waiting,
        samples,
        counted.since,
        row.referral or {},
        row.heard,
        row.heard_at,
    )


def _sample(row: Row[Any]) -> Sample:
    return Sample(row.id, row.asked_at, row.language, redacted(row.text), row.outcome)
