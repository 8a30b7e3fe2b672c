"""Leaves a question for a person of the team, in or out of office hours."""

from datetime import datetime

from bot.config import Settings
from bot.dialog import Answers, Form, Invalid, Json, Outcome, Slot, Turn
from bot.i18n import _, format_moment, place_name
from bot.message import Choice, Reply
from bot.services.office import Office
from bot.services.questions import Asked, Questions
from bot.understanding.telling import courtesies
from bot.understanding.wordings import cover, wordings, words

_SAME = "last-question"
_WISH = _("wordings: human")


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
    return passed_on(turn, _("Thank you. I have put your question on the team's list."))


def passed_on(turn: Turn, thanks: str) -> Reply:
    """That something was left for the team, when it is read, and how else to reach them."""
    lines = (turn.say(thanks), when_read(turn, turn.use(Office)), *contact(turn))
    return Reply("\n\n".join(lines))


def contact(turn: Turn) -> tuple[str, ...]:
    """How to reach the team outside this chat, where there is a way."""
    way = turn.use(Settings).contact
    told = _("You can also reach them directly: {contact}")
    return (turn.say(told, contact=way),) if way else ()


def when_read(turn: Turn, office: Office) -> str:
    """Whether somebody is there now, and until or from when."""
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
    place = place_name(turn.language, office.zone)
    moment = format_moment(turn.language, at, office.zone)
    return turn.say(_("{moment} ({place})"), moment=moment, place=place)


def _written(text: str) -> Json:
    if not any(c.isalpha() for c in text):
        raise Invalid(_("Please write your question in words."))
    if _asks_for_us(text):  # who asks for a person again has not asked anything yet
        raise Invalid(_("The team will read it. Please write what you would like to ask."))
    return text


def _asks_for_us(text: str) -> bool:
    """Whether it only wishes for a person once more: "a human please"."""
    known = {**dict.fromkeys(courtesies(), False), **dict.fromkeys(wordings(_WISH), True)}
    return any(cover(words(text), known) or ())


dialog = Form(
    name="human",
    title=_("your question for the team"),
    menu=_("Ask a person"),
    slots=(Slot("question", ask=_ask, read=_written, choices=_choices, free=True),),
    submit=_leave,
    triggers=(_WISH,),
)
