"""A polling station for tests: writes polls, takes votes of anybody, and counts, on a real database."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from bot.database import Database
from bot.dialog import Transaction
from bot.models import Base
from bot.services.ballots import Ballots, Cast, Voter
from bot.services.closing import GRACE, Closer
from bot.services.keys import Keys
from bot.services.marks import Answer
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.polls import Poll, Polls
from bot.services.results import Result, file_of, result

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CLOSES = NOON + timedelta(hours=6)
COUNTED = CLOSES + GRACE
WHO = "staff:anna"


def texts(word: str) -> dict[str, str]:
    return {"en": word, "de": f"{word} (de)", "zh": f"{word} (zh)"}


def options(*ids: str) -> list[dict[str, Any]]:
    return [{"id": i, "label": texts(i.title())} for i in ids]


SINGLE: dict[str, Any] = {
    "id": "where",
    "kind": "single",
    "ask": texts("Where first?"),
    "options": options("north", "south", "west"),
}


def written(*questions: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A poll as an organiser writes it."""
    return {
        "id": "lanes",
        "title": texts("Bike lanes"),
        "closes": CLOSES.isoformat(),
        "opens": (NOON - timedelta(hours=1)).isoformat(),
        "next_steps": texts("The council decides in June."),
        "questions": list(questions) or [SINGLE],
        **more,
    }


@dataclass
class Station:
    """One database, one folder of keys; `level`: of polls that do not say who may vote."""

    database: Database
    folder: Path
    level: str = "account"
    keys: Keys = field(init=False)
    _ids: Any = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.keys = Keys(self.folder)

    def open(self, *questions: Mapping[str, Any], **more: Any) -> Poll:
        """Write a poll and open it."""
        poll = read_poll(written(*questions, **{"level": self.level, **more}), NOON)
        with self.office() as office:
            office.save(poll)
            office.open(poll.id)
        return self.poll(poll.id)

    def office(self, actor: str = WHO, at: datetime = NOON) -> "_Office":
        return _Office(self, actor, at)

    def poll(self, poll_id: str = "lanes") -> Poll:
        with self.database.read() as connection:
            found = Polls(Transaction(connection, NOON)).get(poll_id)
        assert found is not None
        return found

    def vote(
        self,
        person: str,
        option: str = "north",
        at: datetime = NOON,
        question: str = "where",
        **more: Any,
    ) -> Cast:
        """One mark of one person; `more` is for Voter."""
        return self.mark(person, {option: 1}, at, question=question, **more)

    def mark(
        self,
        person: str,
        marks: Mapping[str, int],
        at: datetime = NOON,
        *,
        question: str = "where",
        poll: str = "lanes",
        written: str | None = None,
        **more: Any,
    ) -> Cast:
        values = {"channel": "telegram", "language": "en", **more}
        voter = Voter(person_id=person, heard_at=at, **values)
        with self.database.write() as connection:
            ballots = Ballots(Transaction(connection, at), self.keys)
            return ballots.cast(self.poll(poll), voter, question, Answer(marks, written))

    def ballots(self, at: datetime = NOON) -> "_Bound":
        return _Bound(self, at)

    def close(self, at: datetime = COUNTED, poll: str = "lanes") -> bool:
        return Closer(self.database, self.keys).close(poll, at)

    def result(self, poll: str = "lanes") -> Result:
        with self.database.read() as connection:
            return result(connection, self.poll(poll))

    def file(self, poll: str = "lanes") -> str | None:
        with self.database.read() as connection:
            return file_of(connection, self.poll(poll))

    def rows(self, table: str) -> list[dict[str, Any]]:
        found = Base.metadata.tables[table]
        with self.database.read() as connection:
            ordered = select(found).order_by(*found.primary_key)
            return [dict(row) for row in connection.execute(ordered).mappings()]

    def count(self, table: str) -> int:
        with self.database.read() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def audited(self) -> list[str]:
        return [row["action"] for row in self.rows("audit_entry")]


class _Office:
    """The office in a transaction of its own."""

    def __init__(self, station: Station, actor: str, at: datetime) -> None:
        self._station, self._actor, self._at = station, actor, at

    def __enter__(self) -> PollOffice:
        self._writing = self._station.database.write()
        connection = self._writing.__enter__()
        return PollOffice(Transaction(connection, self._at), self._station.keys, self._actor)

    def __exit__(self, *error: Any) -> None:
        self._writing.__exit__(*error)


class _Bound:
    """Ballots in a transaction of their own."""

    def __init__(self, station: Station, at: datetime) -> None:
        self._station, self._at = station, at

    def __enter__(self) -> Ballots:
        self._writing = self._station.database.write()
        connection = self._writing.__enter__()
        return Ballots(Transaction(connection, self._at), self._station.keys)

    def __exit__(self, *error: Any) -> None:
        self._writing.__exit__(*error)
