"""Polls as values and as rows. Who votes: ballots.py; how it ends: closing.py, results.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, insert, select, update

from bot.dialog import Transaction
from bot.models import Base
from bot.services.audit import sha_of
from bot.services.texts import Texts, in_language

State = Literal["draft", "open", "closing", "closed", "cancelled"]
Kind = Literal["single", "multiple", "scale", "ranking", "statements", "budget", "text", "place"]
Level = Literal["web", "account", "contact", "code"]
Mode = Literal["named", "confidential", "web-secret"]
STATES: tuple[str, ...] = get_args(State)
KINDS: tuple[str, ...] = get_args(Kind)
LEVELS: tuple[str, ...] = get_args(Level)
MODES: tuple[str, ...] = get_args(Mode)

_TABLE = Base.metadata.tables["poll"]
_STATEMENT = Base.metadata.tables["poll_statement"].c


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What may be chosen. `image`: the address of a picture; `alt` says what it shows."""

    id: str
    label: Texts
    image: str = ""
    alt: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a poll.

    least, most  how many may be picked or ranked; of a budget, `most` is what may be spent
    method       of a ranking: schulze or irv
    grid         of a place that is sent: the side of a cell in degrees; 0: only the list
    shuffled     each voter sees the options in an order of their own
    passing      "I would rather not say" is an answer; `unsure`: "I do not know"
    adding       voters may add statements, which are looked at first
    """

    id: str
    kind: Kind
    ask: Texts
    options: tuple[Option, ...] = ()
    least: int = 1
    most: int = 1
    method: Literal["", "schulze", "irv"] = ""
    grid: float = 0.0
    shuffled: bool = False
    passing: bool = False
    unsure: bool = False
    adding: bool = False

    def option(self, option_id: str) -> Option | None:
        """The option of that id."""
        return next((o for o in self.options if o.id == option_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """That the poll closes later than was said."""

    before: datetime
    until: datetime
    reason: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll as it stands. What each part means: bot/models/polls.py."""

    id: str
    title: Texts
    questions: tuple[Question, ...]
    opens_at: datetime
    closes_at: datetime
    zone: str
    summary: Texts = field(default_factory=dict)
    level: Level = "account"
    mode: Mode = "confidential"
    live: bool = False
    kiosk: bool = False
    next_steps: Texts = field(default_factory=dict)
    outcome: Texts = field(default_factory=dict)
    state: str = "draft"
    code: str = ""
    extended: tuple[Extension, ...] = ()
    wording_sha: str = ""
    drained_at: datetime | None = None
    closed_at: datetime | None = None
    purged_at: datetime | None = None
    revision: int = 0

    @property
    def local_zone(self) -> ZoneInfo:
        """The zone of the people who vote."""
        return ZoneInfo(self.zone)

    def name(self, language: str) -> str:
        """The title for a person of that language."""
        return in_language(self.title, language)

    def question(self, question_id: str) -> Question | None:
        """The question of that id."""
        return next((q for q in self.questions if q.id == question_id), None)

    def takes_votes(self, heard_at: datetime) -> bool:
        """Whether a vote counts that reached us at that moment; the closing minute does not."""
        if self.state not in ("open", "closing") or self.drained_at is not None:
            return False
        return self.opens_at <= heard_at < self.closes_at

    def wording(self) -> dict[str, Any]:
        """What voters read and by which rules it is counted, as plain values: what is hashed."""
        return {
            "id": self.id,
            "title": dict(self.title),
            "summary": dict(self.summary),
            "level": self.level,
            "mode": self.mode,
            "live": self.live,
            "questions": [question_to_json(q) for q in self.questions],
            **({"kiosk": True} if self.kiosk else {}),  # older polls keep their hash
        }


def question_to_json(question: Question) -> dict[str, Any]:
    """A question as it is stored and hashed."""
    plain = {name: getattr(question, name) for name in Question.__dataclass_fields__}
    options = [
        {"id": o.id, "label": dict(o.label), "image": o.image, "alt": dict(o.alt)}
        for o in question.options
    ]
    return plain | {"ask": dict(question.ask), "options": options}


def question_from_json(stored: Mapping[str, Any]) -> Question:
    """A stored question; what a newer version stored besides is passed over."""
    known = {k: v for k, v in stored.items() if k in Question.__dataclass_fields__}
    options = tuple(
        Option(id=o["id"], label=o["label"], image=o.get("image", ""), alt=o.get("alt", {}))
        for o in stored.get("options", ())
    )
    return Question(**{**known, "options": options})


class Polls:
    """The polls there are."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def get(self, poll_id: str) -> Poll | None:
        """One poll, with the statements that were accepted so far."""
        found = self._found(select(_TABLE).where(_TABLE.c.id == poll_id))
        return found[0] if found else None

    def lock(self, poll_id: str) -> Poll | None:
        """One poll; nobody else votes in it or changes it until the transaction ends."""
        found = self._found(select(_TABLE).where(_TABLE.c.id == poll_id).with_for_update())
        return found[0] if found else None

    def by_code(self, code: str) -> Poll | None:
        """The poll whose code somebody typed."""
        found = self._found(select(_TABLE).where(_TABLE.c.code == code))
        return found[0] if found else None

    def open_now(self) -> tuple[Poll, ...]:
        """The polls one may vote in, those that close first in front."""
        t = _TABLE.c
        there = (t.state == "open", t.opens_at <= self._now, t.closes_at > self._now)
        return self._found(select(_TABLE).where(*there).order_by(t.closes_at, t.id))

    def under_way(self) -> tuple[Poll, ...]:
        """The polls that people were told of and that are not counted, next to close in front."""
        there = _TABLE.c.state.in_(("open", "closing"))
        return self._found(select(_TABLE).where(there).order_by(_TABLE.c.closes_at, _TABLE.c.id))

    def latest_closed(self, most: int) -> tuple[Poll, ...]:
        """The polls that were counted last."""
        counted = select(_TABLE).where(_TABLE.c.state == "closed")
        return self._found(counted.order_by(_TABLE.c.closed_at.desc(), _TABLE.c.id).limit(most))

    def every(self) -> tuple[Poll, ...]:
        """All polls, drafts too, the newest first."""
        return self._found(select(_TABLE).order_by(_TABLE.c.created_at.desc(), _TABLE.c.id))

    def add(self, poll: Poll) -> None:
        """Keep a new poll."""
        row = _to_row(poll) | {"created_at": self._now, "changed_at": self._now}
        self._connection.execute(insert(_TABLE).values(row))

    def put(self, poll: Poll) -> Poll:
        """Write a locked poll as it is now; gives it with its new revision."""
        changed = replace(poll, revision=poll.revision + 1)
        row = _to_row(changed) | {"changed_at": self._now}
        self._connection.execute(update(_TABLE).where(_TABLE.c.id == poll.id).values(row))
        return changed

    def _found(self, wanted: Select[Any]) -> tuple[Poll, ...]:
        polls = [_from_row(row) for row in self._connection.execute(wanted)]
        return tuple(self._with_statements(polls))

    def _with_statements(self, polls: Iterable[Poll]) -> Iterable[Poll]:
        for poll in polls:
            if not any(q.adding for q in poll.questions):
                yield poll
                continue
            added = (_STATEMENT.poll_id == poll.id, _STATEMENT.state == "accepted")
            columns = (_STATEMENT.id, _STATEMENT.question, _STATEMENT.text)
            rows = self._connection.execute(select(*columns).where(*added).order_by(_STATEMENT.id))
            yield _extended(poll, rows.all())


def _extended(poll: Poll, added: Iterable[Any]) -> Poll:
    """The poll with the statements of voters behind those of the organisers."""
    more: dict[str, list[Option]] = {}
    for row in added:
        more.setdefault(row.question, []).append(Option(id=f"added-{row.id}", label=row.text))
    questions = (replace(q, options=(*q.options, *more.get(q.id, ()))) for q in poll.questions)
    return replace(poll, questions=tuple(questions))


def original(question: Question) -> Question:
    """A question without what voters added: as the organisers wrote it."""
    own = tuple(o for o in question.options if not o.id.startswith("added-"))
    return replace(question, options=own)


def _to_row(poll: Poll) -> dict[str, Any]:
    plain = {name: getattr(poll, name) for name in Poll.__dataclass_fields__}
    texts = {name: dict(plain[name]) for name in ("title", "summary", "next_steps", "outcome")}
    poll = replace(poll, questions=tuple(map(original, poll.questions)))
    extended = [
        {
            "from": e.before.isoformat(),
            "until": e.until.isoformat(),
            "reason": dict(e.reason),
        }
        for e in poll.extended
    ]
    questions = [question_to_json(q) for q in poll.questions]
    sha = sha_of(poll.wording())
    return plain | texts | {"questions": questions, "extended": extended, "wording_sha": sha}


def _from_row(row: Row[Any]) -> Poll:
    known = {k: v for k, v in row._mapping.items() if k in Poll.__dataclass_fields__}
    extended = tuple(
        Extension(
            before=datetime.fromisoformat(e["from"]),
            until=datetime.fromisoformat(e["until"]),
            reason=e["reason"],
        )
        for e in row.extended
    )
    questions = tuple(question_from_json(q) for q in row.questions)
    return Poll(**{**known, "questions": questions, "extended": extended})
