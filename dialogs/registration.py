"""Registers a person for an event: one question at a time, a summary, then a seat or a place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.config import Settings
from bot.dialog import (
    Answered,
    Answers,
    Command,
    Form,
    Invalid,
    Json,
    Outcome,
    Slot,
    Slots,
    Turn,
)
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.agreements import cross_border, sensitive
from bot.services.event_texts import title_only_in
from bot.services.events import Event, Events
from bot.services.fields import Field
from bot.services.question_links import QuestionLinks
from bot.services.registration import Refused, Request
from bot.services.registrations import Registrations
from bot.services.texts import in_language
from bot.services.weblinks import FORM, Pages, WebLinks
from bot.understanding.choices import number
from dialogs.answer import answer
from dialogs.event.agreements import AGREE, evidence, write_down
from dialogs.event.asides import aside, unanswered
from dialogs.event.confirming import confirmation, summary
from dialogs.event.fields import field_slot, kept, where_asked
from dialogs.event.finding import asks_of_other, meant, shown_last
from dialogs.event.finding import named as named_events
from dialogs.event.gone import closed_to, names_another, unknown_to
from dialogs.event.telling import LISTED, label, nothing_open, was_told


def slots(turn: Turn, answers: Answers) -> Slots:
    """The event, then what its organisers want to know, then whether all is right."""
    which = Slot(
        "event",
        ask=_("Which event would you like to register for?"),
        choices=_open_events,
        read=lambda text: _read_event(turn, text),
        counted=False,
    )
    event = _event(turn, answers)
    if event is None:
        return (which,)
    if not event.is_open(turn.heard_at) or _is_registered(turn, event):
        return ()  # submit says why
    abroad = _abroad(turn)
    if answers.get("abroad") == "no":
        return (which, *abroad)
    asked = (*seat_slots(event), *abroad, *_fields(turn, event), *_sensitive(turn, event, answers))
    asked = tuple(_naming(event, slot) for slot in asked)
    wanted = int(str(answers.get("seats", 1)))
    return (which, *asked, *_summary(event, asked, wanted))


def _event(turn: Turn, answers: Answers) -> Event | None:
    return turn.use(Events).get(str(answers.get("event", "")))


def _is_registered(turn: Turn, event: Event) -> bool:
    found = turn.use(Registrations).seats.find(event.id, turn.talk.person_id)
    return bool(found and found.status != "cancelled")


def _open_events(turn: Turn) -> tuple[Choice, ...]:
    events = turn.use(Events).open_now()[:LISTED]
    return tuple(Choice(event.id, label(event, turn.language)) for event in events)


def _read_event(turn: Turn, text: str) -> Json:
    found = meant(turn, text, turn.use(Events).open_now())
    if len(found) != 1:
        raise Invalid(_("Please pick one of these, or write its number."))
    return found[0].id


def _naming(event: Event, slot: Slot) -> Slot:
    """The first question says what it is asked for: the words may have meant another event."""

    def ask(turn: Turn, answers: Answers) -> str:
        question = turn.say(slot.ask) if isinstance(slot.ask, str) else slot.ask(turn, answers)
        if answers.keys() != {"event"}:
            return question
        told = turn.say(_("Registration: {event}"), event=label(event, turn.language))
        note = "" if was_told(turn, event) else title_only_in(turn.language, event)
        return "\n".join(filter(None, (told, note, question)))

    return replace(slot, ask=ask)


def seat_slots(event: Event) -> Slots:
    """How many seats, where one may take several."""
    if event.most_seats == 1:
        return ()

    def read(text: str) -> Json:
        count = number(text)
        if count is None or not 1 <= count <= event.most_seats:
            raise Invalid(_("Please write a number from 1 to {most}."), most=event.most_seats)
        return count

    def ask(turn: Turn, _answers: Answers) -> str:
        text = _("How many seats do you need, with yourself? 1 to {most}.")
        return turn.say(text, most=event.most_seats)

    return (
        Slot(
            *("seats", ask, read),
            figures=True,
            called=(_("seats|seat|places|people|number of seats"),),
            fits=lambda value: isinstance(value, int) and 1 <= value <= event.most_seats,
        ),
    )


def _abroad(turn: Turn) -> Slots:
    settings = turn.use(Settings)
    if not settings.cross_border:
        return ()
    return (Slot("abroad", lambda turn, _a: cross_border(settings, turn.language), choices=AGREE),)


def _fields(turn: Turn, event: Event) -> Slots:
    """The fields that are asked in the chat, and the page for the others."""
    here = tuple(
        field_slot(f, event)
        for f in event.fields
        if where_asked(turn, f) == "chat" and not f.sensitive
    )
    on_page = [f for f in event.fields if where_asked(turn, f) == "page"]
    return (*here, *([_page(turn, event, on_page)] if on_page else []))


def _page(turn: Turn, event: Event, fields: Sequence[Field]) -> Slot:
    """Personal answers are given on a page of ours; the talk goes on when it was filled in."""

    def ask(turn: Turn, answers: Answers) -> str:
        target: Mapping[str, Json] = {
            "event": event.id,
            "fields": [f.id for f in fields],
            "abroad": answers.get("abroad"),  # agreed to already: not asked twice
            "language": turn.language,
        }
        token = turn.use(QuestionLinks).of(turn.talk, _purpose(event), target)
        text = turn.say(
            _(
                "Some answers are personal, so please give them on this page and not in the chat. "
                "The link is yours alone and works for a day:"
            )
        )
        return f"{text}\n{turn.use(Pages).at(FORM, token)}"

    def refuse(_text: str) -> Json:
        raise Invalid(_("Please write no personal details here; I have kept none of that."))

    return Slot(
        *("page", ask, refuse, (Choice("done", _("I have filled it in")),)),
        private=True,
        fits=lambda _value: (
            turn.use(WebLinks).filled(turn.talk.person_id, _purpose(event)) is not None
        ),
    )


def _purpose(event: Event) -> str:
    return f"registration:{event.id}"


def _sensitive(turn: Turn, event: Event, answers: Answers) -> Slots:
    """What the law protects specially is asked only of who agreed to just that."""
    fields = [f for f in event.fields if f.sensitive and where_asked(turn, f) == "chat"]
    if not fields:
        return ()

    def ask(turn: Turn, _answers: Answers) -> str:
        return sensitive(event, turn.language, fields)

    consent = Slot("sensitive", ask, choices=AGREE)
    asked = (field_slot(f, event) for f in fields) if answers.get("sensitive") == "yes" else ()
    return (consent, *asked)


def _summary(event: Event, asked: Slots, wanted: int) -> Slots:
    changeable = tuple(slot for slot in asked if slot.called)

    def choices(turn: Turn) -> tuple[Choice, ...]:
        waits = event.waiting_list and not event.has_room(wanted)
        register = _("Join the waiting list") if waits else _("Register")
        change = (Choice("change", _("Change something")),) if changeable else ()
        return (Choice("yes", register), *change, Choice("cancel", _("Cancel")))

    def what(turn: Turn) -> tuple[Choice, ...]:
        return tuple(Choice(s.name, named(event, s.name, turn)) for s in changeable)

    return (
        Slot(
            "check",
            ask=lambda turn, answers: summary(turn, event, answers, asked),
            choices=choices,
            counted=False,
        ),
        Slot(
            "change",
            ask=_("What would you like to change?"),
            choices=what,
            when=lambda answers: answers.get("check") == "change",
            counted=False,
            reopens=lambda value: (str(value), "check", "change"),
        ),
    )


def named(event: Event, slot: str, turn: Turn) -> str:
    """A field, or the number of seats, as a choice."""
    field = next((f for f in event.fields if f.id == slot), None)
    return in_language(field.ask, turn.language) if field else turn.say(_("The number of seats"))


def submit(turn: Turn, answers: Answers) -> Outcome:
    """Register, and say what became of it."""
    event = _event(turn, answers)
    if event is None:
        return nothing_open(turn)
    if answers.get("abroad") == "no":
        text = turn.say(_("Then I cannot register you here, and I have kept none of your answers."))
        return Reply(text, (turn.choice("human", _("Ask a person")),))
    try:
        done = turn.use(Registrations).register(_request(turn, event, answers))
    except Refused as refused:
        return Reply(refused.told(turn.language), (turn.choice("events", _("See all events")),))
    if not done.again:
        write_down(turn, event, answers)
    return confirmation(turn, done)


def _request(turn: Turn, event: Event, answers: Answers) -> Request:
    links, person = turn.use(WebLinks), turn.talk.person_id
    on_page: Mapping[str, Json] = {}
    if "page" in answers:
        on_page = links.filled(person, _purpose(event)) or {}
        links.drop(person, _purpose(event))
    return Request(
        event_id=event.id,
        person_id=person,
        requested_at=turn.heard_at,
        language=turn.language,
        seats=int(str(answers.get("seats", 1))),
        answers=kept(event.fields, {**on_page, **answers}),
        address=str(turn.talk.address),
        cause=evidence(turn),
    )


def begin(turn: Turn) -> Answers:
    """What is known when it begins: the event that was tapped."""
    return {"event": turn.argument} if turn.argument else {}


def register(turn: Turn) -> Outcome:
    """Begin to register for the event that is named or was shown last, if there is one."""
    open_ = turn.use(Events).open_now()
    is_bare = not (named_events(turn.text, open_) or names_another(turn))
    found = () if is_bare else meant(turn, turn.text, open_)
    found = found or shown_last(turn, open_)
    if told := closed_to(turn, open_):
        return told
    if not found and asks_of_other(turn):
        return answer(turn)
    if not found and (told := unknown_to(turn, open_)):
        return told
    found = found or open_
    if not found:
        return nothing_open(turn)
    if len(found) > 1:
        return Answered((), open="registration")
    event = found[0].id
    return Answered((), memory={"event": event}, open=f"registration:{event}")


dialogs = (
    Command("register", register, triggers=(_("wordings: register"),), menu=_("Register")),
    Form(
        *("registration", slots, submit),
        title=_("your registration"),
        progress=True,
        begin=begin,
        asides=aside,
        unanswered=unanswered,
    ),
)
