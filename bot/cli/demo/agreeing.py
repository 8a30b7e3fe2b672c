"""Lets the people of the example city agree to what everybody does who registers."""

from sqlalchemy import Connection, select

from bot.cli.demo.city import CHANNEL, City
from bot.config import Settings
from bot.dialog import Talk, Transaction
from bot.message import Address
from bot.models import Registration
from bot.services.agreements import agreement
from bot.services.consents import Consents
from bot.services.event_written import from_plain

_HOLDS = ("waiting", "offered", "confirmed", "attended", "no_show")


def agree(connection: Connection, settings: Settings, city: City) -> None:
    """Each at the moment they registered; with what was cancelled, the consent has ended."""
    people = {person.id: person for person in city.people}
    row = Registration.__table__.c
    wanted = select(row.person_id, row.event_id, row.requested_at).where(row.status.in_(_HOLDS))
    events = {event.id: event for event in map(from_plain, city.events)}
    for id_, event_id, at in connection.execute(wanted.order_by(row.requested_at)).all():
        person = people[id_]
        talk = Talk(id_, Address(CHANNEL, str(person.number)), person.language)
        text = agreement(settings, events[event_id], person.language)
        Consents(Transaction(connection, at)).give(talk, f"registration:{event_id}", text)
