"""Agreeing in a talk: yes or no, and writing down each text that was agreed to."""

from bot.config import Settings
from bot.dialog import Answers, Turn
from bot.i18n import _
from bot.message import Choice
from bot.services.agreements import agreement, cross_border, sensitive
from bot.services.consents import Consents
from bot.services.events import Event
from dialogs.event.fields import where_asked

AGREE = (Choice("yes", _("Yes, I agree")), Choice("no", _("No")))


def write_down(turn: Turn, event: Event, answers: Answers) -> None:
    """Each text that was agreed to, by itself."""
    settings, language = turn.use(Settings), turn.language
    agreed = {"registration": agreement(settings, event, language)}
    if answers.get("abroad") == "yes":
        agreed["cross-border"] = cross_border(settings, language)
    if answers.get("sensitive") == "yes":
        fields = [f for f in event.fields if where_asked(turn, f) == "chat"]
        agreed["sensitive"] = sensitive(event, language, fields)
    for purpose, text in agreed.items():
        turn.use(Consents).give(turn.talk, f"{purpose}:{event.id}", text, evidence(turn))


def evidence(turn: Turn) -> str:
    """The message that said so, as its platform names it."""
    return f"{turn.event.sender.channel}:{turn.event.id}"
