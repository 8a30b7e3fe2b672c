"""Hands a seat back and joins the waiting list instead, after a tap that says so."""

from bot.dialog import Answers, Form, Outcome, Slot, Slots, Turn
from bot.i18n import _, translate_plural
from bot.message import Choice, Reply
from bot.services.events import Events
from bot.services.registration import Refused
from bot.services.registrations import Registrations
from dialogs.event.confirming import shown_whole
from dialogs.event.telling import label
from dialogs.places import held_here, meant, mine, which


def _slots(turn: Turn, answers: Answers) -> Slots:
    if not held_here(turn):
        return ()
    asked = which(_("For which event would you like to wait?"))
    event = turn.use(Events).get(str(answers.get("event", "")))
    if event is None:
        return (asked,)
    held = turn.use(Registrations).seats.find(event.id, turn.talk.person_id)
    ask = translate_plural(
        turn.language,
        _("Shall I give back your seat at {event} and put you at the end of the waiting list?"),
        _("Shall I give back your seats at {event} and put you at the end of the waiting list?"),
        held.seats if held else 1,
        event=label(event, turn.language),
    )
    choices = (Choice("yes", _("Yes, I will wait")), Choice("no", _("No, keep it")))
    return (asked, Slot("sure", ask=lambda _turn, _answers: ask, choices=choices))


def _submit(turn: Turn, answers: Answers) -> Outcome:
    if answers.get("sure") == "no":
        return Reply(turn.say(_("Good, everything stays as it was.")))
    event = turn.use(Events).get(str(answers.get("event", "")))
    if event is None:
        return mine(turn)
    registrations, person = turn.use(Registrations), turn.talk.person_id
    try:
        waits = registrations.wait_instead(event.id, person, turn.heard_at)
    except Refused as refused:
        return Reply(refused.told(turn.language), (turn.choice("events", _("See all events")),))
    return shown_whole(turn, event, waits)


dialog = Form(
    *("wait-instead", _slots, _submit),
    triggers=(_("wordings: waiting list instead"),),
    title=_("moving to the waiting list"),
    begin=meant,
)
