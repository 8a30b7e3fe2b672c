"""A house that many people write to, as rows: who they are, and all that was said.

All of it was said within the time for which words are kept: none of it is forgotten yet, and a
search has the most there can be before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.cli.bench import console_said
from bot.cli.bench.bulk import Bulk, picked
from bot.cli.bench.console_said import ASKED, STREETS, TOLD
from bot.services.retention import CONTENT

CHANNELS: Final = ("web", "telegram", "web", "wechat", "telegram", "wecom")
LANGUAGES: Final = ("de", "en", "zh", "en", "de", "zh", "en")
LABELS: Final = ("school", "urgent", "thanks", "press", "housing", "complaint")
_DIALOGS = ("answer",) * 12 + ("help", "registration", "events", "privacy", "remind", "human")
_AT_ONCE = 20_000  # lines: each is put into the index of words besides
_SPREAD = 2_654_435_761  # odd: numbers multiplied by it lie scattered, and none meets another


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; half of the messages were heard, half were said by us."""

    messages: int
    people: int

    @property
    def heard(self) -> int:
        """Messages of people."""
        return self.messages // 2

    @property
    def keen(self) -> int:
        """People who write much: one of a hundred; two of seven messages are theirs."""
        return max(1, self.people // 100)


@dataclass(frozen=True, slots=True)
class Sql:
    """What statements say of the person with the number `w`."""

    bulk: Bulk

    @property
    def person(self) -> str:
        """Their id."""
        return self.bulk.hexed(f"(w * {_SPREAD}) % 4294967296")

    @property
    def address(self) -> str:
        """Where they write."""
        return f"{picked('w', CHANNELS)} || ':' || 'p' || w"

    @property
    def language(self) -> str:
        """What they write in."""
        return picked("w", LANGUAGES)

    @property
    def tongue(self) -> str:
        """Its number, in the order of the texts."""
        order = [str(console_said.LANGUAGES.index(code)) for code in LANGUAGES]
        return f"CAST({picked('w', order)} AS integer)"

    def writing(self, size: Size) -> str:
        """Messages `i`, each with who wrote it."""
        keen = f"(i / 7 * 7919) % {size.keen}"
        return f"(SELECT i, CASE WHEN i % 7 < 2 THEN {keen} ELSE (i * 7919) % {size.people} END AS w FROM n) m"  # noqa: E501

    def heard_at(self, size: Size, now: datetime) -> str:
        """When message `i` came: one after another, the last of them now."""
        seconds = int(CONTENT.total_seconds()) - 60
        since = now - CONTENT
        return self.bulk.later(since, f"i * {seconds} / {size.heard}")


def write_talks(bulk: Bulk, size: Size, now: datetime) -> None:
    """People, what they said and heard, and what the team finds it by."""
    sql = Sql(bulk)
    _people(bulk, sql, size, now)
    _messages(bulk, sql, size, now)
    _conversations(bulk, sql, size, now)
    _lines(bulk, sql, size, now)
    _remarks(bulk, size, now)


def _people(bulk: Bulk, sql: Sql, size: Size, now: datetime) -> None:
    everybody = "FROM (SELECT i AS w FROM n) m"
    span = (0, size.people)
    bulk.insert("person (id, created_at)", f"SELECT {sql.person}, :now {everybody}", span, now=now)
    bulk.insert(
        "address (id, channel, person_id, created_at)",
        f"SELECT {sql.address}, {picked('w', CHANNELS)}, {sql.person}, :now {everybody}",
        span,
        now=now,
    )


def _said(sql: Sql, size: Size, table: str, count: int) -> str:
    """Messages with what is said in them: `said`, `words` of it and of a street."""
    tongue = sql.tongue
    return (
        f"FROM {sql.writing(size)} "
        f"JOIN {table} p ON p.id = {tongue} * {count} + (i * 31) % {count} "
        f"JOIN bench_street s ON s.id = {tongue} * {STREETS} + (i * 17) % {STREETS}"
    )


def _messages(bulk: Bulk, sql: Sql, size: Size, now: datetime) -> None:
    heard_at, channel = sql.heard_at(size, now), picked("w", CHANNELS)
    text = "p.said || ' ' || s.said"
    payload = bulk.json(kind="'message'", at=f"'{now.isoformat()}'", text=text)
    bulk.insert(
        "inbox (id, channel, event_id, address, payload, received_at, state, attempts, due_at)",
        f"SELECT i + 1, {channel}, 'm' || i, {sql.address}, {payload}, {heard_at}, 'done', 1, "
        f"{heard_at} {_said(sql, size, 'bench_asked', ASKED)}",
        (0, size.heard),
    )
    state = picked("i", ("sent",) * 40 + ("parked", "failed"))
    bulk.insert(
        "outbox (id, channel, address, inbox_id, kind, body, created_at, due_at, state, attempts, "
        "settled_at, dialog)",
        f"SELECT i + 1, {channel}, {sql.address}, i + 1, 'reply', {bulk.json(text=text)}, "
        f"{heard_at}, {heard_at}, {state}, 1, {heard_at}, {picked('i', _DIALOGS)} "
        f"{_said(sql, size, 'bench_told', TOLD)}",
        (0, size.heard),
    )


def _conversations(bulk: Bulk, sql: Sql, size: Size, now: datetime) -> None:
    """Of everybody who wrote; some of them stopped in the middle of a registration."""
    last = "SELECT address, MAX(received_at) AS heard_at FROM inbox GROUP BY address"
    talks = f"FROM (SELECT i AS w FROM n) m JOIN ({last}) l ON l.address = {sql.address}"
    stopped = '{"forms":[["registration","seats",{"event":"event-1"}]]}'
    state = bulk.as_("json", f"CASE WHEN w % 90 = 7 THEN '{stopped}' ELSE '{{}}' END")
    span = (0, size.people)
    chunk = size.people  # each statement reads the whole inbox
    bulk.insert(
        "conversation (address, person_id, language, state, heard_at)",
        f"SELECT l.address, {sql.person}, {sql.language}, {state}, l.heard_at {talks}",
        *(span, chunk),
    )
    channel = picked("w", CHANNELS)
    bulk.insert(
        "transcript (id, address, channel, language, heard_at, held_by, held_until)",
        f"SELECT w + 1, l.address, {channel}, {sql.language}, l.heard_at, "
        f"CASE WHEN w % 5000 = 4 THEN 'anna' END, :now {talks}",
        *(span, chunk),
        now=now,
    )


def _lines(bulk: Bulk, sql: Sql, size: Size, now: datetime) -> None:
    """The words of both sides, as they come; and which dialogs spoke."""
    words = bulk.as_("tsvector", "p.words || ' ' || s.words")
    for first in range(0, size.heard, _AT_ONCE):
        span = (first, min(first + _AT_ONCE, size.heard))
        for source, table, count in (
            ("inbox", "bench_asked", ASKED),
            ("outbox", "bench_told", TOLD),
        ):
            bulk.insert(
                "transcript_line (transcript_id, source, source_id, said_at, words)",
                f"SELECT w + 1, '{source}', i + 1, {sql.heard_at(size, now)}, {words} "
                f"{_said(sql, size, table, count)}",
                span,
            )
    bulk.insert(
        "transcript_dialog (transcript_id, dialog)",
        f"SELECT DISTINCT w + 1, {picked('i', _DIALOGS)} FROM {sql.writing(size)} "
        "WHERE w + 1 IN (SELECT id FROM transcript)",
        (0, size.heard),
        size.heard,
    )
    for source in ("inbox", "outbox"):
        upto = {"source": source, "upto": size.heard}
        bulk.run("INSERT INTO transcribed (source, upto) VALUES (:source, :upto)", **upto)


def _remarks(bulk: Bulk, size: Size, now: datetime) -> None:
    """What the team put on one conversation of eight, and wrote about one of forty."""
    of: Sequence[tuple[str, str, str, int]] = (
        ("label", "label, put_by, put_at", f"{picked('i / 8', LABELS)}, 'anna', :now", 8),
        ("note", "text, written_by, written_at", "'was called back', 'anna', :now", 40),
    )
    for table, columns, values, each in of:
        bulk.insert(
            f"transcript_{table} (transcript_id, {columns})",
            f"SELECT i + 1, {values} FROM n WHERE i % {each} = 0 "
            "AND i + 1 IN (SELECT id FROM transcript)",
            (0, size.people),
            now=now,
        )
