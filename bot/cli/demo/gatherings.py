"""Lets the events of the example city happen: people register, come, say how it was."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.cli.demo.city import City, Inhabitant
from bot.dialog import Json, Transaction
from bot.services.checkins import CheckIns, Scan
from bot.services.event_reminders import follow
from bot.services.event_written import from_plain
from bot.services.events import Event
from bot.services.feedback import Feedback
from bot.services.organising import Organising
from bot.services.registration import Request
from bot.services.registrations import Registrations
from bot.services.reminder_rules import ReminderRules, Rule

_BEFORE = timedelta(days=14)  # registration was opened so long ago, or before it began
_APART = timedelta(hours=3)  # one after the other
_CANCELLED = timedelta(days=2)  # ago
_RATINGS = (5, 4, 5, 3, 4, 5, 4)
_THEMES = ("housing", "green", "mobility")


def hold_events(connection: Connection, city: City, now: datetime) -> None:
    """All events, with everything that has happened until now."""
    for written in city.events:
        _Gathering(connection, city, from_plain(written), now).happen()
    _remind(Transaction(connection, now), city.story["reminder"])


def _remind(transaction: Transaction, written: Mapping[str, Any]) -> None:
    """A rule of its own, beside the one that every event has."""
    rule = Rule(
        event_id=written["event"], days=-14, at=time(9), workday="DE", texts=written["texts"]
    )
    ReminderRules(transaction).add(rule)
    follow(transaction, rule.event_id)


class _Gathering:
    """One event, and what happens to it. Each step is taken at the moment it would have been."""

    def __init__(self, connection: Connection, city: City, event: Event, now: datetime) -> None:
        self._connection, self._city, self._event, self._now = connection, city, event, now
        self._opened_at = min(now, event.starts_at) - _BEFORE
        self._crowd: Mapping[str, int] = city.story["crowds"][event.id]

    def happen(self) -> None:
        self._at(self._opened_at, lambda t: Organising(t).save(self._event))
        for place, person in enumerate(self._city.people[: self._crowd["registered"]], 1):
            self._register(person, self._opened_at + place * _APART)
        if self._event.id in self._city.story["cancelled"]:
            self._at(self._now - _CANCELLED, lambda t: Organising(t).cancel(self._event.id))
        if self._event.is_over(self._now):
            self._take_place()

    def _at(self, moment: datetime, do: Callable[[Transaction], Any]) -> Any:
        return do(Transaction(self._connection, moment))

    def _register(self, person: Inhabitant, at: datetime) -> None:
        request = Request(
            event_id=self._event.id,
            person_id=person.id,
            requested_at=at,
            language=person.language,
            answers=self._answers(person),
            address=person.address,
        )
        self._at(at, lambda t: Registrations(t).register(request))

    def _answers(self, person: Inhabitant) -> dict[str, Json]:
        every: dict[str, Json] = {
            "name": person.name,
            "email": f"person{person.number}@example.org",
            "themes": [_THEMES[person.number % len(_THEMES)]],
        }
        return {field.id: every[field.id] for field in self._event.fields}

    def _take_place(self) -> None:
        """Those who came are checked in, the rest stayed away; some say how it was."""
        came = self._city.people[: self._crowd["came"]]
        for person in came:
            self._check_in(Transaction(self._connection, self._event.starts_at), person)
        self._at(self._event.ends_at, lambda t: CheckIns(t).close(self._event.id))
        self._say_how_it_was(came[: len(_RATINGS)])

    def _say_how_it_was(self, people: tuple[Inhabitant, ...]) -> None:
        after = Transaction(self._connection, self._event.ends_at + timedelta(days=1))
        comments = dict(enumerate(self._city.story["comments"]))
        for place, person in enumerate(people):
            comment = comments.get(place, "")
            Feedback(after).give(self._event.id, person.id, _RATINGS[place], comment)

    def _check_in(self, transaction: Transaction, person: Inhabitant) -> None:
        held = Registrations(transaction).seats.find(self._event.id, person.id)
        if held and held.reference:
            scan = Scan(f"{self._event.id}-{person.number}", held.reference)
            CheckIns(transaction).take(self._event.id, scan)
