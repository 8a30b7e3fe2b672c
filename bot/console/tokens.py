"""The tokens of programs: which there are, making one, and ending one."""

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Invalid
from bot.i18n import translate
from bot.services.api_tokens import DAYS, ApiTokens, Wish
from bot.services.scopes import SAID, SCOPES

TOKENS = "/console/tokens"
_COLUMNS = ("name", "scopes", "made_by", "created_at", "used_at", "expires_at", "revoked_at")


class TokenPages:
    """For administrators."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """All of them."""
        return await self._page(visit)

    async def file(self, _visit: Visit) -> web.StreamResponse:
        """The same as CSV, without what opens a door."""
        tokens = await self._desk.look(lambda t: ApiTokens(t).all())
        rows = (
            {name: getattr(one, name) for name in _COLUMNS} | {"scopes": ", ".join(one.scopes)}
            for one in tokens
        )
        return await csv_answer("tokens.csv", _COLUMNS, rows)

    async def make(self, visit: Visit) -> web.StreamResponse:
        """A new one; it is shown once."""
        wish = _wish(visit)
        try:
            token = await self._desk.do(lambda t: ApiTokens(t).make(wish, visit.member.actor))
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._page(visit, error=told, status=422)
        return await self._page(visit, made=token)

    async def revoke(self, visit: Visit) -> web.StreamResponse:
        """End one."""
        name = visit.part("name")
        try:
            await self._desk.do(lambda t: ApiTokens(t).revoke(name, visit.member.actor))
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._page(visit, error=told, status=422)
        return to(TOKENS)

    async def _page(
        self, visit: Visit, *, error: str = "", made: str = "", status: int = 200
    ) -> web.StreamResponse:
        values = {
            "tokens": await self._desk.look(lambda t: ApiTokens(t).all()),
            "scopes": {scope: translate(visit.language, SAID[scope]) for scope in SCOPES},
            "wish": _wish(visit) if error else Wish("", (), DAYS[1]),
            "days": DAYS,
            "error": error,
            "made": made,
        }
        return self._rendering.page(visit, "tokens.html", values, status)


def _wish(visit: Visit) -> Wish:
    """What the form says."""
    days = visit.form.get("days", "")
    chosen = [scope for scope in SCOPES if visit.form.get(f"may-{scope}")]
    known = days in map(str, DAYS)
    return Wish(visit.form.get("name", ""), chosen, int(days) if known else DAYS[1])
