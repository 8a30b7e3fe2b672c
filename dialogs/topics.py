"""Topics: what one wants to be told of first, chosen and let go by oneself."""

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.people import People
from bot.services.topics import Topic, Topics

_ON, _OFF = "on", "off"


def topics(turn: Turn) -> Outcome:
    """All there are, each to be had or let go; or the one that was tapped."""
    action, _is, topic_id = turn.argument.partition("=")
    if action == _ON:
        return _subscribed(turn, topic_id)
    if action == _OFF:
        return _left(turn, topic_id)
    return _listed(turn, turn.say(_asked(turn)))


def _asked(turn: Turn) -> str:
    """Whether there is something to choose, something to let go, or neither."""
    known = turn.use(Topics)
    if known.all():
        return _("I can tell you when there is news. What about?")
    if known.of_person(turn.talk.person_id):
        return _("There is nothing more to choose here at the moment. Of these you hear from me:")
    return _("There are no topics to choose from here at the moment.")


def _subscribed(turn: Turn, topic_id: str) -> Outcome:
    topic = turn.use(Topics).subscribe(turn.talk.person_id, topic_id)
    if topic is None:
        return _listed(turn, turn.say(_("This topic is not there any more.")))
    turn.use(People).resume(turn.talk.person_id)  # who asks to be told, wants to be written to
    told = _("You will hear from me when there is news about: {topic}")
    return _listed(turn, turn.say(told, topic=topic.name(turn.language)))


def _left(turn: Turn, topic_id: str) -> Outcome:
    turn.use(Topics).unsubscribe(turn.talk.person_id, [topic_id])
    return _listed(turn, turn.say(_("You will hear no more from me about that.")))


def _listed(turn: Turn, text: str) -> Outcome:
    """What is on offer, and what is no more but was asked for: that is let go here as well."""
    known = turn.use(Topics)
    mine = known.of_person(turn.talk.person_id)
    shown = [t for t in known.all(with_closed=True) if t.closed_at is None or t.id in mine]
    return Reply(text, tuple(_choice(turn, topic, topic.id in mine) for topic in shown))


def _choice(turn: Turn, topic: Topic, has_it: bool) -> Choice:
    name = topic.name(turn.language)
    if has_it:
        return turn.choice(f"topics:{_OFF}={topic.id}", _("No more about: {topic}"), topic=name)
    return Choice(f"topics:{_ON}={topic.id}", name)


dialogs = (Command("topics", topics, triggers=(_("wordings: topics"),)),)
