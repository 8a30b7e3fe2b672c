"""The list of articles: what each is, where it comes from, and who changed it last."""

from collections import defaultdict
from datetime import date

from bot.dialog import Transaction
from bot.services.articles import AS_PACKAGED, Articles, Version
from bot.services.drafts import Listed
from knowledge.article import Article
from knowledge.check import STALE
from knowledge.files import file_name, packaged_names
from knowledge.library import Library


def listed(library: Library, transaction: Transaction, language: str) -> tuple[Listed, ...]:
    """Every article in force, by title."""
    articles: defaultdict[str, list[Article]] = defaultdict(list)
    for article in library.articles:
        articles[article.slug].append(article)
    edits: defaultdict[str, list[Version]] = defaultdict(list)
    for version in Articles(transaction).last_changes():
        edits[version.slug].append(version)
    names = packaged_names()
    names = packaged_names()
    today = transaction.now.date()
    found = []
    for slug, those in articles.items():
        shown = library.article(slug, language) or those[0]
        origin = _origin(those, edits[slug], names)
        found.append(_one(shown, those, _last(edits[slug]), (origin, today)))
    return tuple(sorted(found, key=lambda one: one.title.casefold()))


def _origin(those: list[Article], edits: list[Version], names: frozenset[str]) -> str:
    if not any(file_name(article) in names for article in those):
        return "written"
    return "edited" if any(edit.content != AS_PACKAGED for edit in edits) else "packaged"


def _last(edits: list[Version]) -> Version | None:
    return max(edits, key=lambda edit: edit.created_at, default=None)


def _one(
    shown: Article, those: list[Article], last: Version | None, more: tuple[str, date]
) -> Listed:
    origin, today = more
    checked = min((a.checked_on for a in those if a.checked_on), default=None)
    return Listed(
        shown.slug,
        shown.title,
        shown.kind,
        shown.themes,
        tuple(sorted(article.lang for article in those)),
        origin,
        last.created_at if last else None,
        last.author if last else "",
        checked,
        checked is None or today - checked > STALE,
    )
