"""Remarks on what we said: it was wrong, too long, one more please, how so; anger and apologies.

None of them is a question: nothing is searched for, and nothing is kept as one. Inside a form they
are no remarks on an answer of ours, and are read as what was asked for.
"""

import re
from collections.abc import Iterator

from bot.dialog import Answered, Command, Json, Outcome, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from dialogs.answer import answer_with, event_of, explained, shown_article
from dialogs.help import help_
from dialogs.unanswered import missed
from knowledge.article import Article
from knowledge.library import Library

_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ\d])|(?<=[。！？])")
_SHORTEST = 40  # characters; what is shorter opens a paragraph and says nothing yet
_NEAR = 5  # articles of a theme that are near enough


def wrong(turn: Turn) -> Outcome:
    """Our answer missed: the last question is marked, and what else it may have been is offered."""
    if isinstance(turn.talk.memory.get("question"), int):
        return missed(turn)
    text = _("I am sorry. Please tell me in other words what you would like to know.")
    return Reply(turn.say(text), (turn.choice("human", _("Ask a person")),))


def simpler(turn: Turn) -> Outcome:
    """What was said last in one sentence, with its source; without any, an offer."""
    article = shown_article(turn)
    if article is None:
        text = _("I am sorry that I was not clear. Please ask again in a few words.")
        return Reply(turn.say(text), (*_ways_out(turn),))
    reply = answer_with(turn, article, (_first_sentence(article),))
    text = turn.say(_("In short: {text}"), text=reply.text)
    return Reply(text, (*reply.choices, *_ways_out(turn)), reply.links)


def another(turn: Turn) -> Outcome:
    """The next article near to the one shown last; at the end, its themes."""
    article = shown_article(turn)
    if article is None:
        return Reply(turn.say(_("Of what? Please name a city, a project or a topic.")))
    slug, *rest = (*_near(turn, article), "")
    following = turn.use(Library).article(slug, turn.language) if slug else None
    if following is None:
        text = _("I know no further example near this one. Please ask again, or ask a person.")
        return Reply(turn.say(text), _ways_out(turn))
    reply = answer_with(turn, following, ())
    more = (turn.choice("another", _("Another example")),) if any(rest) else ()
    told = Reply(reply.text, (*reply.choices, *more, *_ways_out(turn)), reply.links)
    why = _("Why: {slug} comes next among what is near {before}.")
    replies = explained(turn, (told,), why, slug=slug, before=article.slug)
    near: dict[str, Json] = {"others": [s for s in rest if s], "event": event_of(turn, following)}
    return Answered(replies, memory={"shown": slug, **near})


def how(turn: Turn) -> Outcome:
    """How what was shown last is done; without any, how to talk with us."""
    article = shown_article(turn)
    if article is None:
        return help_(turn)
    return Answered((), open=f"answer:more={article.slug}")


def upset(turn: Turn) -> Outcome:
    """Anger, met kindly and shortly."""
    text = _("I am sorry that I am no help so far. A person of the team can look into it.")
    return Reply(turn.say(text), (turn.choice("human", _("Ask a person")),))


def sorry(turn: Turn) -> Outcome:
    """An apology."""
    return Reply(turn.say(_("Never mind. What would you like to know?")))


def _first_sentence(article: Article) -> str:
    """The first sentence of its text that says something."""
    paragraphs = (block.strip() for block in article.text.split("\n\n"))
    opening = next((p for p in paragraphs if p and not p.startswith("#")), article.title)
    said = ""
    for sentence in _END.split(opening):
        said = f"{said} {sentence}".strip()
        if len(said) >= _SHORTEST or article.lang == "zh":
            break
    return said


def _near(turn: Turn, article: Article) -> Iterator[str]:
    """What the last search found beside it; where nothing was searched, its first theme."""
    found = turn.talk.memory.get("others")
    if isinstance(found, list):
        yield from (str(slug) for slug in found if slug != article.slug)
        return
    for theme in article.themes[:1]:
        near = turn.use(Library).of_theme(theme, turn.language)
        yield from [a.slug for a in near if a.slug != article.slug][:_NEAR]


def _ways_out(turn: Turn) -> tuple[Choice, ...]:
    return (
        turn.choice("answer:missed", _("Not what I meant")),
        turn.choice("human", _("Ask a person")),
    )


dialogs = (
    Command("wrong", wrong, triggers=(_("wordings: wrong"),), shared=True, remark=True),
    Command("simpler", simpler, triggers=(_("wordings: simpler"),), shared=True, remark=True),
    Command("another", another, triggers=(_("wordings: another"),), shared=True, remark=True),
    Command("how", how, triggers=(_("wordings: how"),), shared=True, remark=True),
    Command("upset", upset, triggers=(_("wordings: upset"),), shared=True, remark=True),
    Command("sorry", sorry, triggers=(_("wordings: sorry"),), shared=True, remark=True),
)
