"""The page at the door: staff scan or type references, also where there is no network for a while.

The script keeps what it scanned until we have it; without a script the page is a plain form.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import orjson
from aiohttp import web

from bot.dialog import Transaction
from bot.i18n import _, format_time, translate, translate_plural
from bot.pages.desk import Desk
from bot.pages.door import NO_LINK, Visit
from bot.pages.rendering import Rendering
from bot.services.certificate import name_of
from bot.services.checkins import Checked, CheckIns, Door, Scan, What, is_its_day
from bot.services.event_texts import seats, when
from bot.services.events import Event, Events
from bot.web.body import read_form, read_json
from bot.web.problem import UNREADABLE, Problem

MOST: Final = 100  # scans in one message
_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_REFERENCE_LIMIT = 40
_LONGEST_AGO = 10**10  # milliseconds; longer ones are of a clock that was set

SAID: Final = {
    "in": _("Welcome!"),
    "already": _("Was checked in before, at {time}."),
    "out": _("The check-in was taken back."),
    "unknown": _("Nobody is registered with this reference."),
    "elsewhere": _("This reference is for another event."),
    "waiting": _("Only on the waiting list: there is no seat yet."),
    "offered": _("A seat was offered, but not taken yet. It can be taken in the chat right now."),
    "cancelled": _("This registration was cancelled."),
}
# What the page says by itself once its script runs.
_LIVE: Final = {
    "kept": _("Kept here; I send it as soon as there is a connection."),
    "one_waits": _("1 scan waits for a connection."),
    "many_wait": _("{count} scans wait for a connection."),
    "undo": _("Undo"),
    "camera_off": _("The camera cannot be used here. Please type the reference."),
    "stop": _("Stop the camera"),
    "start": _("Scan with the camera"),
    "short": _("A reference has nine letters and figures, for example 7F3-K29-QMB."),
    "over": _("This link does not work any more. What is kept here cannot be sent."),
    "counts": _("{here} of {expected} registrations are here"),
}


class CheckInPage:
    """What staff see and do at the door, by the secret link of one event."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.Response:
        """The door of this event."""
        event, door = await self._at(visit, lambda t, e: CheckIns(t).door(e.id))
        return self._page(visit, event, door)

    async def typed(self, visit: Visit) -> web.Response:
        """A reference that was typed where no script runs."""
        fields = await read_form(visit.request)
        scan = _scan({**fields, "ago": 0})
        event, (checked, door) = await self._change(visit, lambda t, e: _taken(t, e, scan))
        return self._page(visit, event, door, self._told(visit, event, scan, checked))

    async def scans(self, visit: Visit) -> web.Response:
        """What a phone has kept, oldest first; each is answered, also one that came before."""
        wanted = _scans(await read_json(visit.request))

        def take(transaction: Transaction, event: Event) -> tuple[list[Checked], Door]:
            checkins = CheckIns(transaction)
            return [checkins.take(event.id, one) for one in wanted], checkins.door(event.id)

        event, (checked, door) = await self._change(visit, take)
        pairs = zip(wanted, checked, strict=True)
        told = [self._told(visit, event, scan, one) for scan, one in pairs]
        return _json({"scans": told, "door": _counted(door)})

    async def door(self, visit: Visit) -> web.Response:
        """The counts, for a page that looks again now and then."""
        _event, door = await self._at(visit, lambda t, e: CheckIns(t).door(e.id))
        return _json({"door": _counted(door)})

    async def close(self, visit: Visit) -> web.Response:
        """All others stayed away."""
        return await self._turn(visit, lambda t, e: CheckIns(t).close(e.id))

    async def reopen(self, visit: Visit) -> web.Response:
        """Nobody is said to have stayed away."""
        return await self._turn(visit, lambda t, e: CheckIns(t).reopen(e.id))

    async def _turn(self, visit: Visit, what: Callable[[Transaction, Event], int]) -> web.Response:
        await self._change(visit, what)
        place = f"/checkin/{visit.part('token')}?lang={visit.language}"
        return web.Response(status=303, headers={"Location": place})

    async def _at(
        self, visit: Visit, what: Callable[[Transaction, Event], Any]
    ) -> tuple[Event, Any]:
        """Raises Problem when the link opens no door."""

        def within(transaction: Transaction) -> tuple[Event, Any]:
            event = _event(transaction, visit)
            return event, what(transaction, event)

        return await self._desk.look(within)

    async def _change(
        self, visit: Visit, what: Callable[[Transaction, Event], Any]
    ) -> tuple[Event, Any]:
        """Likewise, with the event held: whoever changes registrations locks it first."""

        def within(transaction: Transaction) -> tuple[Event, Any]:
            event = Events(transaction).lock(_event(transaction, visit).id)
            if event is None:
                raise Problem(NO_LINK)
            return event, what(transaction, event)

        return await self._desk.do(within)

    def _told(self, visit: Visit, event: Event, scan: Scan, checked: Checked) -> dict[str, str]:
        """What staff are told of a scan: the name only of who may come in."""
        since = checked.at.astimezone(event.local_zone).time() if checked.at else None
        time = format_time(visit.language, since) if since else ""
        told = {
            "id": scan.id,
            "reference": scan.reference,
            "outcome": checked.outcome,
            "text": translate(visit.language, SAID[checked.outcome], time=time),
        }
        if checked.outcome in ("in", "already", "out") and checked.registration:
            told["name"] = name_of(checked.registration)
            told["seats"] = seats(visit.language, checked.registration.seats)
        return told

    def _page(
        self, visit: Visit, event: Event, door: Door, last: Mapping[str, str] | None = None
    ) -> web.Response:
        one, many = _("{count} stayed away."), _("{count} stayed away.")
        return self._rendering.page(
            "checkin.html",
            visit.language,
            event=event,
            when=when(event, visit.language),
            here=f"/checkin/{visit.part('token')}",
            door=door,
            away=translate_plural(visit.language, one, many, door.missing),
            has_begun=visit.now >= event.starts_at,
            is_another_day=not is_its_day(event, visit.now),
            is_early=last is None and _is_too_early(visit, event),
            last=last,
            scan_id=secrets.token_urlsafe(12),
            texts={name: translate(visit.language, msgid) for name, msgid in _LIVE.items()},
        )


def _is_too_early(visit: Visit, event: Event) -> bool:
    """Before its days the door is opened only to who says so: a check-in cannot be cancelled.

    After them it stays open: a phone may still have scans to send.
    """
    is_wanted = visit.request.query.get("early") == "yes"
    return visit.now < event.starts_at and not is_wanted and not is_its_day(event, visit.now)


def _event(transaction: Transaction, visit: Visit) -> Event:
    event = CheckIns(transaction).event_of(visit.part("token"))
    if event is None:
        raise Problem(NO_LINK)
    return event


def _taken(transaction: Transaction, event: Event, scan: Scan) -> tuple[Checked, Door]:
    checkins = CheckIns(transaction)
    return checkins.take(event.id, scan), checkins.door(event.id)


def _scans(fields: Mapping[str, Any]) -> list[Scan]:
    """Raises Problem for what no page of ours sends."""
    sent = fields.get("scans")
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST:
        raise Problem(UNREADABLE)
    return [_scan(one) for one in sent if isinstance(one, dict)]


def _scan(fields: Mapping[str, Any]) -> Scan:
    scan_id, reference = fields.get("id"), fields.get("reference")
    what, ago = fields.get("what", "in"), fields.get("ago", 0)
    if not (isinstance(scan_id, str) and _ID.fullmatch(scan_id) and isinstance(reference, str)):
        raise Problem(UNREADABLE)
    if what not in ("in", "out") or not isinstance(ago, int | float) or isinstance(ago, bool):
        raise Problem(UNREADABLE)
    done: What = "in" if what == "in" else "out"
    waited = timedelta(milliseconds=max(0, min(ago, _LONGEST_AGO)))
    return Scan(scan_id, reference[:_REFERENCE_LIMIT], done, waited)


def _counted(door: Door) -> dict[str, int]:
    return {"expected": door.expected, "here": door.here, "missing": door.missing}


def _json(content: object) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json")
