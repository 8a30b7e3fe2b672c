"""From a question to an answer that fits a phone screen, cites, and claims nothing unknown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.i18n import _, translate
from bot.text import shorten
from bot.understanding import detect
from knowledge.article import Article
from knowledge.confidence import ANSWERED_FROM
from knowledge.index import Found, Hit
from knowledge.library import Library

SCREEN = 600  # characters of one answer, source included
CONSIDERED = 5

UNKNOWN = _("I do not know that, and I would rather not guess.")

_STATUS = {
    "ended": _("ended"),
    "contested": _("contested"),
    "proposed": _("an idea so far"),
    "described": _("described as an offer; whether it runs, only the organisers know"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question. `article` is None when we do not know."""

    question: str
    language: str
    found: Found
    article: Article | None
    passages: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether we are sure enough to answer."""
        return self.article is not None


def find(library: Library, question: str, language: str, kind: str = "") -> Finding:
    """Search in the language of the question; `language` is the talk's, for what is unclear.

    `kind`: what the person surely means, `programme`, where the wish itself tells; articles of
    that kind then come first.
    """
    guess = detect(question)
    asked_in = guess.language if guess.sure and guess.language else language
    found = library.search(question, asked_in, 3 * CONSIDERED if kind else CONSIDERED)
    if kind:
        found = _of_kind_first(library, found, kind)
    if not found or found.confidence < ANSWERED_FROM:
        return Finding(question, asked_in, found, None)
    best = found[0]
    return Finding(question, asked_in, found, library.article(best.slug, asked_in), best.passages)


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
    state = translate(language, _STATUS.get(article.status, ""))
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
