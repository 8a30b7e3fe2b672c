"""The rooms of events, each with who may enter: names and answers are for who organises."""

from collections.abc import Mapping

from bot.console.desk import Desk
from bot.console.door import Room
from bot.console.organising import EVENTS, PROGRAMMES
from bot.console.organising.event import EventPage
from bot.console.organising.events import EventPages
from bot.console.organising.people import PeoplePages
from bot.console.organising.person import PersonPage
from bot.console.organising.programmes import ProgrammePage
from bot.console.organising.question import QuestionForm
from bot.console.organising.reminders import ReminderPage
from bot.console.organising.writing import EventForm
from bot.console.rendering import Rendering
from bot.services.roles import ORGANISE, READ

_SLUG = "{slug:[a-z0-9-]{1,80}}"
_NAME = "{name:[a-z0-9_]{1,40}}"
_REFERENCE = "{reference:[2-9A-Za-z-]{9,11}}"
_KIND = "{kind:(?:csv|xlsx|json|jsonl)}"
Rooms = Mapping[str, Mapping[str, Room]]


def event_rooms(desk: Desk, rendering: Rendering) -> Rooms:
    """All of them by address and method."""
    events, event = EventPages(desk, rendering), EventPage(desk, rendering)
    form = EventForm(desk, rendering)
    one = f"{EVENTS}/{_SLUG}"
    return {
        EVENTS: {"GET": Room(events.list, READ, lags=True)},
        f"{EVENTS}.csv": {"GET": Room(events.file, READ, lags=True)},
        f"{EVENTS}/new": {"GET": Room(form.blank, ORGANISE), "POST": Room(form.create, ORGANISE)},
        PROGRAMMES: {"GET": Room(ProgrammePage(desk, rendering).show, READ)},
        one: {"GET": Room(event.show, READ)},
        f"{one}/edit": {"GET": Room(form.show, ORGANISE), "POST": Room(form.save, ORGANISE)},
        f"{one}/state": {"POST": Room(event.change, ORGANISE)},
        f"{one}/door": {"POST": Room(event.door, ORGANISE)},
        f"{one}/checkin": {"POST": Room(event.check_in, ORGANISE)},
        **_registering_rooms(desk, rendering, one),
    }


def _registering_rooms(desk: Desk, rendering: Rendering, one: str) -> Rooms:
    people, person = PeoplePages(desk, rendering), PersonPage(desk, rendering)
    questions, reminders = QuestionForm(desk, rendering), ReminderPage(desk, rendering)
    asked = {"GET": Room(questions.show, ORGANISE), "POST": Room(questions.save, ORGANISE)}
    return {
        f"{one}/people": {"GET": Room(people.list, ORGANISE)},
        f"{one}/people.{_KIND}": {"GET": Room(people.file, ORGANISE, confirms=True)},
        f"{one}/people/{_REFERENCE}": {
            "GET": Room(person.show, ORGANISE),
            "POST": Room(person.change, ORGANISE),
        },
        f"{one}/questions": {
            "GET": Room(questions.list, READ),
            "POST": Room(questions.change, ORGANISE),
        },
        f"{one}/question": asked,
        f"{one}/questions/{_NAME}": asked,
        f"{one}/reminders": {
            "GET": Room(reminders.show, READ),
            "POST": Room(reminders.change, ORGANISE),
        },
    }
