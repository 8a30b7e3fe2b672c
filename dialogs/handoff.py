"""Leaves a question for a person of the team, in or out of office hours."""

from datetime import datetime

from bot.config import Settings
from bot.dialog import Answers, Form, Invalid, Json, Outcome, Slot, Turn
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
            time=_moment(turn, office, office.closes(turn.now)),
        )
    return turn.say(
        _("The office is closed now; the team is back on {time}."),
        time=_moment(turn, office, office.opens(turn.now)),
    )


def _moment(turn: Turn, office: Office, at: datetime) -> str:
    """With the office's place: people may read this on the other side of the world."""
    place = str(office.zone).rpartition("/")[2].replace("_", " ")
    return f"{format_moment(turn.language, at, office.zone)} ({place})"


def _written(text: str) -> Json:
    if not any(c.isalpha() for c in text):
        raise Invalid(_("Please write your question in words."))
    return text


dialog = Form(
    name="human",
    title=_("your question for the team"),
    menu=_("Ask a person"),
    slots=(Slot("question", ask=_ask, read=_written, choices=_choices, free=True),),
    submit=_leave,
    triggers=(_("wordings: human"),),
)
