"""Hears how an event was: a number from 1 to 5, and a word if somebody likes."""

from bot.dialog import Answers, Form, Outcome, Slot, Slots, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.feedback import RATINGS, Feedback
from bot.services.registration import Refused
from bot.services.registrations import Registrations
from bot.services.texts import in_language
from bot.slots import SKIPPED

_LONGEST = 2000


def slots(turn: Turn, answers: Answers) -> Slots:
    """The rating, and a comment that may be left out; nothing for who was not there."""
    try:
        event, _held = turn.use(Feedback).place(_event(answers), turn.talk.person_id)
    except Refused:
        return ()  # submit says why
    ask = turn.say(
        _("How was {event} for you? 1 to 5, please; 5 is very good."),
        event=event.name(turn.language),
    )
    return (
        Slot(
            "rating",
            ask=lambda _turn, _answers: ask,
            choices=tuple(Choice(value, label) for value, label in RATINGS),
        ),
        Slot(
            "comment",
            ask=_("Thank you! What should the organisers know? A sentence is enough."),
            free=True,
            optional=True,
        ),
    )


def _event(answers: Answers) -> str:
    return str(answers.get("event", ""))


def submit(turn: Turn, answers: Answers) -> Outcome:
    """Keep it, and say what came out of the event."""
    feedback, person = turn.use(Feedback), turn.talk.person_id
    comment = str(answers.get("comment", SKIPPED))[:_LONGEST]
    try:
        event, _held = feedback.place(_event(answers), person)
        feedback.give(event.id, person, int(str(answers["rating"])), comment)
    except Refused as refused:
        return Reply(refused.told(turn.language))
    lines = [turn.say(_("Thank you, the organisers will read it."))]
    if results := in_language(event.results, turn.language):
        lines += [turn.say(_("What came out of it:")), results]
    return Reply("\n".join(lines), links=event.materials)


def begin(turn: Turn) -> Answers:
    """`EVENT`, or `EVENT=4` for a tap on the question itself; in words, the last, else the next."""
    if not turn.argument:
        latest = turn.use(Feedback).latest(turn.talk.person_id)
        held = turn.use(Registrations).of_person(turn.talk.person_id)
        known = latest or next((event for r, event in held if r.status == "confirmed"), None)
        return {"event": known.id} if known else {}
    event, _equals, rating = turn.argument.partition("=")
    return {"event": event, **({"rating": rating} if rating in dict(RATINGS) else {})}


dialog = Form(
    *("feedback", slots, submit),
    triggers=(_("wordings: feedback"),),
    title=_("your feedback"),
    begin=begin,
)
