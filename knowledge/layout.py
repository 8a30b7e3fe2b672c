"""How the articles of one language lie in the index: cut into units, their sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Article
from knowledge.postings import Ints
from knowledge.words import clean, sentences

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
    head        whether it is a title or a line of `asked`
    follows     whether it continues the unit before: both are sentences of one body
    paragraph   the number of its paragraph, counted over all articles; -1 in the head
    starts      the first unit of each article
    paragraphs  the text of each paragraph, as written
    owners      the number of the article of each paragraph
    """

    texts: tuple[str, ...]
    article: Ints
    field: Ints
    head: NDArray[np.bool_]
    follows: NDArray[np.bool_]
    paragraph: Ints
    starts: Ints
    paragraphs: tuple[str, ...]
    owners: Ints

    @classmethod
    def of(cls, articles: Sequence[Article]) -> "Layout":
        """Lay out these articles; each has a unit at least, its title."""
        paragraphs: list[str] = []
        belongs: list[int] = []
        rows: list[tuple[str, int, Field, int]] = []
        for number, one in enumerate(articles):
            rows += _rows(number, one, paragraphs)
            belongs += [number] * (len(paragraphs) - len(belongs))
        texts, owners, fields, places = zip(*rows, strict=True)
        article, field = np.array(owners), np.array(fields)
        head = field != Field.BODY
        follows = np.zeros(len(rows), dtype=np.bool_)
        follows[1:] = ~head[1:] & ~head[:-1] & (article[1:] == article[:-1])
        starts = np.searchsorted(article, np.arange(len(articles)))
        return cls(
            texts,
            article,
            field,
            head,
            follows,
            np.array(places),
            starts,
            tuple(paragraphs),
            np.array(belongs, dtype=np.int64),
        )

    def paragraphs_of(self, article: int) -> tuple[int, int]:
        """The first of an article's paragraphs, and the first after them."""
        first, last = np.searchsorted(self.owners, (article, article + 1)).tolist()
        return first, last


def _rows(
    number: int, article: Article, paragraphs: list[str]
) -> Iterator[tuple[str, int, Field, int]]:
    """The units of an article; its paragraphs are added to `paragraphs`."""
    yield _line(article.title), number, Field.TITLE, -1
    for asked in article.aliases:
        yield _line(asked), number, Field.ASKED, -1
    for paragraph in plain_paragraphs(article.text):
        for sentence in sentences(clean(paragraph)):
            yield sentence, number, Field.BODY, len(paragraphs)
        paragraphs.append(paragraph)


def _line(text: str) -> str:
    return clean(text).replace("\n", " ")


def plain_paragraphs(text: str) -> list[str]:
    """The paragraphs of a Markdown text, without headings."""
    blocks = _BLANK_LINE.split(text.replace("\r\n", "\n"))
    return [body for body in map(_without_headings, blocks) if body]


def _without_headings(block: str) -> str:
    lines = (line for line in block.split("\n") if not line.startswith("#"))
    return "\n".join(lines).strip()
