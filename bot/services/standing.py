"""How a registration stands, in a sentence; the same in the chat and on its page."""

from bot.i18n import _, sentences, translate
from bot.services.event_texts import moment, seats, when
from bot.services.events import Event
from bot.services.registration import Registration

_STANDS = {
    "waiting": _("You are on the waiting list for {event}, {when}, as number {place}."),
    "offered": _("A seat at {event}, {when}, is on offer for you until {until}. Do you want it?"),
    "confirmed": _("You are registered for {event}, {when}: {seats}."),
    "attended": _("You were at {event}, {when}."),
    "no_show": _("You had a seat at {event}, {when}."),
    "cancelled": _("Your registration for {event}, {when}, is cancelled."),
}


def how_it_stands(event: Event, registration: Registration, language: str, place: int) -> str:
    """How it stands, and what it is called. `place`: the one on the waiting list."""
    until = registration.offer_until or event.starts_at
    text = translate(
        language,
        _STANDS[registration.status],
        event=event.name(language),
        when=when(event, language),
        place=place,
        until=moment(language, until, event.zone),
        seats=seats(language, registration.seats),
    )
    if not registration.is_active:
        return text
    named = _("Your reference is {reference}.")
    return sentences(text, translate(language, named, reference=registration.reference))
