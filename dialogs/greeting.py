"""Says hello: who we are, that we are a machine, and three things one may ask."""

from dataclasses import replace

from bot.config import Settings
from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _
from bot.message import Joined, Reply
from bot.services.invites import Invites
from dialogs.answer import EXAMPLES


def greet(turn: Turn) -> Outcome:
    """The welcome, in full when we have not met, short when we have; then where a link leads."""
    welcome = _welcome(turn)
    if isinstance(turn.event, Joined) and (code := turn.event.invite):
        invite = turn.use(Invites).follow(code)
        if invite is not None:
            return Answered((replace(welcome, choices=()),), open=invite.target)
    return welcome


def _welcome(turn: Turn) -> Reply:
    name = turn.use(Settings).name
    if turn.talk.first:
        text = turn.say(
            _(
                "Hello! I am {name}, an automated assistant for people who make cities. Ask me "
                "how other cities have solved something: housing, gardens, traffic, having a say. "
                "I name my sources, and I tell you when I do not know."
            ),
            name=name,
        )
    else:
        text = turn.say(_("Hello again! What would you like to know?"))
    examples = tuple(turn.choice(f"answer:example={n}", text) for n, text in enumerate(EXAMPLES))
    return Reply(text, (*examples, turn.choice("help", _("What else can you do?"))))


dialog = Command(
    name="greeting",
    answer=greet,
    triggers=(_("wordings: greeting"),),
    shared=True,
)
