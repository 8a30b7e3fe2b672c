"""Sends the certificate of attendance to who was at an event and asks for it."""

from bot.config import Settings
from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.certificate import certificate, is_due
from bot.services.events import Event, Events
from bot.services.registration import Registration
from bot.services.registrations import Registrations
from dialogs.event.confirming import own_page
from dialogs.event.finding import named
from dialogs.event.telling import LISTED, label


def send(turn: Turn) -> Outcome:
    """The file for the event that is meant, or the choice between them."""
    due = _due(turn)
    if not due:
        return Reply(_none(turn), (turn.choice("my-registrations", _("See my registration")),))
    events = [event for event, _registration in due]
    meant = [e for e in events if e.id == turn.argument] or named(turn.text, events) or events
    if len(meant) > 1:
        choices = tuple(Choice(f"certificate:{e.id}", label(e, turn.language)) for e in meant)
        return Reply(turn.say(_("For which event?")), choices[:LISTED])
    return _sent(turn, *next(pair for pair in due if pair[0] == meant[0]))


_NONE = _(
    "I can send a certificate after an event, to those whose attendance was recorded there. I find "
    "none for you."
)


def _none(turn: Turn) -> str:
    """Why there is none: the event is still to come, or nobody recorded them."""
    held = turn.use(Registrations).of_person(turn.talk.person_id)
    coming = [event for registration, event in held if registration.status == "confirmed"]
    if not coming:
        return turn.say(_NONE)
    told = _("I can send the certificate for {event} after the event.")
    return turn.say(told, event=coming[0].name(turn.language))


def _due(turn: Turn) -> list[tuple[Event, Registration]]:
    """What somebody was at, the latest first."""
    mine = turn.use(Registrations).seats.of_person(turn.talk.person_id)
    pairs = [(turn.use(Events).get(r.event_id), r) for r in mine]
    due = [(e, r) for e, r in pairs if e and is_due(e, r, turn.now)]
    return sorted(due, key=lambda pair: pair[0].ends_at, reverse=True)


def _sent(turn: Turn, event: Event, registration: Registration) -> Reply:
    file = certificate(turn.use(Settings), event, registration, turn.language, turn.now)
    text = _("Here is your certificate for {event}. Thank you for being there!")
    links = own_page(turn, registration)  # some channels take no such file
    return Reply(turn.say(text, event=event.name(turn.language)), (), links, (file,))


dialog = Command("certificate", send, triggers=(_("wordings: certificate"),))
