"""The articles in force, in the language that is asked for."""

from typing import Any

from bot.api.call import Call, after, page
from bot.api.desk import Article, Desk
from bot.dialog import Transaction
from bot.web.problem import NOT_FOUND, Problem


class Articles:
    """The list, and one of them."""

    def __init__(self, desk: Desk) -> None:
        self._library = desk.library

    def list(self, call: Call, _transaction: Transaction) -> dict[str, Any]:
        """A page of them, in the order of their slugs."""
        slugs = sorted({article.slug for article in self._library.articles})
        wanted = after(slugs, slugs, call)
        found = (self._library.article(slug, call.spoken) for slug in wanted)
        return page([_in_a_list(article) for article in found if article], call.limit, "slug")

    def show(self, call: Call, _transaction: Transaction) -> dict[str, Any]:
        """One; in another language, which it says, where it was not translated."""
        article = self._library.article(call.part("slug"), call.spoken)
        if article is None:
            raise Problem(NOT_FOUND)
        return _in_a_list(article) | {
            "text": article.text,
            "period": article.period,
            "sources": [{"title": s.title, "url": s.url} for s in article.sources],
            "verified": article.verified,
            "checked_on": article.checked_on,
        }


def _in_a_list(article: Article) -> dict[str, Any]:
    names = ("slug", "lang", "title", "kind", "status", "city", "country")
    return {name: getattr(article, name) for name in names} | {"themes": list(article.themes)}
