"""What all pages of events share: the event, and changing it in the name of who is signed in."""

import io
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web
from markupsafe import Markup

from bot.console.desk import Desk
from bot.console.organising import EVENTS
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.i18n import _, translate, translate_plural
from bot.services.event_list import EventList, Listed
from bot.services.event_office import EventOffice
from bot.services.event_words import STATE_NAMES
from bot.services.fields import BadEvent
from bot.services.registration import Refused
from bot.services.rehearsal import Rehearsed, rehearse
from bot.services.roles import ORGANISE, may
from bot.web.problem import NOT_FOUND, Problem

Done = TypeVar("Done")
Deed = Callable[[EventOffice], Done]


class EventRoom:
    """Some pages of one event."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def listed(self, visit: Visit) -> Listed:
        """The event of this address with its figures. Raises Problem."""
        found = await self._desk.look(lambda t: EventList(t).get(visit.part("slug")))
        if found is None:
            raise Problem(NOT_FOUND)
        return found

    async def do(self, visit: Visit, deed: Deed[Done]) -> Done:
        """Change something, in their name."""
        return await self._desk.do(lambda t: deed(EventOffice(t, visit.member.actor)))

    async def tried(self, visit: Visit, deed: Deed[object]) -> Rehearsed:
        """What it would do, without doing it. Raises BadEvent, Refused."""
        try:
            await self._desk.do(lambda t: rehearse(t, visit.member.actor, deed))
        except Rehearsed as tried:
            return tried

    def shown(
        self,
        visit: Visit,
        listed: Listed,
        template: str,
        values: Mapping[str, Any],
        status: int = 200,
    ) -> web.Response:
        """A page of that event."""
        event = listed.event
        told: dict[str, Any] = {"listed": listed, "event": event, "here": f"{EVENTS}/{event.id}"}
        told |= {"may_organise": may(visit.member.role, ORGANISE)}
        told["ways"] = self._ways(visit)
        told |= {"state": translate(visit.language, STATE_NAMES[event.state])}
        return self._rendering.page(visit, template, told | dict(values), status)

    def asks(self, visit: Visit, listed: Listed, tried: Rehearsed, **more: str) -> web.Response:
        """What comes of it, to be agreed to: the same form once more, with how many are told.

        `more`: the question, what the button says, and `back`: what the one says that leads to the
        form as it was typed.
        """
        kept = {name: value for name, value in visit.form.items() if name not in ("csrf", "sure")}
        one, many = _("{count} person is told of it."), _("{count} people are told of it.")
        more["told"] = translate_plural(visit.language, one, many, tried.told)
        values = {"tried": tried, "kept": kept, "action": visit.request.path}
        return self.shown(visit, listed, "event_sure.html", {"back": "", **values, **more})

    def _ways(self, visit: Visit) -> list[tuple[str, str]]:
        """The pages of an event, and what they are called: those this role may open."""
        ways = [("", _("Overview")), ("/questions", _("What people are asked"))]
        if may(visit.member.role, ORGANISE):
            ways.append(("/people", _("Who registered")))
        ways.append(("/reminders", _("Reminders")))
        return [(path, translate(visit.language, label)) for path, label in ways]

    def base(self, visit: Visit) -> str:
        """Where people open our pages from outside; else from here."""
        return self._desk.settings.public_url.rstrip("/") or str(visit.request.url.origin())


def is_sure(visit: Visit, tried: Rehearsed) -> bool:
    """Whether they agreed to just that many people being told."""
    return visit.form.get("sure") == str(tried.told)


def why(visit: Visit, no: BadEvent | Refused) -> str:
    """The reason in their language."""
    return translate(visit.language, no.why, **no.values)


def qr(address: str, title: str) -> Markup:
    """A code that opens an address, as SVG to stand in a page; `title` is what is read out."""
    import segno  # heavy enough, and rarely needed

    out = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(
        *(out, "svg"), scale=6, border=4, light="#fff", svgclass="qr", title=title,
        xmldecl=False, svgns=False, omitsize=True, lineclass=None,
    )  # fmt: skip
    return Markup(out.getvalue().decode())  # noqa: S704 - of segno's, which escapes the title
