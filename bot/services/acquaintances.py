"""Finds people for the team, under pseudonyms: by number, by filters, by a reference.

A person is called by the number of their conversation; who has none any more, by the beginning of
the random id they have here, which says nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.references import read_reference
from bot.services.registration import ACTIVE

PAGE: Final = 50
_SHORT: Final = 8  # signs of an id that tell people apart
_TABLES = Base.metadata.tables
_PERSON, _PLACE, _TALK = (_TABLES[name] for name in ("person", "address", "conversation"))
_TRANSCRIPT, _CONSENT = _TABLES["transcript"], _TABLES["consent"]
_REGISTRATION, _EVENT = _TABLES["registration"], _TABLES["event"]
_NUMBER = re.compile(r"[^\W\d]{0,20}[ #-]{0,2}([0-9]{1,17})")
_ID = re.compile(r"p-([0-9a-f]{4,32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sought:
    """What was written into the search, read. Each is "" or 0 where it is not that.

    Whatever is none of them finds nobody: there are no names here to search through.
    """

    number: int = 0
    begins: str = ""
    reference: str = ""

    def __bool__(self) -> bool:
        return bool(self.number or self.begins or self.reference)


def read_sought(text: str) -> Sought:
    """`12`, `Person 12`, `p-7f3a29bc`, or a reference of a registration: `7F3-K29-QMB`."""
    plain = text.strip().lower()
    if begins := _ID.fullmatch(plain):  # first: many of them have the signs of a reference, too
        return Sought(begins=begins[1])
    found = _NUMBER.fullmatch(plain)
    if not plain.isdecimal() and (reference := read_reference(text)):
        return Sought(reference=reference)
    return Sought(number=int(found[1])) if found else Sought()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people; "" and None for any.

    said        what was searched for; `sought` what that is
    consent     a purpose (`registration`) somebody agreed to and has not taken back
    registered  only who has a place at an event to come, or waits for one
    stopped     only who wants no message that we begin
    before      those met before this: when, and their id
    """

    said: str = ""
    sought: Sought = field(default_factory=Sought)
    channel: str = ""
    language: str = ""
    consent: str = ""
    registered: bool = False
    stopped: bool = False
    before: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as the list shows them. `numbers`: of their conversations; `consents`: that hold."""

    id: str
    numbers: tuple[int, ...]
    channels: tuple[str, ...]
    language: str
    first_at: datetime
    last_at: datetime | None
    consents: int
    registrations: int
    stopped: bool

    @property
    def called(self) -> str:
        """Their pseudonym."""
        return str(self.numbers[0]) if self.numbers else short(self.id)


@dataclass(frozen=True, slots=True)
class Page:
    """People, last met first; `older`: what to ask for to see more."""

    found: tuple[Known, ...]
    older: tuple[datetime, str] | None


def short(person_id: str) -> str:
    """How the audit calls a person: it holds for ever, and leads to nobody once they are gone."""
    return f"p-{person_id[:_SHORT]}"


class Acquaintances:
    """All of them, as the team sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def find(self, wanted: Wanted, most: int = PAGE) -> Page:
        """A page of them."""
        if wanted.said and not wanted.sought:
            return Page((), None)
        rows = self._connection.execute(self._statement(wanted, most + 1)).all()
        shown = rows[:most]
        older = (shown[-1].created_at, shown[-1].id) if len(rows) > most else None
        return Page(self._known(shown), older)

    def get(self, person_id: str) -> Known | None:
        """One of them."""
        one = select(_PERSON).where(_PERSON.c.id == person_id)
        return next(iter(self._known(self._connection.execute(one).all())), None)

    def _statement(self, wanted: Wanted, most: int) -> Select[Any]:
        row = _PERSON.c
        chosen = select(_PERSON).where(*self._where(wanted))
        if wanted.before is not None:
            at, one = wanted.before
            chosen = chosen.where(row.created_at <= at, or_(row.created_at < at, row.id < one))
        return chosen.order_by(row.created_at.desc(), row.id.desc()).limit(most)

    def _where(self, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
        person = _PERSON.c.id
        yield from _is_sought(wanted.sought)
        if wanted.channel:
            at = (_PLACE.c.person_id == person, _PLACE.c.channel == wanted.channel)
            yield exists().where(*at)
        if wanted.language:
            spoken = (_TALK.c.person_id == person, _TALK.c.language == wanted.language)
            yield exists().where(*spoken)
        if wanted.consent:
            purpose = _CONSENT.c.purpose.startswith(f"{wanted.consent}:", autoescape=True)
            yield exists().where(_CONSENT.c.person_id == person, purpose, *_HOLDS)
        if wanted.registered:
            yield person.in_(self._registered([_REGISTRATION.c.person_id]))
        if wanted.stopped:
            yield _PERSON.c.stopped_at.is_not(None)

    def _known(self, rows: Sequence[Any]) -> tuple[Known, ...]:
        ids = [row.id for row in rows]
        numbers, channels = self._numbers(ids), self._channels(ids)
        talks, consents, places = self._talks(ids), self._consents(ids), self._places(ids)
        return tuple(
            Known(
                *(row.id, tuple(numbers.get(row.id, ())), tuple(channels.get(row.id, ()))),
                *(talks.get(row.id, ("", None))[0], row.created_at),
                last_at=talks.get(row.id, ("", None))[1],
                consents=consents.get(row.id, 0),
                registrations=places.get(row.id, 0),
                stopped=row.stopped_at is not None,
            )
            for row in rows
        )

    def _numbers(self, ids: Sequence[str]) -> dict[str, list[int]]:
        theirs = select(_PLACE.c.person_id, _TRANSCRIPT.c.id)
        theirs = theirs.join(_TRANSCRIPT, _TRANSCRIPT.c.address == _PLACE.c.id)
        return self._grouped(theirs.where(_PLACE.c.person_id.in_(ids)).order_by(_TRANSCRIPT.c.id))

    def _channels(self, ids: Sequence[str]) -> dict[str, list[str]]:
        theirs = select(_PLACE.c.person_id, _PLACE.c.channel).distinct()
        return self._grouped(theirs.where(_PLACE.c.person_id.in_(ids)).order_by(_PLACE.c.channel))

    def _grouped(self, pairs: Select[Any]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for person, value in self._connection.execute(pairs):
            found.setdefault(person, []).append(value)
        return found

    def _talks(self, ids: Sequence[str]) -> Mapping[str, tuple[str, datetime]]:
        """What was spoken with each last, and when."""
        row = _TALK.c
        talks = select(row.person_id, row.language, row.heard_at).where(row.person_id.in_(ids))
        spoken = self._connection.execute(talks.order_by(row.heard_at))
        return {one.person_id: (one.language, one.heard_at) for one in spoken}

    def _consents(self, ids: Sequence[str]) -> dict[str, int]:
        person = _CONSENT.c.person_id
        return self._counted(select(person, func.count()).where(person.in_(ids), *_HOLDS), person)

    def _places(self, ids: Sequence[str]) -> dict[str, int]:
        person = _REGISTRATION.c.person_id
        counted = self._registered([person, func.count()]).where(person.in_(ids))
        return self._counted(counted, person)

    def _registered(self, columns: Sequence[Any]) -> Select[Any]:
        chosen = select(*columns).join(_EVENT, _EVENT.c.id == _REGISTRATION.c.event_id)
        active = _REGISTRATION.c.status.in_(ACTIVE)
        return chosen.where(active, _EVENT.c.ends_at > self._now)

    def _counted(self, wanted: Select[Any], by: Any) -> dict[str, int]:
        rows = self._connection.execute(wanted.group_by(by))
        return {row[0]: int(row[1]) for row in rows}


_HOLDS = (_CONSENT.c.withdrawn_at.is_(None),)


def _is_sought(sought: Sought) -> Iterable[ColumnElement[bool]]:
    person = _PERSON.c.id
    if sought.number:
        theirs = select(_PLACE.c.person_id).join(_TRANSCRIPT, _TRANSCRIPT.c.address == _PLACE.c.id)
        yield person.in_(theirs.where(_TRANSCRIPT.c.id == sought.number))
    if sought.begins:
        yield person.startswith(sought.begins, autoescape=True)
    if sought.reference:
        called = _REGISTRATION.c.reference == sought.reference
        yield person.in_(select(_REGISTRATION.c.person_id).where(called))
