"""Answers the team gives often: written once in each language, picked beside a conversation."""

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Invalid, Transaction
from bot.i18n import languages, translate
from bot.services.canned import NAME, CannedAnswers
from bot.services.helping import LONGEST
from bot.services.roles import EDIT, may

CANNED = "/console/canned"


class CannedPage:
    """All of them on one page."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Every one, to be changed where one may."""
        return await self._page(visit, "")

    async def change(self, visit: Visit) -> web.StreamResponse:
        """Write one, or take it away."""
        number = visit.form.get("id", "")
        known = whole_number(number, 0)

        def do(transaction: Transaction) -> None:
            answers = CannedAnswers(transaction)
            if visit.form.get("do") == "remove":
                answers.remove(known, visit.member)
            else:
                texts = {code: visit.form.get(f"text-{code}", "") for code in languages()}
                answers.keep(known, visit.form.get("name", ""), texts, visit.member)

        try:
            await self._desk.do(do)
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._page(visit, told, 422)
        return to(CANNED)

    async def _page(self, visit: Visit, error: str, status: int = 200) -> web.StreamResponse:
        canned = await self._desk.look(lambda t: CannedAnswers(t).all())
        values: dict[str, object] = {
            "canned": canned,
            "error": error,
            "written": visit.form if error else {},
        }
        values |= {"limits": {"name": NAME, "text": LONGEST}}
        values["may_edit"] = may(visit.member.role, EDIT)
        return self._rendering.page(visit, "canned.html", values, status)
