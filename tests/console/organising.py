"""An event in an office, who registers for it, and what the pages did."""

from dataclasses import replace
from datetime import timedelta

from bot.services.events import Event, Events
from bot.services.organising import Organising
from bot.services.registration import Registration
from bot.services.registrations import Registrations
from tests.console.office import Office
from tests.eventful import SCHOOL, asking, meet, run
from tests.pages.front import Page

ONE = f"/console/events/{SCHOOL.id}"


def held(office: Office, event: Event = SCHOOL, **changes: object) -> Event:
    event = replace(event, **changes)  # type: ignore[arg-type]
    run(office.house.database, lambda t: Organising(t).save(event), office.clock[0])
    return event


def registered(office: Office, *people: str, **other: object) -> list[Registration]:
    """They registered one after another, each a second later."""
    database = office.house.database
    meet(database, *people)
    found = []
    for person in people:
        office.wait(timedelta(seconds=1))
        request = asking(person, office.clock[0], **other)
        do = run(database, lambda t, r=request: Registrations(t).register(r), office.clock[0])
        found.append(do.registration)
    return found


def event_of(office: Office, event_id: str = SCHOOL.id) -> Event:
    event = run(office.house.database, lambda t: Events(t).get(event_id), office.clock[0])
    assert event
    return event


def told(office: Office) -> list[str]:
    return [text for (text,) in office.rows("SELECT body ->> 'text' FROM outbox ORDER BY id")]


def done(office: Office, about: str = f"event:{SCHOOL.id}") -> list[str]:
    rows = office.rows(f"SELECT action FROM audit_entry WHERE object = '{about}' ORDER BY id")
    return [action for (action,) in rows]


def filled(page: Page, **changes: str) -> dict[str, str]:
    """The form of a page as a browser sends it: boxes that are not ticked are not in it."""
    ticks = dict.fromkeys(page.ticked, "1")
    fields = {
        name: value for name, value in page.fields.items() if name not in ("csrf", "do", "back")
    }
    return fields | ticks | changes
