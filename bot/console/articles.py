"""The articles: all of them in a list with how they do, and the history of each."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.editor import KINDS, field_names
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, languages, translate
from bot.services.answered import Answered, Share
from bot.services.articles import Overtaken
from bot.services.asked import DAYS
from bot.services.difference import difference
from bot.services.drafts import Edit, Listed, changed
from bot.services.roles import EDIT, may
from bot.web.problem import NOT_FOUND, Problem

ARTICLES: Final = "/console/articles"
_COLUMNS = (
    *("slug", "title", "kind", "themes", "languages", "origin", "changed_at", "changed_by"),
    *("checked_on", "is_stale", "answers", "missed", "helpful"),
)
ORIGINS: Final = {
    "packaged": _("came with the program"),
    "edited": _("changed here"),
    "written": _("written here"),
}
_STATES = {
    **ORIGINS,
    "stale": _("not checked for a year"),
    "partial": _("a language is missing"),
}
_ORDERS = {
    "title": _("by title"),
    "changed": _("last changed first"),
    "answers": _("most answers first"),
    "helpful": _("least helpful first"),
}
_MOST = 300  # rows on a page; the file has all


@dataclass(frozen=True, slots=True)
class _Row:
    """An article, and how it did."""

    article: Listed
    share: Share


@dataclass(frozen=True, slots=True)
class _Sought:
    """What the address asks for; nonsense is as good as nothing."""

    words: str
    kind: str
    state: str
    order: str
    days: int

    @classmethod
    def of(cls, visit: Visit) -> "_Sought":
        days = visit.asked("days")
        return cls(
            visit.asked("q"),
            visit.asked("kind") if visit.asked("kind") in KINDS else "",
            visit.asked("state") if visit.asked("state") in _STATES else "",
            visit.asked("order") if visit.asked("order") in _ORDERS else "title",
            int(days) if days in map(str, DAYS) else 90,
        )

    def fits(self, one: Listed) -> bool:
        said = f"{one.title} {one.slug} {' '.join(one.themes)}".casefold()
        states = {one.origin: True, "stale": one.is_stale}
        states["partial"] = len(one.languages) < len(languages())
        return (
            all(word in said for word in self.words.casefold().split())
            and self.kind in ("", one.kind)
            and (not self.state or states.get(self.state, False))
        )


class ArticlePages:
    """The list, its file, and what was before."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """The articles; which ones stands in the address."""
        sought = _Sought.of(visit)
        rows = await self._desk.look(lambda t: self._rows(t, sought, visit.language))
        values = {
            "rows": rows[:_MOST],
            "count": len(rows),
            "sought": sought,
            "days": DAYS,
            "kinds": _told(visit, KINDS),
            "origins": _told(visit, ORIGINS),
            "states": _told(visit, _STATES),
            "orders": _told(visit, _ORDERS),
            "may_edit": may(visit.member.role, EDIT),
        }
        return self._rendering.page(visit, "articles.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same as CSV."""
        sought = _Sought.of(visit)
        rows = await self._desk.look(lambda t: self._rows(t, sought, visit.language))
        return await csv_answer("articles.csv", _COLUMNS, map(_as_cells, rows))

    async def history(self, visit: Visit) -> web.StreamResponse:
        """What was changed when and by whom; one edit beside how it stands now."""
        return await self._past(visit)

    async def revert(self, visit: Visit) -> web.StreamResponse:
        """An older edit counts again."""
        slug, numbers = visit.part("slug"), (_number(visit, "to"), _number(visit, "seen"))
        editing, author = self._desk.editing, visit.member.actor
        try:
            await self._desk.do(lambda t: editing.revert(t, slug, numbers, author))
        except Overtaken:
            told = _("Somebody else has changed this article meanwhile. Please look again.")
            return await self._past(visit, translate(visit.language, told), 409)
        except LookupError as error:
            raise Problem(NOT_FOUND) from error
        await asyncio.to_thread(editing.reread, self._desk.database)
        return to(f"{ARTICLES}/{slug}/history")

    async def _past(self, visit: Visit, error: str = "", status: int = 200) -> web.StreamResponse:
        slug = visit.part("slug")
        standing = await self._desk.look(lambda t: self._desk.editing.standing(t, slug))
        if standing is None:
            raise Problem(NOT_FOUND)
        asked = visit.asked("edit")
        chosen = next((e for e in standing.history if str(e.number) == asked), None)
        values = {
            "slug": slug,
            "title": self._desk.editing.titles(visit.language).get(slug, slug),
            "history": standing.history,
            "chosen": chosen,
            "differences": _differences(chosen, standing.history[0]) if chosen else (),
            "names": field_names(visit.language),
            "may_edit": may(visit.member.role, EDIT),
            "error": error,
        }
        return self._rendering.page(visit, "history.html", values, status)

    def _rows(self, transaction: Transaction, sought: _Sought, language: str) -> Sequence[_Row]:
        since = transaction.now - timedelta(days=sought.days)
        shares = Answered(transaction).by_article(since)
        listed = self._desk.editing.listed(transaction, language)
        rows = [_Row(one, shares.get(one.slug, Share())) for one in listed if sought.fits(one)]
        return sorted(rows, key=_KEYS[sought.order])


def _helpful(row: _Row) -> float:
    return 2.0 if row.share.helpful is None else row.share.helpful


def _changed(row: _Row) -> float:
    at = row.article.changed_at
    return -at.timestamp() if at else 0.0


_KEYS: Final[Mapping[str, Any]] = {
    "title": lambda row: row.article.title.casefold(),
    "changed": _changed,
    "answers": lambda row: -row.share.shown,
    "helpful": _helpful,
}


def _as_cells(row: _Row) -> dict[str, Any]:
    cells = asdict(row.article)
    cells["themes"], cells["languages"] = map(" ".join, (row.article.themes, row.article.languages))
    share = row.share.helpful
    told = {"answers": row.share.shown, "missed": row.share.missed}
    return cells | told | {"helpful": "" if share is None else f"{share:.2f}"}


def _differences(chosen: Edit, now: Edit) -> list[tuple[str, Any]]:
    """The fields that are otherwise now, each with how: what would go, what would come back."""
    names = changed(now.fields, chosen.fields)
    return [(n, difference(now.fields.get(n, ""), chosen.fields.get(n, ""))) for n in names]


def _told(visit: Visit, named: Mapping[str, str]) -> dict[str, str]:
    return {name: translate(visit.language, said) for name, said in named.items()}


def _number(visit: Visit, name: str) -> int:
    """-1 for what is none: there is no such edit."""
    text = visit.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else -1
