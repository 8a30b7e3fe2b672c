"""The articles in force and their index, swapped in one step when staff change an article."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.i18n import DEFAULT
from bot.services.articles import Version
from knowledge.article import Article
from knowledge.files import ArticleFile, BadArticle, packaged, read_article, read_articles
from knowledge.index import Found, Index
from knowledge.marks import Marker, Marks

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What one moment knows: articles and index always belong together."""

    articles: tuple[Article, ...]
    by_slug: dict[str, dict[str, Article]]
    index: Index


class Library:
    """Answers from memory; readers in any thread see the old articles or the new, never a mix."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self._shelf = _shelve(articles)

    @classmethod
    def packaged(cls, versions: Iterable[Version] = ()) -> "Library":
        """The articles that come with the program, with the edits of staff laid over them.

        Raises BadArticle when a packaged file is none.
        """
        return cls(lay_over(read_articles(packaged()), versions))

    def replace(self, articles: Iterable[Article]) -> None:
        """Put these articles in force instead of all others."""
        self._shelf = _shelve(articles)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles in all languages."""
        return self._shelf.articles

    def article(self, slug: str, lang: str) -> Article | None:
        """An article in this language, else in English, else in any; None when there is none."""
        return _in_language(self._shelf.by_slug.get(slug, {}), lang)

    def of_theme(self, theme: str, lang: str) -> tuple[Article, ...]:
        """One article a slug, as `article` gives it; those whose main theme this is come first."""
        chosen = (_in_language(langs, lang) for langs in self._shelf.by_slug.values())
        about = [article for article in chosen if article and theme in article.themes]
        return tuple(sorted(about, key=lambda a: (a.themes.index(theme) > 0, a.kind != "practice")))

    def warm(self) -> None:
        """Get ready for questions in every language; until then the first one waits a little."""
        self._shelf.index.warm()

    def within(self, article: Article, text: str) -> tuple[str, ...]:
        """The passages of this very article on these words, none where it lacks one of them."""
        return self._shelf.index.within(article.slug, article.lang, text)

    def search(self, text: str, lang: str, k: int = 5) -> Found:
        """The best articles for a question, with our confidence; see Index.search."""
        return self._shelf.index.search(text, lang=lang, k=k)

    def marks(self, text: str, lang: str) -> Marks:
        """What a question is about; see Marker.marks. The first one waits a little."""
        return self._marker.marks(text, lang)

    @cached_property
    def _marker(self) -> Marker:
        """What is common among questions is learned once: that changes slowly."""
        return Marker(self.articles)


def lay_over(articles: Iterable[Article], versions: Iterable[Version]) -> tuple[Article, ...]:
    """Articles, each replaced by its version if there is one, and the articles only staff wrote.

    A version this program cannot read is logged and left out: the house must start.
    """
    in_force = {(article.slug, article.lang): article for article in articles}
    for version in versions:
        try:
            article = read_article(version.content, as_file(version).name)
        except BadArticle as bad:
            log.warning("article version is unreadable, the file counts instead: %s", bad)
            continue
        in_force[article.slug, article.lang] = article
    return tuple(in_force.values())


def as_file(version: Version) -> ArticleFile:
    """A version as the file it would be."""
    return ArticleFile(f"database/{version.slug}.{version.lang}.md", version.content)


def _shelve(articles: Iterable[Article]) -> _Shelf:
    kept = tuple(articles)
    by_slug: dict[str, dict[str, Article]] = {}
    for article in kept:
        by_slug.setdefault(article.slug, {})[article.lang] = article
    return _Shelf(kept, by_slug, Index.build(kept))


def _in_language(translations: dict[str, Article], lang: str) -> Article | None:
    fallback = translations.get(DEFAULT) or next(iter(translations.values()), None)
    return translations.get(lang) or fallback
