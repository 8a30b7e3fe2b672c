"""One's own account: where one is signed in, and another password."""

import asyncio
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console import cookies
from bot.console.desk import Desk
from bot.console.door import SIGN_IN, to
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Invalid, Transaction
from bot.i18n import translate
from bot.services.digest import Digest
from bot.services.passwords import check_password, kept
from bot.services.staff import Staff
from bot.services.staff_sessions import StaffSessions

ACCOUNT = "/console/account"


class AccountPage:
    """What everybody may do with their own account."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """The account as it stands."""
        return await self._page(visit, "")

    async def end(self, visit: Visit) -> web.StreamResponse:
        """Sign out one of one's browsers."""
        key = visit.form.get("session", "")
        await self._desk.do(lambda t: StaffSessions(t).end(visit.member, key))
        return to(ACCOUNT)

    async def change(self, visit: Visit) -> web.StreamResponse:
        """Another password: signed out everywhere, here too."""
        password = visit.form.get("password", "")
        try:
            check_password(password, visit.member.name)
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._page(visit, told, 422)
        safe = await asyncio.to_thread(kept, password)
        await self._desk.do(lambda t: Staff(t).choose_password(visit.member, safe))
        response = to(SIGN_IN)
        cookies.drop(response, visit.request, self._desk.settings, cookies.SESSION)
        return response

    async def digest(self, visit: Visit) -> web.StreamResponse:
        """The week in figures from now on, or no more."""
        zone, code = ZoneInfo(self._desk.settings.zone), visit.form.get("code", "")

        def choose(transaction: Transaction) -> None:
            digest = Digest(transaction)
            if visit.form.get("end"):
                return digest.end(visit.member)
            return digest.begin(visit.member, code, zone)

        try:
            await self._desk.do(choose)
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._page(visit, "", 422, wrong_code=told)
        return to(f"{ACCOUNT}#digest")

    async def _page(
        self, visit: Visit, error: str, status: int = 200, wrong_code: str = ""
    ) -> web.StreamResponse:
        def account(transaction: Transaction) -> dict[str, object]:
            sessions = StaffSessions(transaction).of(visit.member)
            return {"sessions": sessions, "digest": Digest(transaction).wants(visit.member)}

        values = {"error": error, "wrong_code": wrong_code, **await self._desk.look(account)}
        return self._rendering.page(visit, "account.html", values, status)
