"""Leaves a question for a person of the team, in or out of office hours."""

from bot.config import Settings
from bot.dialog import Answers, Form, Outcome, Slot, Turn
from bot.i18n import _, format_moment
from bot.message import Choice, Reply
from bot.services.office import Office
from bot.services.questions import Asked, Questions

_SAME = "last-question"


def _ask(turn: Turn, _answers: Answers) -> str:
    if turn.talk.memory.get("asked"):
        return turn.say(
            _(
                "What may I pass on to the team? Write it here, or send your last question: "
                "“{question}”"
            ),
            question=str(turn.talk.memory["asked"])[:200],
        )
    return _("What may I pass on to the team? Write it in one message.")


def _choices(turn: Turn) -> tuple[Choice, ...]:
    if not turn.talk.memory.get("asked"):
        return ()
    return (turn.choice(_SAME, _("Send my last question")), turn.choice("cancel", _("Cancel")))


def _leave(turn: Turn, answers: Answers) -> Outcome:
    written = answers["question"]
    text = turn.talk.memory.get("asked") if written == _SAME else written
    turn.use(Questions).keep(turn.talk, Asked(str(text), "for_staff"))
    settings = turn.use(Settings)
    lines = [
        turn.say(_("Thank you. I have put your question on the team's list.")),
        _when_read(turn, turn.use(Office)),
    ]
    if settings.contact:
        lines.append(
            turn.say(_("You can also reach them directly: {contact}"), contact=settings.contact)
        )
    return Reply("\n\n".join(lines))


def _when_read(turn: Turn, office: Office) -> str:
    if office.is_open(turn.now):
        return turn.say(
            _("The office is open now, until {time}."),
            time=format_moment(turn.language, office.closes(turn.now), office.zone),
        )
    return turn.say(
        _("The office is closed now; the team is back on {time}."),
        time=format_moment(turn.language, office.opens(turn.now), office.zone),
    )


dialog = Form(
    name="human",
    title=_("your question for the team"),
    menu=_("Ask a person"),
    slots=(Slot("question", ask=_ask, choices=_choices, free=True),),
    submit=_leave,
    triggers=(_("wordings: human"),),
)
