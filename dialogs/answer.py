"""Answers a question from what we know, with its source, or says kindly that we do not know."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Literal

from bot.dialog import Answered, Command, Json, Outcome, Turn
from bot.i18n import _
from bot.message import Choice, Link, Message, Reply
from bot.services.events import Events
from bot.services.questions import Asked, Candidate, Questions
from bot.understanding import detect
from bot.understanding.danger import dangers
from bot.understanding.places import home_in
from dialogs.asking import find_asked
from dialogs.event.edition import (
    next_edition,
    step_to,
    told_short,
    undoubted,
    without_doubt,
)
from dialogs.event.finding import RECENT, is_a_name, surely_named, wholly_named
from dialogs.help import help_
from dialogs.unanswered import decided, missed, titles, unknown, unsaid
from dialogs.wordless import instead_of_words
from knowledge.answering import (
    SCREEN,
    Finding,
    answer_text,
    beside,
    found_text,
    full_text,
    listed_text,
)
from knowledge.article import Article
from knowledge.following import Followed, follow, lacks_subject
from knowledge.library import Library
from knowledge.themes import THEMES

EXAMPLES = (
    _("How do housing cooperatives keep rents low?"),
    _("How does a community garden start?"),
    _("How can residents decide a city budget?"),
)
"""What one may ask, for those who do not know where to begin."""

_COMMAND = re.compile(r"/\w+")  # one that nobody knows, as messengers offer them
_LEAST = 300  # characters an article has beside the next date of its programme
_LISTED = 8  # articles listed for a theme


def answer(turn: Turn) -> Outcome:
    """A question, or a tap: `slug`, `more=slug`, `theme=housing`, `missed`."""
    what, _equals, which = turn.argument.partition("=")
    if what == "missed":
        return missed(turn)
    if what == "example":
        return _answered(turn, turn.say(_example(which)))
    if what == "last":
        return _last(turn)
    if what == "theme":
        return _theme(turn, which)
    if what == "more":
        return _article(turn, which, whole=True)
    if what:
        return _article(turn, what)
    if dangers(turn.text):  # a brain that is not ours may not have heard it
        return Answered((), open="crisis")
    home = None if turn.argument else home_in(turn.text)
    return Answered((), open=f"timezone:{home}") if home else _question(turn)


def _example(number: str) -> str:
    return EXAMPLES[int(number)] if number.isdecimal() and int(number) < len(EXAMPLES) else ""


def _last(turn: Turn) -> Outcome:
    """More of what was shown last."""
    shown = turn.talk.memory.get("shown")
    if isinstance(shown, str):
        return _article(turn, shown, whole=True)
    return Reply(turn.say(_("All right. What would you like to know?")))


def shown_article(turn: Turn) -> Article | None:
    """The article that was shown last, in the language of this turn."""
    shown = turn.talk.memory.get("shown")
    return turn.use(Library).article(shown, turn.language) if isinstance(shown, str) else None


def can_answer(turn: Turn) -> bool:
    """Whether a text inside a form is a question that we can answer."""
    return find_asked(turn.use(Library), turn.text, turn.language).answered


def _question(turn: Turn) -> Outcome:
    if _COMMAND.fullmatch(turn.text):
        return help_(turn)
    if not turn.text and isinstance(turn.event, Message) and turn.event.attachments:
        return Reply(turn.say(instead_of_words(turn.event)))
    if not any(c.isalpha() for c in turn.text):
        return Reply(turn.say(_("What would you like to know? A few words are enough.")))
    if not isinstance(shown := turn.talk.memory.get("shown"), str):
        is_bare = lacks_subject(turn.text, detect(turn.text).language or turn.language)
        return _ask_back(turn) if is_bare else _answered(turn, turn.text)
    followed = follow(turn.use(Library), turn.text, turn.language, shown)
    return _followed(turn, followed) if followed else _answered(turn, turn.text)


def _ask_back(turn: Turn) -> Outcome:
    return Reply(turn.say(_("What do you mean? Please name a city, a project or a topic.")))


def _followed(turn: Turn, followed: Followed) -> Outcome:
    """A question about the article shown last, answered from it or not at all."""
    turn = replace(turn, talk=replace(turn.talk, language=followed.language))
    article, passages = followed.article, followed.passages
    about = (Candidate(article.slug, 1.0),)
    asked = Asked(turn.text, "answered" if passages else "declined", float(bool(passages)), about)
    kept = turn.use(Questions).keep(turn.talk, asked)
    memory: dict[str, Json] = {"question": kept, "asked": turn.text[:500]}
    if not passages and (settled := decided(turn, turn.text)):
        return replace(settled, memory=memory)
    reply = answer_with(turn, article, passages) if passages else unsaid(turn, article)
    missed = turn.choice("answer:missed", _("Not what I meant"))
    reply = replace(reply, choices=(*reply.choices, missed))
    told = _("Why: goes on from the article shown, {slug}; paragraphs that say it: {count}.")
    replies = explained(turn, (reply,), told, slug=article.slug, count=len(passages))
    return Answered(replies, memory=memory)


def _answered(turn: Turn, question: str) -> Outcome:
    calendar = turn.use(Events)
    not_coming = (*calendar.called_off(), *calendar.over(RECENT))
    if is_a_name(question, calendar.coming()) or wholly_named(question, not_coming):
        return Answered((), open="events")
    finding = find_asked(turn.use(Library), question, turn.language)
    if not finding.article and surely_named(question, calendar.coming()):
        return Answered((), open="events")
    # Inside a form the talk keeps its language; the answer is in that of the question.
    turn = replace(turn, talk=replace(turn.talk, language=finding.language))
    outcome: Literal["answered", "declined"] = "answered" if finding.answered else "declined"
    kept = turn.use(Questions).keep(
        turn.talk,
        Asked(question, outcome, finding.found.confidence, _candidates(finding)),
    )
    settled = None if finding.answered else decided(turn, question)
    replies = settled.replies if settled else _replies(turn, finding)
    if turn.talk.memory.get("debug"):
        replies += (Reply(why(turn, finding)),)
    others = [hit.slug for hit in finding.found[1:]]
    shown = finding.article.slug if finding.article else None
    memory: dict[str, Json] = {
        "question": kept,
        "asked": question[:500],
        "others": others,
        "shown": shown,
        "event": event_of(turn, finding.article),
    }
    return Answered(replies, memory=memory, open=settled.open if settled else None)


def _replies(turn: Turn, finding: Finding) -> tuple[Reply, ...]:
    if finding.article:
        return _known(turn, finding, finding.article)
    if finding.listed:
        return (Reply(listed_text(finding), _choices(finding.listed[:_LISTED])),)
    return unknown(turn, finding)


def _choices(articles: Sequence[Article]) -> tuple[Choice, ...]:
    return tuple(Choice(f"answer:{a.slug}", a.title) for a in articles)


def _known(turn: Turn, finding: Finding, article: Article) -> tuple[Reply, ...]:
    reply = answer_with(turn, article, finding.passages)
    if finding.is_unsaid:
        reply = replace(reply, text=found_text(finding, article))
    near = titles(turn, beside(turn.use(Library), finding))
    missed = turn.choice("answer:missed", _("Not what I meant"))
    return (replace(reply, choices=(*reply.choices, *near, missed)),)


def _theme(turn: Turn, theme: str) -> Outcome:
    articles = turn.use(Library).of_theme(theme, turn.language)[:_LISTED]
    name = turn.say(THEMES.get(theme, ""))
    if not articles:
        return Reply(turn.say(_("I have nothing on that yet.")))
    told = turn.say(_("{theme}: this is what I know about."), theme=name)
    return Reply(told, _choices(articles))


def _article(turn: Turn, slug: str, whole: bool = False) -> Outcome:
    article = turn.use(Library).article(slug, turn.language)
    if article is None:
        return Reply(turn.say(_("I have nothing on that yet.")))
    if whole:
        after = (
            turn.choice("answer:missed", _("Not what I meant")),
            turn.choice("human", _("Ask a person")),
        )
        known = without_doubt(article) if event_of(turn, article) else article
        reply = Reply(full_text(known, turn.language), after, _links(article))
    else:
        reply = answer_with(turn, article, ())
    replies = explained(turn, (reply,), _("Why: you chose the article {slug}."), slug=slug)
    memory: dict[str, Json] = {"shown": article.slug, "event": event_of(turn, article)}
    return Answered(replies, memory=memory)


def explained(
    turn: Turn, replies: tuple[Reply, ...], why: str, **values: object
) -> tuple[Reply, ...]:
    """The replies, and below them why, for who asked for explanations."""
    return (*replies, Reply(turn.say(why, **values))) if turn.talk.memory.get("debug") else replies


def event_of(turn: Turn, article: Article | None) -> str | None:
    """The event that is told beside the article: what "register" means next."""
    is_programme = article is not None and article.kind == "programme"
    event = next_edition(turn, article.slug) if article and is_programme else None
    return event.id if event else None


def answer_with(turn: Turn, article: Article, passages: Sequence[str], room: int = SCREEN) -> Reply:
    """What an article says to a question, with the way to the whole of it.

    Of a programme, the next event comes first; without one in the calendar, none is promised, but
    an interest can be noted.
    """
    more = turn.choice(f"answer:more={article.slug}", _("Read more"))
    if article.kind != "programme":
        return Reply(_told(turn, article, passages, room), (more,), _links(article)[:1])
    event = next_edition(turn, article.slug)
    if event is None:
        interest = turn.choice(f"interest:{article.slug}", _("Note my interest"))
        return Reply(_told(turn, article, passages, room), (more, interest), _links(article)[:1])
    date = told_short(turn, event)
    article, passages = without_doubt(article), [p for p in map(undoubted, passages) if p]
    text = _told(turn, article, passages, max(room - len(date) - 2, _LEAST))
    return Reply(f"{date}\n\n{text}", (step_to(turn, event), more), _links(article)[:1])


def _told(turn: Turn, article: Article, passages: Sequence[str], room: int) -> str:
    return answer_text(article, passages, turn.language, room)


def _links(article: Article) -> tuple[Link, ...]:
    return tuple(Link(s.title, s.url) for s in article.sources if s.url)


def _candidates(finding: Finding) -> tuple[Candidate, ...]:
    return tuple(Candidate(h.slug, round(h.score, 4), h.matched) for h in finding.found)


def why(turn: Turn, finding: Finding) -> str:
    """Why this answer: the confidence, the candidates, and the words that matched."""
    lines = [
        turn.say(
            _("Why: confidence {confidence}, language {language}."),
            confidence=f"{finding.found.confidence:.2f}",
            language=finding.language,
        )
    ]
    for candidate in map(asdict, _candidates(finding)):
        words = ", ".join(candidate["matched"][:8])
        lines.append(f"{candidate['score']:.2f}  {candidate['slug']}  {words}".rstrip())
    return "\n".join(lines)


def more(turn: Turn) -> Outcome:
    """The whole of what was shown last."""
    return _last(turn)


dialogs = (
    Command(name="answer", answer=answer, claims=can_answer, shared=True),
    Command(name="more", answer=more, triggers=(_("wordings: more"),), shared=True),
)
