"""From a question to an answer that fits a phone screen, cites, and claims nothing unknown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.i18n import _, translate
from bot.text import shorten
from bot.understanding import detect
from knowledge.article import Article
from knowledge.browsing import asked_for
from knowledge.choosing import choose
from knowledge.confidence import ANSWERED_FROM
from knowledge.following import lacks_subject
from knowledge.index import Found, Hit
from knowledge.library import Library
from knowledge.state import state_beside

SCREEN = 600  # characters of one answer, source included
CONSIDERED = 5

_TOPIC = 0.2  # so much of a question is of a topic of ours where its articles are worth a look
_NOT_OURS = ("errand", "now", "service", "task")
_NEAR = 2
_AS_NEAR = 0.7  # the second is offered when it is nearly as good as the first
_KIN = 0.4  # ... or when its main theme is the same, and it is so good

UNSAID = _("My article does not say exactly that. It says:")
UNKNOWN = _("I do not know that, and I would rather not guess.")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question.

    article  what answers it; None when we do not know
    is_unsaid  whether it surely lacks just that: the owner, the price
    listed   the practices to choose from, where examples of a theme or a place were asked for
    """

    question: str
    language: str
    found: Found
    article: Article | None
    passages: tuple[str, ...] = ()
    listed: tuple[Article, ...] = ()
    is_unsaid: bool = False

    @property
    def answered(self) -> bool:
        """Whether we are sure enough to answer."""
        return self.article is not None or bool(self.listed)

    @property
    def near(self) -> tuple[Hit, ...]:
        """What comes near a question we cannot answer: of the same topic, but in another place."""
        signs = dict(self.found.signs)
        if self.answered or signs.get("topic", 0.0) < _TOPIC or any(map(signs.get, _NOT_OURS)):
            return ()
        least = _AS_NEAR * self.found[0].score
        return tuple(hit for hit in self.found[:_NEAR] if hit.score >= least)


def find(library: Library, question: str, language: str, kind: str = "") -> Finding:
    """Search in the language of the question; `language` is the talk's, for what is unclear.

    `kind`: what the person surely means, `programme`, where the wish itself tells; articles of
    that kind then come first.
    """
    return find_in(library, question, language_of(question, language), kind)


def language_of(question: str, language: str) -> str:
    """The language of a question; where that is unclear, `language`, the talk's."""
    guess = detect(question)
    return guess.language if guess.sure and guess.language else language


def find_in(library: Library, question: str, asked_in: str, kind: str = "") -> Finding:
    """The same in a language that is known: a name or two words do not tell theirs."""
    found = library.search(question, asked_in, 3 * CONSIDERED if kind else CONSIDERED)
    if kind:
        found = _of_kind_first(library, found, kind)
    if not found or found.confidence < ANSWERED_FROM or lacks_subject(question, asked_in):
        return Finding(question, asked_in, found, None)
    best = found[0]
    article = library.article(best.slug, asked_in)
    if article is None or article.lang != asked_in:
        return Finding(question, asked_in, found, article, best.passages)
    chosen = choose(article, best.passages, question)
    return Finding(
        *(question, asked_in, found, article, chosen.passages), is_unsaid=chosen.is_unsaid
    )


def browse(library: Library, question: str, asked_in: str) -> Finding | None:
    """The practices of a theme or a place, where a text asks for no more than examples of it."""
    listed = asked_for(library, question, asked_in)
    if not listed:
        return None
    hits = tuple(Hit(article.slug, article.lang, 1.0, ()) for article in listed)
    return Finding(question, asked_in, Found(hits, 1.0), None, listed=listed)


def beside(library: Library, finding: Finding) -> list[str]:
    """The slugs of what is near an answer: nearly as good, or of the same main theme."""
    if finding.article is None:
        return []
    best, *others = finding.found
    main = finding.article.themes[:1]

    def is_near(hit: Hit) -> bool:
        article = library.article(hit.slug, hit.lang)
        kin = bool(article and main and article.themes[:1] == main)
        return hit.score >= (_KIN if kin else _AS_NEAR) * best.score

    return [hit.slug for hit in others if is_near(hit)][:_NEAR]


def found_text(finding: Finding, article: Article, room: int = SCREEN) -> str:
    """What an article that was found says, and first whether just that is not in it."""
    note = translate(finding.language, UNSAID) if finding.is_unsaid else ""
    told = answer_text(article, finding.passages, finding.language, room - len(note))
    return f"{note}\n\n{told}" if note else told


def listed_text(finding: Finding) -> str:
    """What is told above the practices to choose from."""
    return translate(finding.language, _("These practices fit. Which one may I show you?"))


def _of_kind_first(library: Library, found: Found, kind: str) -> Found:
    """The best hits, those of this kind before the others; each group in its order."""

    def is_other(hit: Hit) -> bool:
        article = library.article(hit.slug, hit.lang)
        return article is None or article.kind != kind

    return replace(found, hits=tuple(sorted(found.hits, key=is_other))[:CONSIDERED])


def answer_text(
    article: Article, passages: Sequence[str], language: str, room: int = SCREEN
) -> str:
    """The passages that answer, as many as fit into `room` characters, and where from."""
    origin = _origin(article, language)
    room -= len(origin) + 2
    return f"{_fitting(passages or _paragraphs(article), room)}\n\n{origin}"


def full_text(article: Article, language: str) -> str:
    """The whole article as plain paragraphs, with its sources."""
    blocks = (block.strip().removeprefix("## ") for block in article.text.split("\n\n"))
    body = "\n\n".join((article.title, *filter(None, blocks)))
    return f"{body}\n\n{_origin(article, language)}"


def _paragraphs(article: Article) -> tuple[str, ...]:
    blocks = (block.strip() for block in article.text.split("\n\n"))
    return tuple(block for block in blocks if block and not block.startswith("#"))


def _fitting(passages: Sequence[str], room: int) -> str:
    chosen: list[str] = []
    for passage in passages:
        if sum(len(p) + 2 for p in chosen) + len(passage) <= room:
            chosen.append(passage)
    return "\n\n".join(chosen) if chosen else shorten(passages[0], room)


def _origin(article: Article, language: str) -> str:
    """One or two lines: what this is about, its state, the source and when it was checked."""
    state = state_beside(article, language)
    about = " · ".join(filter(None, (article.title, article.period, state)))
    lines = [about, _source(article, language)]
    if article.lang != language:
        lines.append(translate(language, _("I have this article only in another language.")))
    return "\n".join(filter(None, lines))


def _source(article: Article, language: str) -> str:
    if not article.sources:
        return ""
    year = article.checked_on.year if article.checked_on else ""
    if article.verified:
        told = _("Source: {source} (as of {year})")
    else:
        told = _("Source: {source} (as of {year}, not yet verified)")
    return translate(language, told, source=article.sources[0].title, year=year)
