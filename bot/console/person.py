"""One person: what is kept of them, and their rights, for who may know who somebody is."""

from collections.abc import Callable
from typing import Final, TypeVar

import orjson
from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.people import PEOPLE, purposes
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.services.acquaintances import short
from bot.services.audit import Audit, Entry
from bot.services.granting import Granting
from bot.services.keys import Keys
from bot.services.portrait import Portrait, Portraits
from bot.services.roles import AUDIT, PRIVATE, may
from bot.services.texts import in_language
from bot.web.problem import NOT_FOUND, Problem
from bot.web.saving import saved_as

Got = TypeVar("Got")
_REASON: Final = (10, 200)  # characters of why somebody needs to know who it is
_NO_REASON = _("Please say why, in ten to 200 characters: it stands in the audit.")
_ENDED = _("This consent did not hold any more: somebody has ended it meanwhile.")
_UNSURE = _("Please tick the box first: this cannot be undone.")
_STATUS: Final = {
    "waiting": _("on the waiting list"),
    "offered": _("has a seat on offer"),
    "confirmed": _("has a place"),
    "cancelled": _("cancelled"),
    "attended": _("was there"),
    "no_show": _("did not come"),
}
_REMINDER: Final = {
    "due": _("is to come"),
    "handed": _("handed over to be sent"),
    "expired": _("too late, not said"),
    "cancelled": _("called off"),
}


class PersonPage:
    """The page, and what is done on it."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._keys = Keys.of(desk.settings)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Under their pseudonym, with addresses blacked out."""
        return await self._shown(visit)

    async def raw(self, visit: Visit) -> web.StreamResponse:
        """Nothing blacked out, this once: for a reason, which stands in the audit."""
        reason, person = " ".join(visit.form.get("reason", "").split()), visit.part("person")
        if not _REASON[0] <= len(reason) <= _REASON[1]:
            return await self._shown(visit, error=_NO_REASON, status=422)
        await self._portrait(person)
        done = Entry(visit.member.actor, "person.read", f"person:{short(person)}", reason)
        await self._desk.do(lambda t: Audit(t).write(done))
        return await self._shown(visit, is_raw=True)

    async def export(self, visit: Visit) -> web.StreamResponse:
        """What they may have, as a file."""
        person = visit.part("person")
        kept = await self._granted(visit, lambda granting: granting.export(person))
        if kept is None:
            raise Problem(NOT_FOUND)
        data = orjson.dumps(kept, option=orjson.OPT_INDENT_2)
        headers = {"Content-Disposition": saved_as(f"person-{short(person)}.json")}
        return web.Response(body=data, content_type="application/json", headers=headers)

    async def withdraw(self, visit: Visit) -> web.StreamResponse:
        """One consent ends."""
        person, purpose = visit.part("person"), visit.form.get("purpose", "")
        await self._portrait(person)
        done = await self._granted(visit, lambda granting: granting.withdraw(person, purpose))
        if not done:
            return await self._shown(visit, error=_ENDED, status=409)
        return to(f"{PEOPLE}/{person}#consents")

    async def ask(self, visit: Visit) -> web.StreamResponse:
        """What goes and what stays, before it goes; when it went, afterwards."""
        return await self._asked(visit)

    async def erase(self, visit: Visit) -> web.StreamResponse:
        """All of it goes. Pressed twice, the second finds it done."""
        person = visit.part("person")
        if not visit.form.get("sure"):
            return await self._asked(visit, error=_UNSURE, status=422)
        if await self._granted(visit, lambda granting: granting.erase(person)) is None:
            raise Problem(NOT_FOUND)
        return to(f"{PEOPLE}/{person}/erase")

    async def _granted(self, visit: Visit, what: Callable[[Granting], Got]) -> Got:
        def do(transaction: Transaction) -> Got:
            return what(Granting(transaction, self._keys, visit.member.actor))

        return await self._desk.do(do)

    async def _portrait(self, person: str) -> Portrait:
        found = await self._desk.look(lambda t: Portraits(t).get(person))
        if found is None:
            raise Problem(NOT_FOUND)
        return found

    async def _asked(self, visit: Visit, error: str = "", status: int = 200) -> web.StreamResponse:
        person = visit.part("person")

        def look(transaction: Transaction) -> tuple[Portrait | None, object]:
            granting = Granting(transaction, self._keys, visit.member.actor)
            return Portraits(transaction).get(person), granting.erased_at(person)

        found, erased_at = await self._desk.look(look)
        if found is None and erased_at is None:
            raise Problem(NOT_FOUND)
        values = {"one": found, "erased_at": erased_at, "audited": short(person)}
        values["error"] = translate(visit.language, error) if error else ""
        return self._rendering.page(visit, "erase.html", values, status)

    async def _shown(
        self, visit: Visit, *, error: str = "", is_raw: bool = False, status: int = 200
    ) -> web.StreamResponse:
        found = await self._portrait(visit.part("person"))
        language, role = visit.language, visit.member.role
        values = {
            "one": found,
            "audited": short(found.known.id),
            "is_raw": is_raw,
            "error": translate(language, error) if error else "",
            "purposes": purposes(visit),
            "statuses": {name: translate(language, said) for name, said in _STATUS.items()},
            "reminder_states": {name: translate(language, t) for name, t in _REMINDER.items()},
            "title_of": lambda title: in_language(title, language),
            "may_grant": may(role, PRIVATE),
            "may_audit": may(role, AUDIT),
        }
        return self._rendering.page(visit, "person.html", values, status)
