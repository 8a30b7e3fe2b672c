"""Gaps: what people ask about without an answer, and the few clicks that close one."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Invalid, Transaction
from bot.i18n import _, languages, translate
from bot.services.answered import Answered
from bot.services.articles import Overtaken
from bot.services.drafts import Draft
from bot.services.gap_news import Contact, Decision
from bot.services.gaps import LEAST, STATES, Gap, Gaps
from bot.services.roles import EDIT, REVIEW, may
from bot.services.trials import Tried
from bot.web.problem import NOT_FOUND, Problem

GAPS = "/console/gaps"
_COLUMNS = (
    *("id", "asked_at", "people", "waiting", "state", "article", "decided_by", "decided_at"),
)
_OVERTAKEN = _("Somebody else has published this article meanwhile. Please try once more.")
_SAID = {
    "open": _("not decided yet"),
    "answered": _("answered by an article"),
    "out_of_scope": _("not our subject"),
    "for_a_person": _("for a person"),
    "ignored": _("set aside"),
}
_REFERRAL = 500  # characters of where to turn, in one language


class GapPages:
    """The list, one gap, and what is decided of it."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """The gaps in one state; which one stands in the address."""
        state, least = _wanted(visit)
        gaps = await self._desk.look(lambda t: Gaps(t).find(state, least))
        values = {"gaps": gaps, "state": state, "states": _states(visit), "least": least}
        values["few"] = 0 if gaps else await self._desk.look(lambda t: Gaps(t).count(state, 1))
        return self._rendering.page(visit, "gaps.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same as CSV."""
        state, least = _wanted(visit)
        gaps = await self._desk.look(lambda t: Gaps(t).find(state, least))
        rows = (
            {name: getattr(gap, name) for name in _COLUMNS}
            | {"question": gap.samples[0].text if gap.samples else ""}
            | {"languages": ", ".join(f"{code} {n}" for code, n in gap.languages.items())}
            for gap in gaps
        )
        return await csv_answer("gaps.csv", (*_COLUMNS, "question", "languages"), rows)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One gap: its questions, and what became of it."""
        return await self._shown(visit, "")

    async def decide(self, visit: Visit) -> web.StreamResponse:
        """What becomes of it. An article is tried on its questions before it is published."""
        state, number = visit.form.get("state", ""), whole_number(visit.part("id"), 0)
        if state not in STATES:
            raise Problem(NOT_FOUND)
        if state == "answered":
            return await self._answered(visit, number)
        decision = self._decision(visit, state)
        return await self._done(visit, lambda t: Gaps(t).decide(number, decision, visit.member))

    def _decision(self, visit: Visit, state: str) -> Decision:
        """What a button decides; who asks from now on is told so, and where to turn."""
        told = {
            code: visit.form.get(f"referral.{code}", "").strip()[:_REFERRAL] for code in languages()
        }
        referral = {code: said for code, said in told.items() if said}
        settings = self._desk.settings
        return Decision(
            state,
            whole_number(visit.form.get("version", ""), 0),
            referral=referral if state == "out_of_scope" else {},
            contact=Contact(settings.organisation, settings.contact),
        )

    async def merge(self, visit: Visit) -> web.StreamResponse:
        """Its questions become those of another gap."""
        number = whole_number(visit.part("id"), 0)
        into = whole_number(visit.form.get("into", ""), 0)
        return await self._done(visit, lambda t: Gaps(t).merge(number, into, visit.member))

    async def split(self, visit: Visit) -> web.StreamResponse:
        """The chosen questions open a gap of their own."""
        number = whole_number(visit.part("id"), 0)
        chosen = [whole_number(name[1:], 0) for name in visit.form if name.startswith("q")]
        return await self._done(visit, lambda t: Gaps(t).split(number, chosen, visit.member))

    async def _answered(self, visit: Visit, number: int) -> web.StreamResponse:
        if not may(visit.member.role, EDIT):
            return await self._shown(visit, _("Only who may write articles can do this."), 403)
        gap, slug = await self._gap(visit), visit.form.get("article", "").strip()
        if slug not in self._desk.editing.titles(visit.language):
            return await self._shown(visit, _("There is no such article."), 422)
        if not visit.form.get("tried"):
            tried = await self._desk.look(lambda t: self._tried(t, slug, gap))
            return await self._shown(visit, "", article=slug, tried=tried)

        def publish(transaction: Transaction) -> None:
            decision = Decision("answered", whole_number(visit.form.get("version", ""), 0), slug)
            Gaps(transaction).decide(number, decision, visit.member)
            draft = self._taught(transaction, slug, gap)
            self._desk.editing.publish(transaction, draft, visit.member.actor)

        done = await self._done(visit, publish)
        await asyncio.to_thread(self._desk.editing.reread, self._desk.database)
        return done

    def _taught(self, transaction: Transaction, slug: str, gap: Gap) -> Draft:
        standing = self._desk.editing.standing(transaction, slug)
        if standing is None:
            raise Problem(NOT_FOUND)
        return self._desk.editing.taught(standing.draft, gap.samples)

    def _tried(self, transaction: Transaction, slug: str, gap: Gap) -> Tried:
        draft, answered = self._taught(transaction, slug, gap), Answered(transaction).lately()
        return self._desk.editing.tried(draft, gap.samples, answered)

    async def _done(
        self, visit: Visit, what: Callable[[Transaction], object]
    ) -> web.StreamResponse:
        try:
            await self._desk.do(what)
        except Invalid as wrong:
            return await self._shown(visit, wrong.why, 422)
        except Overtaken:
            return await self._shown(visit, _OVERTAKEN, 409)
        return to(f"{GAPS}/{visit.part('id')}")

    async def _gap(self, visit: Visit) -> Gap:
        gap = await self._desk.look(lambda t: Gaps(t).get(whole_number(visit.part("id"), 0)))
        if gap is None:
            raise Problem(NOT_FOUND)
        return gap

    async def _shown(
        self, visit: Visit, error: str, status: int = 200, **more: object
    ) -> web.StreamResponse:
        gap = await self._gap(visit)
        others = await self._desk.look(lambda t: Gaps(t).find(least=1))
        values = {
            "gap": gap,
            "states": _states(visit),
            "others": [other for other in others if other.id != gap.id],
            "longest": _REFERRAL,
            "contact": self._desk.settings.contact,
            "titles": self._desk.editing.titles(visit.language),
            "error": translate(visit.language, error) if error else "",
            "may_decide": may(visit.member.role, REVIEW),
            "may_edit": may(visit.member.role, EDIT),
            "article": "",
            "tried": None,
        }
        return self._rendering.page(visit, "gap.html", values | more, status)


def _wanted(visit: Visit) -> tuple[str, int]:
    """In which state, and of how many people at least."""
    state = visit.asked("state") if visit.asked("state") in STATES else "open"
    return state, 1 if visit.asked("few") else LEAST


def _states(visit: Visit) -> dict[str, str]:
    return {name: translate(visit.language, _SAID[name]) for name in STATES}
