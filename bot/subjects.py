"""Tells what the articles in force are about: for figures, which know of no article."""

from collections.abc import Iterable, Mapping

from bot.i18n import translate
from bot.services.subjects import Subject
from knowledge.article import Article
from knowledge.library import Library
from knowledge.themes import THEMES


def subjects(library: Library, language: str) -> Mapping[str, Subject]:
    """Every article by slug, in that language."""
    by_slug: dict[str, list[Article]] = {}
    for article in library.articles:
        by_slug.setdefault(article.slug, []).append(article)
    return {slug: _subject(by_slug[slug], language) for slug in sorted(by_slug)}


def theme_of(library: Library, slug: str) -> str:
    """The main theme of an article; "" where it has none, or is none."""
    article = library.article(slug, "en")
    return article.themes[0] if article and article.themes else ""


def _subject(articles: Iterable[Article], language: str) -> Subject:
    found = {article.lang: article for article in articles}
    one = found.get(language) or found.get("en") or next(iter(found.values()))
    theme = one.themes[0] if one.themes else ""
    days = [article.checked_on for article in found.values()]
    oldest = min((day for day in days if day), default=None) if all(days) else None
    return Subject(one.title, theme, translate(language, THEMES.get(theme, theme)), oldest)
