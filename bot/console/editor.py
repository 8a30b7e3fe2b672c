"""One article as a form in all languages side by side: looked at, tried, published."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Invalid, Transaction
from bot.i18n import _, language_name, languages, translate
from bot.services.answered import Answered
from bot.services.articles import Overtaken
from bot.services.difference import Step, difference
from bot.services.drafts import THEMES, Draft, Fields, Remark, Shown, names, read_fields, slug_for
from bot.services.gap_news import Decision
from bot.services.gaps import Gap, Gaps
from bot.services.roles import EDIT, may
from bot.services.trials import Tried
from bot.web.problem import NOT_FOUND, Problem

_PLACE: Final = "/console/articles"
_NEW: Final = f"{_PLACE}/new"
_NAMES: Final[Mapping[str, str]] = {
    "slug": _("Name in addresses"),
    "kind": _("Kind"),
    "status": _("State"),
    "country": _("Country"),
    "theme": _("Theme"),
    "sources": _("Sources"),
    "verified": _("Seen on these pages"),
    "checked_on": _("Facts checked on"),
    "title": _("Title"),
    "city": _("Town"),
    "period": _("Period"),
    "answer": _("Answer"),
    "parts": _("More, for who asks for it"),
    "figures": _("Numbers the sources vouch for"),
    "asked": _("How people ask"),
    "missing": _("May be missing"),
}
KINDS: Final = {
    "practice": _("practice"),
    "programme": _("programme"),
    "faq": _("question and answer"),
}
_STATES: Final = {
    "running": _("running"),
    "ended": _("ended"),
    "contested": _("contested"),
    "proposed": _("an idea so far"),
    "described": _("described as an offer"),
}
_SEVERITIES: Final = {"error": _("error"), "warning": _("warning"), "hint": _("hint")}
_CHANNELS: Final = {"wechat": _("WeChat"), "telegram": _("Telegram"), "web": _("Web page")}
_MEASURES: Final = {"characters": _("characters"), "utf16": _("signs"), "utf8": _("bytes")}
_TAKEN = _("There is already an article of this name.")


def field_names(language: str) -> dict[str, str]:
    """What every field is called; those of one language with it."""
    named = {name: translate(language, said) for name, said in _NAMES.items()}
    themes = {f"theme{n}": f"{named['theme']} {n}" for n in range(1, THEMES + 1)}
    own = {
        f"{name}.{lang}": f"{said} ({language_name(lang)})"
        for name, said in named.items()
        for lang in languages()
    }
    return named | themes | own


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two have changed. `steps`: from theirs to ours."""

    name: str
    theirs: str
    steps: Sequence[tuple[Step, str]]


@dataclass(frozen=True, slots=True)
class View:
    """All there is to say of a draft at one moment.

    taken, clashes  fields that somebody else has changed meanwhile, alone or as we did
    is_overtaken    whether that is news to who writes
    """

    draft: Draft
    is_new: bool
    gap: Gap | None
    remarks: Sequence[Remark] = ()
    shown: Sequence[Shown] = ()
    taken: Sequence[str] = ()
    clashes: Sequence[Clash] = ()
    is_overtaken: bool = False
    tried: Tried | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether it cannot be published so."""
        return any(remark.severity == "error" for remark in self.remarks)


class EditorPages:
    """A new article, or one that is there."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def blank(self, visit: Visit) -> web.StreamResponse:
        """A new one; with a gap, its questions stand in it already."""
        fields = {"kind": "faq", "status": "running", "checked_on": str(visit.now.date())}
        draft = Draft("", read_fields(fields))
        return self._page(visit, await self._desk.look(lambda t: self._begun(t, visit, draft)))

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One that is there, likewise."""

        def look(transaction: Transaction) -> View:
            standing = self._desk.editing.standing(transaction, visit.part("slug"))
            if standing is None:
                raise Problem(NOT_FOUND)
            return self._begun(transaction, visit, standing.draft)

        return self._page(visit, await self._desk.look(look))

    async def write(self, visit: Visit) -> web.StreamResponse:
        """Look at what was written; with the button for it, try it, or publish what was tried."""
        view = await self._desk.look(lambda t: self._looked(t, visit))
        do = visit.form.get("do", "")
        if do not in ("try", "publish"):
            return self._page(visit, view)
        if view.is_overtaken or view.is_wrong:
            return self._page(visit, view, status=409 if view.is_overtaken else 422)
        if do == "try" or visit.form.get("tried") != _digest(view.draft):
            view = await self._desk.look(lambda t: self._tried(t, view))
            return self._page(visit, view)
        return await self._published(visit, view)

    async def _published(self, visit: Visit, view: View) -> web.StreamResponse:
        editing, by, gap = self._desk.editing, visit.member, view.gap
        closes = gap is not None and bool(visit.form.get("closes"))

        def publish(transaction: Transaction) -> None:
            if gap is not None and closes:
                version = whole_number(visit.form.get("gap_version", ""), 0)
                decision = Decision("answered", version, view.draft.slug)
                Gaps(transaction).decide(gap.id, decision, by)
            editing.publish(transaction, view.draft, by.actor)

        try:
            await self._desk.do(publish)
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return self._page(visit, view, told, 422)
        except Overtaken:  # in this very moment: what they wrote is shown as if it were earlier
            again = await self._desk.look(lambda t: self._looked(t, visit))
            return self._page(visit, again, status=409)
        await asyncio.to_thread(editing.reread, self._desk.database)
        here = f"{_PLACE}/{view.draft.slug}?done=1"
        return to(f"/console/gaps/{gap.id}" if gap and closes else here)

    def _begun(self, transaction: Transaction, visit: Visit, draft: Draft) -> View:
        gap = _gap(transaction, visit.asked("gap"))
        is_new = not draft.slug
        if gap:
            draft = self._desk.editing.taught(draft, gap.samples)
        view = View(draft, is_new, gap)
        return view if is_new else self._seen(transaction, visit, view)

    def _looked(self, transaction: Transaction, visit: Visit) -> View:
        """What was posted, put together with what somebody else has published meanwhile."""
        fields = read_fields(visit.form)
        is_new = "slug" not in visit.request.match_info
        slug = _name(visit.form, fields) if is_new else visit.part("slug")
        seen = {lang: whole_number(visit.form.get(f"seen.{lang}", ""), 0) for lang in languages()}
        draft = Draft(slug, fields, {lang: number for lang, number in seen.items() if number})
        view = View(draft, is_new, _gap(transaction, visit.form.get("gap", "")))
        if not is_new:
            view = self._merged(transaction, visit, view)
        return self._seen(transaction, visit, view)

    def _merged(self, transaction: Transaction, visit: Visit, view: View) -> View:
        editing = self._desk.editing
        standing = editing.standing(transaction, view.draft.slug)
        if standing is None:
            raise Problem(NOT_FOUND)
        theirs = standing.draft.fields
        merged = editing.merged(transaction, view.draft)
        draft, take = merged.draft, visit.form.get("take", "")
        if take in names():
            draft = draft.saying({take: theirs.get(take, "")})
        decided = visit.form.get("do") in ("try", "publish")  # for ours, where nothing was taken
        before = () if decided else visit.form.get("clashes", "").split()
        return replace(
            view,
            draft=draft,
            taken=merged.taken,
            clashes=_clashes((*merged.clashes, *before), theirs, draft.fields),
            is_overtaken=bool(merged.taken or merged.clashes),
        )

    def _seen(self, transaction: Transaction, visit: Visit, view: View) -> View:
        editing, draft = self._desk.editing, view.draft
        standing = editing.standing(transaction, draft.slug) if draft.slug else None
        packaged = standing.packaged if standing else frozenset[str]()
        remarks = list(editing.remarks(draft, packaged, (visit.language, visit.now.date())))
        if view.is_new and (draft.slug == "new" or (standing and any(standing.draft.fields))):
            remarks.insert(0, Remark("slug", "error", translate(visit.language, _TAKEN)))
        return replace(view, remarks=remarks, shown=editing.previews(draft))

    def _tried(self, transaction: Transaction, view: View) -> View:
        samples = view.gap.samples if view.gap else ()
        answered = Answered(transaction).lately()
        return replace(view, tried=self._desk.editing.tried(view.draft, samples, answered))

    def _page(
        self, visit: Visit, view: View, error: str = "", status: int = 200
    ) -> web.StreamResponse:
        language, fields = visit.language, view.draft.fields
        titles = self._desk.editing.titles(language)
        values: dict[str, Any] = {
            "view": view,
            "draft": view.draft,
            "names": field_names(language),
            "kinds": _told(language, KINDS),
            "states": _told(language, _STATES),
            "themes": _told(language, self._desk.editing.themes()),
            "theme_fields": _theme_fields(fields),
            "titles": titles,
            "severities": _told(language, _SEVERITIES),
            "channels": _told(language, _CHANNELS),
            "measures": _told(language, _MEASURES),
            "tried": view.tried,
            "digest": _digest(view.draft) if view.tried else "",
            "here": _NEW if view.is_new else f"{_PLACE}/{view.draft.slug}",
            "may_edit": may(visit.member.role, EDIT),
            "done": bool(visit.asked("done")),
            "error": error,
        }
        return self._rendering.page(visit, "article.html", values, status)


def _gap(transaction: Transaction, asked: str) -> Gap | None:
    number = whole_number(asked, 0)
    return Gaps(transaction).get(number) if number else None


def _name(form: Mapping[str, str], fields: Fields) -> str:
    """What was written, else out of a title: the English one is read most easily everywhere."""
    said = form.get("slug", "").strip()[:200]
    return said or slug_for(fields["title.en"] or fields["title.de"])


def _clashes(changed: Sequence[str], theirs: Fields, ours: Fields) -> tuple[Clash, ...]:
    return tuple(
        Clash(name, theirs.get(name, ""), difference(theirs.get(name, ""), ours[name]))
        for name in dict.fromkeys(changed)
        if name in ours and theirs.get(name, "") != ours[name]
    )


def _theme_fields(fields: Fields) -> list[str]:
    """Those that are used and one more; three at least."""
    used = [n for n in range(1, THEMES + 1) if fields.get(f"theme{n}")]
    return [f"theme{n}" for n in range(1, min(max(3, max(used, default=0) + 1), THEMES) + 1)]


def _told(language: str, named: Mapping[str, str]) -> dict[str, str]:
    return {name: translate(language, said) for name, said in named.items()}


def _digest(draft: Draft) -> str:
    """Of what was tried: only that is published."""
    said = orjson.dumps([draft.slug, dict(draft.fields)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest()
