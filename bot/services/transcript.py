"""One conversation as the team reads it: both sides, why it was answered so, labels and notes.

What could say who somebody is is blacked out, unless the whole text is asked for. What a poll is
about, and what its person was promised not to be kept, is never in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Literal

from sqlalchemy import Row, select

from bot.bodies import BODY
from bot.dialog import Transaction
from bot.message import Choice
from bot.models import Base
from bot.services.asked import Question, as_question
from bot.services.linking import without_codes
from bot.services.redaction import redacted
from bot.services.retention import CONTENT
from bot.services.transcribing import TEAM, said_in_secret

SHOWN: Final = 200  # messages of the person at once
_TABLES = Base.metadata.tables
_INBOX, _OUTBOX, _QUESTION = _TABLES["inbox"], _TABLES["outbox"], _TABLES["question"]
_TRANSCRIPT, _LABEL, _NOTE = (
    _TABLES[name] for name in ("transcript", "transcript_label", "transcript_note")
)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said.

    side     who said it: the person, the assistant, or the team (`by`: who)
    kept     `text`; `secret`: the team is not to see it; `gone`: kept no longer
    choices  what could be picked; `picked`: the label of what was, "" for what was typed
    asked    the question it was, with what was considered; None for anything else
    state    of a message of ours, see bot/models/mail.py
    """

    side: Literal["person", "assistant", "team"]
    at: datetime
    kept: Literal["text", "secret", "gone"]
    text: str = ""
    by: str = ""
    dialog: str = ""
    kind: str = "message"
    choices: tuple[Choice, ...] = ()
    picked: str = ""
    files: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    asked: Question | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What one of the team wrote about it."""

    id: int
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation. `address` is for the house alone, no page shows it; `older`: see Transcripts.

    held_by  who of the team talks with the person now; "" for nobody
    """

    id: int
    address: str
    channel: str
    language: str
    heard_at: datetime
    held_by: str
    held_until: datetime | None
    lines: tuple[Line, ...]
    older: int | None
    labels: tuple[str, ...]
    notes: tuple[Note, ...]


class Transcripts:
    """All of them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def get(self, number: int, raw: bool = False, before: int | None = None) -> Transcript | None:
        """One by number. `before`: only what was said before that row of the inbox."""
        wanted = select(_TRANSCRIPT).where(_TRANSCRIPT.c.id == number)
        row = self._connection.execute(wanted).first()
        if row is None:
            return None
        lines, older = self._lines(row.address, before)
        is_held = row.held_by is not None and row.held_until > self._now
        return Transcript(
            *(row.id, row.address, row.channel, row.language, row.heard_at),
            held_by=row.held_by if is_held else "",
            held_until=row.held_until if is_held else None,
            lines=tuple(lines if raw else map(_redacted, lines)),
            older=older,
            labels=self._labels(number),
            notes=self._notes(number),
        )

    def _labels(self, number: int) -> tuple[str, ...]:
        put = select(_LABEL.c.label).where(_LABEL.c.transcript_id == number)
        return tuple(self._connection.scalars(put.order_by(_LABEL.c.label)))

    def _notes(self, number: int) -> tuple[Note, ...]:
        row = _NOTE.c
        written = select(row.id, row.text, row.written_by, row.written_at)
        found = written.where(row.transcript_id == number).order_by(row.id)
        return tuple(Note(*each) for each in self._connection.execute(found))

    def _lines(self, address: str, before: int | None) -> tuple[list[Line], int | None]:
        heard = self._heard(address, before)
        older = heard[-1].id if len(heard) == SHOWN else None
        since = heard[-1].received_at if older else None
        until = self._at(before) if before is not None else None
        asked = self._asked(address, since, until)
        told = self._told(address, since, until)
        placed = [*_of_person(reversed(heard), asked, self._now), *_of_us(told, self._now)]
        placed += [_place_of(question) for question in asked]  # those whose message is gone
        return _without_repeats(line for _key, line in sorted(placed, key=lambda p: p[0])), older

    def _heard(self, address: str, before: int | None) -> list[Row[Any]]:
        row = _INBOX.c
        wanted = select(row.id, row.payload, row.received_at, said_in_secret().label("secret"))
        wanted = wanted.where(row.address == address).order_by(row.id.desc()).limit(SHOWN)
        return list(
            self._connection.execute(wanted if before is None else wanted.where(row.id < before))
        )

    def _at(self, before: int) -> datetime | None:
        moment = select(_INBOX.c.received_at).where(_INBOX.c.id == before)
        return self._connection.scalar(moment)

    def _asked(
        self, address: str, since: datetime | None, until: datetime | None
    ) -> list[Row[Any]]:
        row = _QUESTION.c
        times = _between(row.asked_at, since, until)
        wanted = select(_QUESTION).where(row.address == address, *times)
        return list(self._connection.execute(wanted.order_by(row.id)))

    def _told(self, address: str, since: datetime | None, until: datetime | None) -> list[Row[Any]]:
        row = _OUTBOX.c
        columns = (row.id, row.inbox_id, row.created_at, row.dialog, row.state, row.broadcast_id)
        times = _between(row.created_at, since, until)
        wanted = select(*columns, BODY.label("body")).where(row.address == address, *times)
        return list(self._connection.execute(wanted.order_by(row.id)))


Placed = tuple[tuple[datetime, float, int, int], Line]
"""A line, and what it is sorted by: a reply stands below the message it answers."""

_EVENTS: Final = {"joined": "joined", "left": "left"}


def _between(column: Any, since: datetime | None, until: datetime | None) -> Iterable[Any]:
    yield from ([column >= since] if since is not None else ())
    yield from ([column < until] if until is not None else ())


def _of_person(rows: Iterable[Row[Any]], asked: list[Row[Any]], now: datetime) -> Iterator[Placed]:
    """What they said. The question that was made of it is taken out of `asked`."""
    for row in rows:
        line = _person_line(row, now)
        if line.kept != "secret" and (question := _taken(asked, row)):
            line = replace(line, kept="text", asked=as_question(question))
            line = line if row.payload else replace(line, text=question.text)
        yield (row.received_at, row.id, 0, 0), line


def _person_line(row: Row[Any], now: datetime) -> Line:
    said = row.payload
    if said is None or row.secret:
        is_old = row.received_at < now - CONTENT
        return Line("person", row.received_at, "gone" if is_old else "secret")
    files = tuple(str(file["name"]) for file in said.get("attachments", ()))
    return Line(
        *("person", row.received_at, "text", said.get("text", "")),
        kind=_EVENTS.get(said["kind"], "message"),
        picked=said.get("picked") or "",
        files=files,
    )


def _taken(asked: list[Row[Any]], row: Row[Any]) -> Row[Any] | None:
    """The text of a question is kept for longer than the message: then the moment tells it."""
    for question in asked:
        if row.payload is None:
            is_it = question.asked_at == row.received_at
        else:
            words = without_codes(row.payload.get("text", ""))
            is_it = question.asked_at >= row.received_at and question.text == words
        if is_it:
            asked.remove(question)
            return question
    return None


def _of_us(rows: Iterable[Row[Any]], now: datetime) -> Iterator[Placed]:
    for row in rows:
        cause = float("inf") if row.inbox_id is None else float(row.inbox_id)
        yield (row.created_at, cause, 1, row.id), _our_line(row, now)


def _our_line(row: Row[Any], now: datetime) -> Line:
    team, _colon, by = (row.dialog or "").partition(":")
    if team != TEAM:
        by = ""
    line = Line("team" if by else "assistant", row.created_at, "text", by=by, state=row.state)
    is_secret = row.dialog is None and row.broadcast_id is None
    if row.body is None or is_secret:
        is_old = row.body is None and row.created_at < now - CONTENT
        return replace(line, kept="gone" if is_old else "secret")
    body = row.body
    return replace(
        line,
        text=body["text"],
        kind="message" if row.broadcast_id is None else "broadcast",
        dialog="" if by else row.dialog or "",
        choices=tuple(Choice(*c[:2]) for c in body.get("choices", ())),
        files=tuple(str(file["name"]) for file in body.get("attachments", ())),
        links=tuple(str(link[0]) for link in body.get("links", ())),
    )


def _place_of(question: Row[Any]) -> Placed:
    line = Line("person", question.asked_at, "text", question.text, asked=as_question(question))
    return (question.asked_at, -1.0, 0, question.id), line


def _without_repeats(lines: Iterable[Line]) -> list[Line]:
    """What is not shown is told once, however much of it there is; what is gone, of each side."""
    shown = list[Line]()
    for kept, run in groupby(lines, key=lambda line: line.kept):
        if kept == "text":
            shown += run
        elif kept == "secret":
            shown.append(next(run))
        else:
            first: dict[str, Line] = {}
            for line in run:
                first.setdefault(line.side, line)
            shown += first.values()
    return shown


def _redacted(line: Line) -> Line:
    hidden = replace(line, text=without_codes(redacted(line.text)))
    choices = tuple(Choice(c.value, redacted(c.label)) for c in line.choices)
    files = tuple("█" if line.side == "person" else name for name in line.files)
    return replace(hidden, choices=choices, files=files)
