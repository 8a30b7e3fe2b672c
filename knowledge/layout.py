"""How the articles of one language lie in the index: cut into units, their sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Article
from knowledge.postings import Ints
from knowledge.words import clean_all, sentences

_BLANK_LINE = re.compile(r"\n[ \t]*\n")


class Field(IntEnum):
    """Where in an article a unit stands."""

    TITLE = 0
    ASKED = 1
    BODY = 2


@dataclass(frozen=True, slots=True)
class Layout:
    """The units of all articles, article by article, and where each belongs.

    texts       the cleaned text of each unit
    article     the number of its article
    field       its Field
    starts      the first unit of each article
    ends        the first unit after each article
    paragraphs  the text of each paragraph, as written, counted over all articles
    owners      the number of the article of each paragraph
    body        the units that are no title and no line of `asked`
    opens       the place in `body` where each paragraph starts
    """

    texts: tuple[str, ...]
    article: Ints
    field: Ints
    starts: Ints
    ends: Ints
    paragraphs: tuple[str, ...]
    owners: Ints
    body: Ints
    opens: Ints

    @classmethod
    def of(cls, articles: Sequence[Article]) -> "Layout":
        """Lay out these articles; each has a unit at least, its title."""
        paragraphs: list[str] = []
        texts, owners, fields, places = zip(*_units(articles, paragraphs), strict=True)
        article_of, body = np.array(owners), np.flatnonzero(np.array(fields) == Field.BODY)
        opens = np.searchsorted(np.array(places)[body], np.arange(len(paragraphs)))
        bounds = np.searchsorted(article_of, np.arange(len(articles) + 1))
        return cls(
            texts,
            article_of,
            np.array(fields),
            bounds[:-1],
            bounds[1:],
            tuple(paragraphs),
            article_of[body[opens]],
            body,
            opens,
        )

    @property
    def head(self) -> NDArray[np.bool_]:
        """Whether a unit is a title or a line of `asked`."""
        return np.asarray(self.field != Field.BODY)

    @property
    def follows(self) -> NDArray[np.bool_]:
        """Whether a unit continues the one before: both are sentences of one paragraph."""
        follows = ~self.head
        follows[self.body[self.opens]] = False
        return follows

    def paragraphs_of(self, article: int) -> tuple[int, int]:
        """The first of an article's paragraphs, and the first after them."""
        first, last = np.searchsorted(self.owners, (article, article + 1)).tolist()
        return first, last

    def openings_of(self, article: int) -> Ints:
        """The first unit of each paragraph of an article."""
        first, last = self.paragraphs_of(article)
        return self.body[self.opens[first:last]]


_Unit = tuple[str, int, Field, int]  # text, article, field, paragraph


def _units(articles: Sequence[Article], paragraphs: list[str]) -> Iterator[_Unit]:
    """The units of the articles; their paragraphs are added to `paragraphs`."""
    parts = [part for number, article in enumerate(articles) for part in _parts(number, article)]
    cleaned = clean_all([text for text, _number, _field in parts])
    for (text, number, field), read in zip(parts, cleaned, strict=True):
        if field != Field.BODY:
            yield read.replace("\n", " "), number, field, -1
        elif found := sentences(read):
            yield from ((sentence, number, field, len(paragraphs)) for sentence in found)
            paragraphs.append(text)


def _parts(number: int, article: Article) -> Iterator[tuple[str, int, Field]]:
    yield article.title, number, Field.TITLE
    yield from ((asked, number, Field.ASKED) for asked in article.aliases)
    yield from ((text, number, Field.BODY) for text in plain_paragraphs(article.text))


def plain_paragraphs(text: str) -> list[str]:
    """The paragraphs of a Markdown text, without headings."""
    blocks = _BLANK_LINE.split(text.replace("\r\n", "\n"))
    return [body for body in map(_without_headings, blocks) if body]


def _without_headings(block: str) -> str:
    lines = (line for line in block.split("\n") if not line.startswith("#"))
    return "\n".join(lines).strip()


def headed_paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """Each paragraph with the heading it stands under, empty for the opening."""
    heading = ""
    for block in _BLANK_LINE.split(text.replace("\r\n", "\n")):
        first, _end, rest = block.partition("\n")
        if first.startswith("#"):
            heading = first.lstrip("# ")
        if said := (rest if first.startswith("#") else block).strip():
            yield heading, said
