"""What people and we say in a benchmark: the sentences of the articles, and names of streets.

The sentences have the words a city is asked for, often and seldom as they are; a street is named
by few. Both are laid into tables that statements join, and thrown away afterwards.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import text

from bot.database import Database
from bot.services.redaction import redacted
from bot.services.search_words import indexed
from knowledge.article import Article

LANGUAGES: Final = ("en", "de", "zh")
ASKED: Final = 400
"""Different questions in each language."""
TOLD: Final = 1000
"""Different answers in each language."""
STREETS: Final = 8000
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*")
_LONGEST = 280
_FIRST = (
    *("Aal", "Berg", "Buch", "Dorn", "Ei", "Farn", "Gar", "Hal", "Hasel", "Kir", "Lin", "Mar"),
    *("Ost", "Ro", "Sand", "Sten", "Tal", "Ul", "Wes", "Zie"),
)
_MIDDLE = (
    *("bach", "burg", "feld", "furt", "grund", "heim", "hof", "holm", "kamp", "loh", "moor"),
    *("mühl", "rain", "see", "stein", "tor", "wald", "wert"),
)
_LAST = ("allee", "damm", "gasse", "graben", "markt", "platz", "ring", "steig", "ufer", "weg")
_SIGNS = (
    "安北晨春东丰福光海和红湖华江金景康兰乐莲林龙梅明"
    "南宁平青清泉荣瑞山松泰桃天文西溪香新星阳永玉园云竹"
)
_ROADS = ("路", "街", "巷", "道")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words to search for, by language: `rare` is in some messages, `common` in very many."""

    rare: dict[str, str]
    common: dict[str, tuple[str, str]]


def lay_out(database: Database, articles: Sequence[Article]) -> Vocabulary:
    """Make the tables `bench_asked`, `bench_told` (id, said, words), `bench_street` (likewise)."""
    asked = {code: _few(_questions(articles, code), ASKED) for code in LANGUAGES}
    told = {code: _few(_answers(articles, code), TOLD) for code in LANGUAGES}
    _keep(database, "bench_asked", asked)
    _keep(database, "bench_told", told)
    _keep(database, "bench_street", {code: [*map(_street(code), range(STREETS))] for code in told})
    common = {code: _common((*asked[code], *told[code])) for code in LANGUAGES}
    rare = {code: _street(code)(STREETS // 2 + n) for n, code in enumerate(LANGUAGES)}
    return Vocabulary(rare, common)


def clear(database: Database) -> None:
    """Throw the tables away."""
    with database.write() as connection:
        for table in ("bench_asked", "bench_told", "bench_street"):
            connection.execute(text(f"DROP TABLE {table}"))


def _questions(articles: Iterable[Article], language: str) -> Iterator[str]:
    for article in articles:
        if article.lang == language:
            yield from (*article.aliases, article.title)


def _answers(articles: Iterable[Article], language: str) -> Iterator[str]:
    for article in articles:
        if article.lang == language:
            sentences = _SENTENCE.split(" ".join(article.text.replace("#", "").split()))
            for one, other in pairwise(sentences):
                yield f"{one} {other}".strip()[:_LONGEST]


def _few(said: Iterable[str], most: int) -> list[str]:
    """So many of them, from all over; again from the beginning where there are not enough."""
    every = list(dict.fromkeys(filter(None, said)))
    step = max(1, len(every) // most)
    chosen = every[::step][:most]
    return [chosen[n % len(chosen)] for n in range(most)]


def _street(language: str) -> Any:
    def name(number: int) -> str:
        if language == "zh":
            first, second = divmod(number // len(_ROADS) % len(_SIGNS) ** 2, len(_SIGNS))
            return _SIGNS[first] + _SIGNS[second] + _ROADS[number % len(_ROADS)]
        rest, last = divmod(number, len(_LAST))
        rest, middle = divmod(rest, len(_MIDDLE))
        extra, first = divmod(rest, len(_FIRST))
        return _FIRST[first] + _MIDDLE[middle] + _MIDDLE[extra] + _LAST[last]

    return name


def _keep(database: Database, table: str, said: dict[str, list[str]]) -> None:
    """A row a text; those of a language follow one another, in the order of LANGUAGES."""
    texts = [one for code in LANGUAGES for one in said[code]]
    rows = [
        {"id": number, "said": one, "words": indexed(redacted(one))}
        for number, one in enumerate(texts)
    ]
    with database.write() as connection:
        made = f"CREATE TABLE {table} (id integer PRIMARY KEY, said text, words text)"
        connection.execute(text(made))
        into = f"INSERT INTO {table} VALUES (:id, :said, :words)"
        connection.execute(text(into), rows)


def _common(said: Iterable[str]) -> tuple[str, str]:
    """The two words of some length that are in most of them."""
    counted = Counter(word for one in said for word in indexed(one).split() if _is_long(word))
    (first, _often), (second, _less) = counted.most_common(2)
    return first, second


def _is_long(word: str) -> bool:
    return len(word) > 4 or (len(word) == 2 and not word.isascii())
