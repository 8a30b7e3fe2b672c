"""The team: who is in it, with which role; newcomers get a link, those who leave are shut out."""

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Invalid
from bot.i18n import translate
from bot.services.roles import ROLES
from bot.services.staff import LINK_HOURS, Member, Staff
from bot.web.problem import NOT_FOUND, Problem

TEAM_PAGE = "/console/team"
WELCOME = "/console/welcome/"
_COLUMNS = ("name", "role", "second_factor", "state", "since")
Deed = Callable[[Staff, Member, Visit], str | None]


class TeamPage:
    """For administrators."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Everybody."""
        return await self._page(visit)

    async def file(self, _visit: Visit) -> web.StreamResponse:
        """The same as CSV."""
        members = await self._desk.look(lambda t: Staff(t).all())
        rows = (
            {
                "name": one.name,
                "role": one.role,
                "second_factor": "yes" if one.totp else "no",
                "state": _state(one),
                "since": one.created_at,
            }
            for one in members
        )
        return await csv_answer("team.csv", _COLUMNS, rows)

    async def add(self, visit: Visit) -> web.StreamResponse:
        """Somebody new; their link is shown once."""
        name, role = visit.form.get("name", ""), visit.form.get("role", "")

        def add(staff: Staff) -> tuple[str, str]:
            member = staff.add(name, role, visit.member.actor)
            return member.name, staff.invite(member, visit.member.actor)

        try:
            newcomer, token = await self._desk.do(lambda t: add(Staff(t)))
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._page(visit, error=told, status=422)
        return await self._page(visit, newcomer=newcomer, link=self._link(visit, token))

    async def change(self, visit: Visit) -> web.StreamResponse:
        """Do to one member what the pressed button says."""
        deed = _DEEDS.get(visit.form.get("do", ""))
        if deed is None:
            raise Problem(NOT_FOUND)
        name = visit.part("name")

        def do(staff: Staff) -> str | None:
            member = staff.get(name)
            if member is None:
                raise Problem(NOT_FOUND)
            return deed(staff, member, visit)

        try:
            token = await self._desk.do(lambda t: do(Staff(t)))
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._page(visit, error=told, status=422)
        if token is None:
            return to(TEAM_PAGE)
        return await self._page(visit, newcomer=name, link=self._link(visit, token))

    def _link(self, visit: Visit, token: str) -> str:
        base = self._desk.settings.public_url.rstrip("/") or str(visit.request.url.origin())
        return f"{base}{WELCOME}{token}"

    async def _page(
        self,
        visit: Visit,
        *,
        error: str = "",
        newcomer: str = "",
        link: str = "",
        status: int = 200,
    ) -> web.StreamResponse:
        members = await self._desk.look(lambda t: Staff(t).all())
        values = {"members": members, "roles": tuple(ROLES), "hours": LINK_HOURS}
        values |= {"error": error, "newcomer": newcomer, "link": link}
        return self._rendering.page(visit, "team.html", values, status)


def _state(member: Member) -> str:
    if member.disabled_at:
        return "shut out"
    return "active" if member.password else "has not come in yet"


def _role(staff: Staff, member: Member, visit: Visit) -> None:
    staff.give_role(member, visit.form.get("role", ""), visit.member.actor)


def _disable(staff: Staff, member: Member, visit: Visit) -> None:
    staff.disable(member, visit.member.actor)


def _enable(staff: Staff, member: Member, visit: Visit) -> None:
    staff.enable(member, visit.member.actor)


def _reset(staff: Staff, member: Member, visit: Visit) -> str:
    return staff.reset(member, visit.member.actor)


_DEEDS: Mapping[str, Deed] = {
    "role": _role,
    "disable": _disable,
    "enable": _enable,
    "reset": _reset,
}
