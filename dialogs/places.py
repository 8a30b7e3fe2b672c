"""A person's own places at events: how they stand, given back, taken when offered."""

from dataclasses import replace

from bot import outbox
from bot.dialog import Answered, Answers, Command, Form, Outcome, Slot, Slots, Turn
from bot.i18n import _, sentences
from bot.message import Choice, Reply
from bot.services.agreements import withdraw_all
from bot.services.consents import Consents
from bot.services.events import Event, Events
from bot.services.references import read_reference
from bot.services.registration import Refused, Registration
from bot.services.registrations import Registered, Registrations
from bot.services.standing import pass_it_on, take_it
from dialogs.event.confirming import confirmation, shown_whole, stands, with_files
from dialogs.event.finding import named as named_events
from dialogs.event.telling import label

_LETS_GO = "place:no="
_NONE = _("You are not registered for anything that is coming.")


def mine(turn: Turn) -> Outcome:
    """What somebody is registered for or waits for."""
    held = turn.use(Registrations).of_person(turn.talk.person_id)
    if not held:
        return Reply(turn.say(_NONE), (turn.choice("events", _("See all events")),))
    if len(held) == 1:
        registration, event = held[0]
        return shown(turn, event, registration)
    lines = [f"• {stands(turn, event, registration)}" for registration, event in held]
    choices = tuple(Choice(f"place:show={e.id}", label(e, turn.language)) for _r, e in held)
    return Reply("\n".join(lines), choices)


def shown(turn: Turn, event: Event, held: Registration) -> Reply:
    """All of it; where it has files, they are a tap away."""
    whole = shown_whole(turn, event, held)
    if held.status != "confirmed":
        return whole
    files = turn.choice(f"place:files={event.id}", _("Calendar file"))
    return replace(whole, choices=(*whole.choices, files))


def files(turn: Turn) -> Outcome:
    """The calendar file and the code for the door once more: of the event that is meant."""
    every = turn.use(Registrations).of_person(turn.talk.person_id)
    held = {e.id: (e, r) for r, e in every if r.status == "confirmed"}
    if not held:
        return mine(turn)
    events = [event for event, _registration in held.values()]
    wanted = named_events(turn.text, events) or events
    if len(wanted) == 1:
        return _files(turn, *held[wanted[0].id])
    choices = tuple(Choice(f"place:files={e.id}", label(e, turn.language)) for e in wanted)
    return Reply(turn.say(_("For which event?")), choices)


def _files(turn: Turn, event: Event, held: Registration) -> Reply:
    return with_files(turn, event, held, stands(turn, event, held))


def called(turn: Turn) -> Outcome:
    """Somebody wrote a reference: their own is shown, another's is not there for them."""
    reference = read_reference(turn.text) or ""
    held = turn.use(Registrations).seats.by_reference(reference)
    event = turn.use(Events).get(held.event_id) if held else None
    if held is None or event is None or held.person_id != turn.talk.person_id:
        return Reply(turn.say(_("I know no registration of yours with this reference.")))
    return shown(turn, event, held)


def place(turn: Turn) -> Outcome:
    """A tap on one's own place: `show=EVENT`, `yes=EVENT`, `no=EVENT`."""
    what, _equals, event_id = turn.argument.partition("=")
    held = turn.use(Registrations).seats.find(event_id, turn.talk.person_id)
    event = turn.use(Events).get(event_id)
    if held is None or event is None:
        return Reply(turn.say(_NONE), (turn.choice("events", _("See all events")),))
    if what == "yes":
        return _take(turn, event)
    if what == "no":
        return _let_go(turn, event, held)
    if what == "files":
        return _files(turn, event, held)
    return shown(turn, event, held)


def _take(turn: Turn, event: Event) -> Outcome:
    held = turn.use(Registrations).seats.find(event.id, turn.talk.person_id)
    if held and held.status == "confirmed":
        return _has_it(turn, event, held)
    try:
        taken = turn.use(Registrations).accept(event.id, turn.talk.person_id, turn.heard_at)
    except Refused as refused:
        return Reply(refused.told(turn.language), (turn.choice("events", _("See all events")),))
    return confirmation(turn, Registered(taken, event))


def _has_it(turn: Turn, event: Event, held: Registration) -> Reply:
    """They took it before: nothing changes."""
    one, many = _("You have your seat already."), _("You have your seats already.")
    told = sentences(turn.say_count(one, many, held.seats), stands(turn, event, held))
    return replace(shown(turn, event, held), text=told)


def _let_go(turn: Turn, event: Event, held: Registration) -> Outcome:
    """Pass on an offer: one tap, as taking it. What is confirmed is cancelled with a question."""
    if held.status == "confirmed":
        return Answered((), open=f"cancel-registration:{event.id}")
    turn.use(Registrations).cancel(event.id, turn.talk.person_id, "passed")
    one = _("All right, the seat goes to the next person. Thank you for telling me.")
    many = _("All right, the seats go to the next person. Thank you for telling me.")
    text = turn.say_count(one, many, held.seats)
    return Reply(text, (turn.choice("events", _("See all events")),))


def answer_offer(what: str, nothing: str) -> "Command":
    """The words for a tap on an offer: they mean the offer that ends first."""

    def answer(turn: Turn) -> Outcome:
        held = turn.use(Registrations).of_person(turn.talk.person_id)
        offered = sorted(
            ((r, e) for r, e in held if r.status == "offered"),
            key=lambda pair: pair[0].offer_until or turn.now,
        )
        seated = [(r, e) for r, e in held if r.status == "confirmed"]
        if not offered and len(seated) == 1:
            held_now, event = seated[0]
            return (_has_it if what == "yes" else _let_go)(turn, event, held_now)
        if not offered:
            return Reply(turn.say(nothing))
        registration, event = offered[0]
        return _take(turn, event) if what == "yes" else _let_go(turn, event, registration)

    return Command(f"place-{what}", answer, triggers=(_OFFERS[what],))


def waiting_offer(turn: Turn) -> Reply | None:
    """The seat that waits for a yes, offered once more; None when none does."""
    held = turn.use(Registrations).of_person(turn.talk.person_id)
    offered = next(((r, e) for r, e in held if r.status == "offered"), None)
    if offered is None:
        return None
    registration, event = offered
    choices = (
        Choice(f"place:yes={event.id}", take_it(turn.language, registration.seats)),
        Choice(f"place:no={event.id}", pass_it_on(turn.language, registration.seats)),
    )
    return Reply(stands(turn, event, registration), choices)


_OFFERS = {"yes": _("wordings: take the seat"), "no": _("wordings: let the seat go")}


# -- cancelling ------------------------------------------------------------------------------


def held_here(turn: Turn) -> tuple[Choice, ...]:
    """What the person has a place at, as choices."""
    held = turn.use(Registrations).of_person(turn.talk.person_id)
    return tuple(Choice(event.id, label(event, turn.language)) for _r, event in held)


def which(ask: str) -> Slot:
    """Which registration is meant."""
    return Slot("event", ask=ask, choices=held_here, counted=False)


def meant(turn: Turn) -> Answers:
    """The event that was tapped or named, or the only one there is."""
    events = [e for _r, e in turn.use(Registrations).of_person(turn.talk.person_id)]
    ids = {event.id for event in events}
    if turn.argument:
        return {"event": turn.argument} if turn.argument in ids else {}
    found = named_events(turn.text, events) or events
    return {"event": found[0].id} if len(found) == 1 else {}


def _begin_cancelling(turn: Turn) -> Answers:
    """Likewise; of who has no place any more, the one they gave back last."""
    known = meant(turn)
    given_back = () if known else _given_back(turn)
    tapped = [event for event in given_back if event.id == turn.argument]
    wanted = tapped or (() if held_here(turn) else given_back)
    return {"event": wanted[0].id} if wanted else known


def _given_back(turn: Turn) -> tuple[Event, ...]:
    """What is coming and the person cancelled: those that were named first, then the latest."""
    registrations, events = turn.use(Registrations), turn.use(Events)
    ended = [r for r in registrations.seats.of_person(turn.talk.person_id) if _is_given_back(r)]
    found = [events.get(r.event_id) for r in sorted(ended, key=lambda r: r.id, reverse=True)]
    coming = [event for event in found if event and not event.is_over(turn.now)]
    return named_events(turn.text, coming) or tuple(coming)


def _is_given_back(registration: Registration | None) -> bool:
    return registration is not None and registration.status == "cancelled"


def _cancel_slots(turn: Turn, answers: Answers) -> Slots:
    if not held_here(turn):
        return ()
    event = turn.use(Events).get(str(answers.get("event", "")))
    asked = which(_("Which registration would you like to cancel?"))
    if event is None:
        return (asked,)
    held = turn.use(Registrations).seats.find(event.id, turn.talk.person_id)
    if held is None or _is_given_back(held):
        return ()  # submit says so
    choices = (Choice("yes", _("Yes, cancel it")), Choice("no", _("No, keep it")))
    ask = _whether(turn, event, held)
    return (asked, Slot("sure", ask=lambda _turn, _answers: ask, choices=choices))


def _whether(turn: Turn, event: Event, held: Registration) -> str:
    """The question, and what it means for somebody else where there is somebody."""
    ask = turn.say(
        _("Shall I cancel your registration for {event}?"), event=label(event, turn.language)
    )
    waits = "waiting" in turn.use(Registrations).seats.counts(event.id)
    if not waits or held.status == "waiting":
        return ask
    one, many = _("The seat then goes to who waits."), _("The seats then go to who waits.")
    return sentences(ask, turn.say_count(one, many, held.seats))


def _cancel(turn: Turn, answers: Answers) -> Outcome:
    if answers.get("sure") == "no":
        return Reply(turn.say(_("Good, everything stays as it was.")))
    event = turn.use(Events).get(str(answers.get("event", "")))
    if event is None or not turn.use(Registrations).cancel(event.id, turn.talk.person_id):
        return _nothing_cancelled(turn, event)
    withdraw_all(turn.use(Consents), turn.talk.person_id, event.id)
    done = turn.say(
        _("Done: your registration for {event} is cancelled."), event=event.name(turn.language)
    )
    return Reply(done, (turn.choice("events", _("See all events")),))


def _nothing_cancelled(turn: Turn, event: Event | None) -> Reply:
    """It was cancelled before, or we know of none."""
    person = turn.talk.person_id
    if event and _is_given_back(turn.use(Registrations).seats.find(event.id, person)):
        done = _("Your registration for {event} is cancelled already.")
        events = turn.choice("events", _("See all events"))
        return Reply(turn.say(done, event=event.name(turn.language)), (events,))
    none = _(
        "I have no registration of yours, so there is nothing to cancel with me. If you registered "
        "elsewhere, the team can help."
    )
    return Reply(turn.say(none), (turn.choice("human", _("Ask a person")),))


def nothing_to_cancel(turn: Turn) -> Outcome:
    """Somebody wrote "cancel" while nothing is asked: they may mean an offer, or their place."""
    held = turn.use(Registrations).of_person(turn.talk.person_id)
    if (passed := _offered_last(turn)) and (at := [(r, e) for r, e in held if e.id == passed]):
        return _let_go(turn, at[0][1], at[0][0])
    if not held:
        return Reply(turn.say(_("There is nothing to cancel. What would you like to know?")))
    choices = tuple(
        Choice(f"cancel-registration:{e.id}", label(e, turn.language)) for _r, e in held
    )
    ask = _("I am not asking you anything just now. Would you like to cancel a registration?")
    return Reply(turn.say(ask), choices)


def _offered_last(turn: Turn) -> str | None:
    """The event of the seat that the last message offered, where we began that message."""
    last = outbox.begun_last(turn.transaction.connection, str(turn.talk.address))
    values = [choice.value for choice in last.choices] if last else []
    found = (value.removeprefix(_LETS_GO) for value in values if value.startswith(_LETS_GO))
    return next(found, None)


dialogs = (
    Command("my-registrations", mine, triggers=(_("wordings: my-registrations"),)),
    Command("place", place),
    Command("files", files, triggers=(_("wordings: calendar file"),)),
    Command("nothing-to-cancel", nothing_to_cancel),
    Command("reference", called, hears=lambda text: read_reference(text) is not None),
    answer_offer("yes", _("There is no seat on offer for you at the moment.")),
    answer_offer("no", _("There is no seat on offer for you at the moment.")),
    Form(
        *("cancel-registration", _cancel_slots, _cancel),
        triggers=(_("wordings: cancel-registration"),),
        title=_("cancelling your registration"),
        begin=_begin_cancelling,
    ),
)
