"""Changes what somebody answered when they registered, or how many seats they need."""

from bot.dialog import Answers, Form, Outcome, Slot, Slots, Turn
from bot.i18n import _, sentences
from bot.message import Choice, Link, Reply
from bot.services.agreements import sensitive
from bot.services.consents import Consents
from bot.services.events import Event, Events
from bot.services.registration import Refused
from bot.services.registrations import Registrations
from bot.slots import SKIPPED
from bot.understanding.corrections import correction
from dialogs.event.agreements import AGREE, evidence
from dialogs.event.asides import aside, unanswered
from dialogs.event.confirming import own_page, shown_whole, steps
from dialogs.event.fields import field_slot, where_asked
from dialogs.places import held_here, meant, mine, which
from dialogs.registration import named, seat_slots


def _slots(turn: Turn, answers: Answers) -> Slots:
    if not held_here(turn):
        return ()
    asked = which(_("Which registration would you like to change?"))
    event = turn.use(Events).get(str(answers.get("event", "")))
    if event is None:
        return (asked,)
    able = _changeable(turn, event)
    if not able:
        return ()
    wanted = _wanted(able, answers)
    chosen = tuple(s for s in able if s.name == wanted)
    what = () if wanted and "what" not in answers else (_what(event, able),)
    return (asked, *what, *_agreed(turn, event, answers, chosen))


def _wanted(able: Slots, answers: Answers) -> str:
    """What is to change: as it was picked, else as the words name it that began this."""
    picked = answers.get("what")
    words_name = correction(str(answers.get("said", "")), {slot.name: slot.called for slot in able})
    return str(picked) if picked else words_name or ""


def _agreed(turn: Turn, event: Event, answers: Answers, chosen: Slots) -> Slots:
    """What the law protects specially is asked of who agreed to just that, now or before."""
    wanted = {slot.name for slot in chosen}
    field = next((f for f in event.fields if f.sensitive and f.id in wanted), None)
    if field is None or turn.use(Consents).valid(turn.talk.person_id, f"sensitive:{event.id}"):
        return chosen
    text = sensitive(event, turn.language, [field])
    asked = Slot("sensitive", lambda _turn, _answers: text, choices=AGREE)
    return (asked, *(chosen if answers.get("sensitive") == "yes" else ()))


def _changeable(turn: Turn, event: Event) -> Slots:
    """What can be changed in this chat."""
    fields = (field_slot(f, event) for f in event.fields if where_asked(turn, f) == "chat")
    return (*seat_slots(event), *fields)


def _what(event: Event, able: Slots) -> Slot:
    """Which answer is to change; what this chat may not ask is changed on its page."""

    def ask(turn: Turn, _answers: Answers) -> str:
        question = turn.say(_("What would you like to change?"))
        elsewhere = any(where_asked(turn, f) == "page" for f in event.fields)
        note = turn.say(_("Personal answers are changed on the page.")) if elsewhere else ""
        return sentences(question, note)

    def page(turn: Turn) -> tuple[Link, ...]:
        held = turn.use(Registrations).seats.find(event.id, turn.talk.person_id)
        return own_page(turn, held) if held else ()

    def choices(turn: Turn) -> tuple[Choice, ...]:
        return tuple(Choice(s.name, named(event, s.name, turn)) for s in able)

    return Slot("what", ask, choices=choices, links=page)


def _begin(turn: Turn) -> Answers:
    """The event, and the words, which may name what is to change: "change my e-mail"."""
    return meant(turn) if turn.argument else {**meant(turn), "said": turn.text}


def _submit(turn: Turn, answers: Answers) -> Outcome:
    event_id = str(answers.get("event", ""))
    event = turn.use(Events).get(event_id)
    what = _wanted(_changeable(turn, event), answers) if event else ""
    if answers.get("sensitive") == "no":
        return Reply(turn.say(_("Good, everything stays as it was.")))
    if event is None or what not in answers:
        return mine(turn)
    registrations, person = turn.use(Registrations), turn.talk.person_id
    try:
        if what == "seats":
            changed = registrations.resize(event_id, person, int(str(answers[what])))
        else:
            value = answers[what]
            given = {what: None if value == SKIPPED else value}
            changed = registrations.edit(event_id, person, given)
    except Refused as refused:
        return Reply(refused.told(turn.language))
    _write_down(turn, event, what, answers)
    shown = shown_whole(turn, event, changed)
    done = turn.say(_("Done, that is changed."))
    return Reply(f"{done}\n\n{shown.text}", steps(turn, event, changed))


def _write_down(turn: Turn, event: Event, what: str, answers: Answers) -> None:
    """What was agreed to on the way."""
    if answers.get("sensitive") == "yes":
        text = sensitive(event, turn.language, [f for f in event.fields if f.id == what])
        turn.use(Consents).give(turn.talk, f"sensitive:{event.id}", text, evidence(turn))


dialog = Form(
    *("edit-registration", _slots, _submit),
    triggers=(_("wordings: edit-registration"),),
    title=_("changing your registration"),
    begin=_begin,
    asides=aside,
    unanswered=unanswered,
)
