"""Comes in and goes out: the sign-in page, the link of a newcomer, giving the password again."""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from bot.console import cookies
from bot.console.desk import Desk
from bot.console.door import FACTOR, SIGN_IN, inside, to
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Invalid, Transaction
from bot.i18n import _, translate
from bot.services.passwords import check_password, is_password, kept
from bot.services.second_factor import Seal
from bot.services.sign_in import Given, KnownBrowsers, SignIn
from bot.services.staff import Member, Staff
from bot.services.staff_sessions import StaffSessions
from bot.services.tries import Tries
from bot.web.origin import network_of
from bot.web.problem import NOT_FOUND, Problem

_WRONG = _("That does not fit together. Please check your name, your password and the code.")
_WAIT = _("That was tried too often. Please try again in {seconds} seconds.")
_WAIT_ONE = _("That was tried too often. Please try again in one second.")
_AT_ONCE = 2  # passwords compared at a time: each takes a core for a twelfth of a second


class SigningPages:
    """Everything around who one is."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._seal, self._browsers = Seal(desk.settings), KnownBrowsers(desk.settings)
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def ask(self, visit: Visit) -> web.StreamResponse:
        """The form to sign in."""
        if visit.session is not None:
            return to(inside(visit.asked("next")))
        return await self._form(visit, "")

    async def enter(self, visit: Visit) -> web.StreamResponse:
        """Sign in with what was typed."""
        name = visit.form.get("name", "").strip().casefold()[:80]
        keys = self._keys(visit, name)
        if told := await self._must_wait(visit, keys):
            return await self._form(visit, told, 429)
        member = await self._desk.look(lambda t: Staff(t).get(name))
        fits = await self._compared(visit.form.get("password", ""), member)
        given = Given(member, fits, visit.form.get("code", "")[:40], visit.browser)
        token = await self._desk.do(lambda t: SignIn(t, self._seal).enter(given, keys))
        if token is None:
            return await self._form(visit, translate(visit.language, _WRONG), 401)
        return self._inside(visit, token, name, inside(visit.form.get("next", "")))

    async def leave(self, visit: Visit) -> web.StreamResponse:
        """Sign out of this browser."""
        session = visit.session
        if session is not None:
            await self._desk.do(lambda t: StaffSessions(t).end(session.member, session.key))
        response = to(SIGN_IN)
        cookies.drop(response, visit.request, self._desk.settings, cookies.SESSION)
        return response

    async def welcome(self, visit: Visit) -> web.StreamResponse:
        """The page behind a newcomer's link."""
        member = await self._invited(visit)
        return self._rendering.page(visit, "welcome.html", {"member": member, "error": ""})

    async def choose(self, visit: Visit) -> web.StreamResponse:
        """The password a newcomer chose; they are signed in, and set up their second factor."""
        member = await self._invited(visit)
        password = visit.form.get("password", "")
        try:
            check_password(password, member.name)
        except Invalid as wrong:
            error = translate(visit.language, wrong.why, **wrong.values)
            return self._rendering.page(
                visit, "welcome.html", {"member": member, "error": error}, 422
            )
        async with self._turn:
            safe = await asyncio.to_thread(kept, password)
        token = await self._desk.do(lambda t: _settle(t, visit, safe))
        if token is None:
            raise Problem(NOT_FOUND)
        return self._inside(visit, token, member.name, FACTOR)

    async def ask_again(self, visit: Visit) -> web.StreamResponse:
        """The form for the password alone, before something dangerous."""
        values = {"error": "", "next": inside(visit.asked("next"))}
        return self._rendering.page(visit, "confirm.html", values)

    async def confirm(self, visit: Visit) -> web.StreamResponse:
        """The password was given again."""
        session, onward = visit.here, inside(visit.form.get("next", ""))
        keys = self._keys(visit, session.member.name)
        error = await self._must_wait(visit, keys)
        if not error:
            if await self._compared(visit.form.get("password", ""), session.member):
                await self._desk.do(lambda t: StaffSessions(t).confirmed(session))
                return to(onward)
            await self._desk.do(lambda t: Tries(t).failed(keys))
            error = translate(visit.language, _("That is not your password."))
        values = {"error": error, "next": onward}
        return self._rendering.page(visit, "confirm.html", values, 401)

    async def _form(self, visit: Visit, error: str, status: int = 200) -> web.StreamResponse:
        is_empty = await self._desk.look(lambda t: Staff(t).is_empty())
        values = {
            "error": error,
            "is_empty": is_empty,
            "name": visit.form.get("name", ""),
            "next": inside(visit.form.get("next", "") or visit.asked("next")),
        }
        return self._rendering.page(visit, "sign_in.html", values, status)

    def _inside(self, visit: Visit, token: str, name: str, onward: str) -> web.StreamResponse:
        response, settings = to(onward), self._desk.settings
        cookies.keep(response, visit.request, settings, cookies.SESSION, token)
        mark = self._browsers.mark(name)
        cookies.keep(response, visit.request, settings, cookies.BROWSER, mark)
        return response

    def _keys(self, visit: Visit, name: str) -> Sequence[str]:
        """What a failure is counted for: this browser if we know it, else the name and network."""
        mark = cookies.read(visit.request, self._desk.settings, cookies.BROWSER)
        if self._browsers.knows(mark, name):
            return (f"browser:{mark}",)
        network = network_of(visit.request, self._desk.settings)
        return (f"name:{name}", *([f"net:{network}"] if network else []))

    async def _must_wait(self, visit: Visit, keys: Sequence[str]) -> str:
        wait = await self._desk.look(lambda t: Tries(t).wait(keys))
        seconds = max(1, round(wait.total_seconds()))
        said = _WAIT if seconds > 1 else _WAIT_ONE
        return translate(visit.language, said, seconds=seconds) if wait else ""

    async def _compared(self, password: str, member: Member | None) -> bool:
        """As slow for a name that nobody has."""
        known = member.password if member else None
        async with self._turn:
            return await asyncio.to_thread(is_password, password, known)

    async def _invited(self, visit: Visit) -> Member:
        token = visit.part("token")
        member = await self._desk.look(lambda t: Staff(t).invited(token))
        if member is None:
            raise Problem(NOT_FOUND)
        return member


def _settle(transaction: Transaction, visit: Visit, safe: str) -> str | None:
    """Keep the password and sign them in; None when the link was used in between."""
    staff = Staff(transaction)
    member = staff.invited(visit.part("token"), lock=True)
    if member is None:
        return None
    staff.choose_password(member, safe)
    return StaffSessions(transaction).begin(member, visit.browser)
