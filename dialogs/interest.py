"""Notes who is interested in a programme: nothing is promised, the team hears of it."""

from bot.dialog import Answered, Answers, Command, Form, Outcome, Slot, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.questions import Asked, Candidate, Questions
from dialogs.handoff import passed_on
from knowledge.article import Article
from knowledge.library import Library

_AS_IT_IS = "as-it-is"
_CHOICES = (Choice(_AS_IT_IS, _("Send it like this")), Choice("cancel", _("Cancel")))


def begin(turn: Turn) -> Outcome:
    """`interest:prog-fellows`: remember which programme, and ask what else to pass on."""
    article = turn.use(Library).article(turn.argument, turn.language)
    if article is None or article.kind != "programme":
        return Reply(turn.say(_("I have nothing on that yet.")))
    return Answered((), memory={"interest": article.slug}, open="interest-note")


def _programme(turn: Turn) -> Article | None:
    return turn.use(Library).article(str(turn.talk.memory.get("interest")), turn.language)


def _ask(turn: Turn, _answers: Answers) -> str:
    return turn.say(
        _(
            "I will tell the team that you are interested in “{title}”. What should they know? For "
            "example your city, your topic, the languages you speak and how to reach you."
        ),
        title=_title(turn),
    )


def _leave(turn: Turn, answers: Answers) -> Outcome:
    text = turn.say(_("Interest in “{title}”"), title=_title(turn))
    if answers["message"] != _AS_IT_IS:
        text = f"{text}: {answers['message']}"
    article = _programme(turn)
    about = (Candidate(article.slug, 1.0),) if article else ()
    turn.use(Questions).keep(turn.talk, Asked(text, "for_staff", found=about))
    return passed_on(turn, _("Thank you. I have put your interest on the team's list."))


def _title(turn: Turn) -> str:
    article = _programme(turn)
    return article.title if article else str(turn.talk.memory.get("interest"))


dialogs = (
    Command("interest", begin),
    Form(
        "interest-note",
        slots=(Slot("message", ask=_ask, choices=_CHOICES, free=True),),
        submit=_leave,
        title=_("your interest in a programme"),
    ),
)
