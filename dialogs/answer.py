"""Answers a question from what we know, with its source, or says kindly that we do not know."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Literal

from bot.dialog import Answered, Command, Json, Outcome, Turn
from bot.i18n import _
from bot.message import Choice, Link, Reply
from bot.services.questions import Asked, Candidate, Questions
from knowledge.answering import SCREEN, UNKNOWN, Finding, answer_text, find, full_text
from knowledge.article import Article
from knowledge.library import Library
from knowledge.themes import THEMES

EXAMPLES = (
    _("How do housing cooperatives keep rents low?"),
    _("How does a community garden start?"),
    _("How can residents decide a city budget?"),
)
"""What one may ask, for those who do not know where to begin."""

_NEAR = 2  # other articles offered with an answer
_THEMES = 3  # themes offered when we do not know
_LISTED = 8  # articles listed for a theme


def answer(turn: Turn) -> Outcome:
    """A question, or a tap: `slug`, `more=slug`, `theme=housing`, `missed`."""
    what, _equals, which = turn.argument.partition("=")
    if what == "missed":
        return _missed(turn)
    if what == "example":
        return _answered(turn, turn.say(_example(which)))
    if what == "last":
        return _last(turn)
    if what == "theme":
        return _theme(turn, which)
    if what == "more":
        return _article(turn, which, whole=True)
    return _article(turn, what) if what else _question(turn)


def _example(number: str) -> str:
    return EXAMPLES[int(number)] if number.isdecimal() and int(number) < len(EXAMPLES) else ""


def _last(turn: Turn) -> Outcome:
    """More of what was shown last."""
    shown = turn.talk.memory.get("shown")
    if isinstance(shown, str):
        return _article(turn, shown, whole=True)
    return Reply(turn.say(_("All right. What would you like to know?")))


def can_answer(turn: Turn) -> bool:
    """Whether a text inside a form is a question that we can answer."""
    return find(turn.use(Library), turn.text, turn.language).answered


def _question(turn: Turn) -> Outcome:
    if not any(c.isalpha() for c in turn.text):
        return Reply(turn.say(_("What would you like to know? A few words are enough.")))
    return _answered(turn, turn.text)


def _answered(turn: Turn, question: str) -> Outcome:
    finding = find(turn.use(Library), question, turn.language)
    # Inside a form the talk keeps its language; the answer is in that of the question.
    turn = replace(turn, talk=replace(turn.talk, language=finding.language))
    outcome: Literal["answered", "declined"] = "answered" if finding.article else "declined"
    kept = turn.use(Questions).keep(
        turn.talk,
        Asked(question, outcome, finding.found.confidence, _candidates(finding)),
    )
    replies = _known(turn, finding, finding.article) if finding.article else _unknown(turn, finding)
    if turn.talk.memory.get("debug"):
        replies += (Reply(why(turn, finding)),)
    others = [hit.slug for hit in finding.found[1:]]
    shown = finding.article.slug if finding.article else None
    memory: dict[str, Json] = {
        "question": kept,
        "asked": question[:500],
        "others": others,
        "shown": shown,
    }
    return Answered(replies, memory=memory)


def _known(turn: Turn, finding: Finding, article: Article) -> tuple[Reply, ...]:
    reply = answer_with(turn, article, finding.passages)
    near = _titles(turn, [hit.slug for hit in finding.found[1 : 1 + _NEAR]])
    missed = turn.choice("answer:missed", _("Not what I meant"))
    return (replace(reply, choices=(*reply.choices, *near, missed)),)


def _unknown(turn: Turn, finding: Finding) -> tuple[Reply, ...]:
    noted = turn.say(_("Your question is noted: the team sees what I could not answer."))
    text = f"{turn.say(UNKNOWN)}\n{noted}"
    offer = turn.say(_("Perhaps one of these themes helps, or a person?"))
    choices = (*_nearest_themes(turn, finding), turn.choice("human", _("Ask a person")))
    return (Reply(f"{text}\n\n{offer}", choices),)


def _missed(turn: Turn) -> Outcome:
    question = turn.talk.memory.get("question")
    if isinstance(question, int):
        turn.use(Questions).missed(turn.talk, question)
    others = turn.talk.memory.get("others")
    near = _titles(turn, [str(s) for s in others] if isinstance(others, list) else [])
    lead = _("Thank you for telling me. Did you mean one of these? Or ask again in other words.")
    alone = _("Thank you for telling me. Please ask again in other words, or ask a person.")
    text = turn.say(lead if near else alone)
    return Reply(text, (*near, turn.choice("human", _("Ask a person"))))


def _theme(turn: Turn, theme: str) -> Outcome:
    articles = turn.use(Library).of_theme(theme, turn.language)[:_LISTED]
    name = turn.say(THEMES.get(theme, ""))
    if not articles:
        return Reply(turn.say(_("I have nothing on that yet.")))
    choices = tuple(Choice(f"answer:{a.slug}", a.title) for a in articles)
    return Reply(turn.say(_("{theme}: this is what I know about."), theme=name), choices)


def _article(turn: Turn, slug: str, whole: bool = False) -> Outcome:
    article = turn.use(Library).article(slug, turn.language)
    if article is None:
        return Reply(turn.say(_("I have nothing on that yet.")))
    if whole:
        after = (
            turn.choice("answer:missed", _("Not what I meant")),
            turn.choice("human", _("Ask a person")),
        )
        return Reply(full_text(article, turn.language), after, _links(article))
    return answer_with(turn, article, ())


def answer_with(turn: Turn, article: Article, passages: Sequence[str], room: int = SCREEN) -> Reply:
    """What an article says to a question, with the way to the whole of it."""
    more = turn.choice(f"answer:more={article.slug}", _("Read more"))
    text = answer_text(article, passages, turn.language, room)
    return Reply(text, (more,), _links(article)[:1])


def _titles(turn: Turn, slugs: list[str]) -> tuple[Choice, ...]:
    library = turn.use(Library)
    articles = (library.article(slug, turn.language) for slug in slugs[:3])
    return tuple(Choice(f"answer:{a.slug}", a.title) for a in articles if a)


def _nearest_themes(turn: Turn, finding: Finding) -> tuple[Choice, ...]:
    library = turn.use(Library)
    articles = (library.article(hit.slug, turn.language) for hit in finding.found)
    themes = [theme for a in articles if a for theme in a.themes]
    nearest = list(dict.fromkeys(themes or ("housing", "urban-agriculture", "participation")))
    return tuple(
        turn.choice(f"answer:theme={theme}", THEMES[theme])
        for theme in nearest[:_THEMES]
        if theme in THEMES
    )


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
    Command(name="answer", answer=answer, claims=can_answer),
    Command(name="more", answer=more, triggers=(_("wordings: more"),)),
)
