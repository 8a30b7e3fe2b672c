"""How a registration stands, in a sentence; the same in the chat and on its page."""

from bot.i18n import _, sentences, translate, translate_plural
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
# Of those who hold several seats; the others say nothing of how many.
_SEVERAL = {
    "offered": _(
        "{count} seats at {event}, {when}, are on offer for you until {until}. Do you want them?"
    ),
    "no_show": _("You had {count} seats at {event}, {when}."),
}


def take_it(language: str, seats: int) -> str:
    """What is tapped to take what is offered."""
    return translate_plural(language, _("Take the seat"), _("Take the seats"), seats)


def pass_it_on(language: str, seats: int) -> str:
    """What is tapped to let it go to the next person."""
    return translate_plural(language, _("Let it go"), _("Let them go"), seats)


def how_it_stands(event: Event, registration: Registration, language: str, place: int) -> str:
    """How it stands, and what it is called. `place`: the one on the waiting list."""
    until = registration.offer_until or event.starts_at
    one = _STANDS[registration.status]
    text = translate_plural(
        language,
        one,
        _SEVERAL.get(registration.status, one),
        registration.seats,
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
