"""The example city as it is written, with its days counted from today."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("city.yaml")
_TIMES = ("starts", "ends", "opens", "closes", "begins")
_COUNTED = re.compile(r"([+-]\d+) (\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """Somebody invented."""

    number: int
    name: str
    language: str

    @property
    def id(self) -> str:
        """As the person is known in the database: of the same shape as others, always the same."""
        return sha256(f"example-{self.number}".encode()).hexdigest()[:32]

    @property
    def address(self) -> str:
        """On a channel there is none of: nothing is ever sent there."""
        return f"{CHANNEL}:{self.number}"


CHANNEL = "demo"
AUTHOR = "staff:example"  # who of the team has written what the city says


@dataclass(frozen=True, slots=True)
class City:
    """What is in city.yaml: what organisers write, as they write it, and what happens there."""

    events: Sequence[Mapping[str, Any]]
    polls: Sequence[Mapping[str, Any]]
    broadcasts: Sequence[Mapping[str, Any]]
    people: tuple[Inhabitant, ...]
    story: Mapping[str, Any]

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The names of its events."""
        return tuple(str(event["id"]) for event in self.events)

    @property
    def poll_ids(self) -> tuple[str, ...]:
        """The names of its polls."""
        return tuple(str(poll["id"]) for poll in self.polls)

    @property
    def topic_ids(self) -> tuple[str, ...]:
        """The names of its topics."""
        return tuple(str(topic["id"]) for topic in self.story["topics"])


def the_city(today: date) -> City:
    """The city as it is on that day."""
    written = _written()
    people = enumerate(written["people"], 1)
    return City(
        events=[_dated(event, today) for event in written["events"]],
        polls=[_dated(poll, today) for poll in written["polls"]],
        broadcasts=[_dated(broadcast, today) for broadcast in written["broadcasts"]],
        people=tuple(Inhabitant(number, name, language) for number, (name, language) in people),
        story=written,
    )


@cache
def _written() -> Any:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def counted(written: str, today: date) -> datetime:
    """`+60 09:00` as the wall time it means from today. Raises ValueError for anything else."""
    found = _COUNTED.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is no day of the example city")
    return datetime.combine(today + timedelta(days=int(found[1])), time.fromisoformat(found[2]))


def _dated(written: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {k: _day(str(v), today) if k in _TIMES else v for k, v in written.items()}


def _day(written: str, today: date) -> str:
    return f"{counted(written, today):%Y-%m-%d %H:%M}"
