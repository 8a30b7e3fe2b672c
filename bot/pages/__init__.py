"""Public pages: events, polls, forms, one's own registration; the door, and polls in the street."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.pages.ballot import BallotPage
from bot.pages.checkin import CheckInPage
from bot.pages.desk import Desk
from bot.pages.door import PUBLIC, Door, Room, refuse
from bot.pages.event import EventPages
from bot.pages.form import FormPage
from bot.pages.kiosk import KioskPage
from bot.pages.place import PlacePage
from bot.pages.polls.files import PollFiles
from bot.pages.polls.page import PollPages
from bot.pages.polls.receipt import ReceiptPage
from bot.pages.rendering import STATIC, Rendering
from bot.pages.screen import ScreenPage
from bot.services.weblinks import POLLS, RECEIPT
from bot.web.assets import SHARED, Shelf

_FOLDER = Path(__file__).parent / "static"
_SLUG = "{slug:[a-z0-9-]{1,80}}"
_TOKEN = "{token:[A-Za-z0-9_-]{20,60}}"  # noqa: S105 - the shape of one
Rooms = Mapping[str, Mapping[str, Room]]


def routes(desk: Desk) -> Iterable[web.RouteDef]:
    """Every address with its methods; any other method there is answered 405."""
    shelf = Shelf((*_FOLDER.iterdir(), *SHARED))
    rendering = Rendering(desk.settings, shelf.version)
    door = Door(desk.settings, rendering, desk.now)
    yield web.get(f"{STATIC}/{{version:[0-9a-f]+}}/{{name:[a-z]+[.][a-z]+}}", shelf.fetch)
    yield from _open(door, _events(EventPages(desk, rendering)), caching=PUBLIC)
    receipts = ReceiptPage(desk, rendering)
    yield from _open(door, {RECEIPT: {"GET": receipts.ask, "POST": receipts.tell}})
    polls = _polls(PollPages(desk, rendering), PollFiles(desk))
    yield from _open(door, polls, caching=PUBLIC)
    yield from _open(door, _form(FormPage(desk, rendering)))
    yield from _open(door, _place(PlacePage(desk, rendering)))
    yield from _open(door, _checkin(CheckInPage(desk, rendering)), camera=True)
    yield from _open(door, _ballot(BallotPage(desk, rendering)))
    yield from _open(door, _kiosk(KioskPage(desk, rendering)))
    yield from _open(door, _screen(ScreenPage(desk, rendering)))
    parts = ("events", "polls", "form", "r", "checkin", "ballot", "kiosk", "screen")
    nothing: Rooms = {f"/{part}/{{anything:.*}}": {} for part in parts}
    yield from _open(door, nothing)


def _events(pages: EventPages) -> Rooms:
    return {
        "/events": {"GET": pages.all},
        "/events.ics": {"GET": pages.feed},
        f"/events/{_SLUG}": {"GET": pages.one},
        f"/events/{_SLUG}.ics": {"GET": pages.file},
    }


def _polls(pages: PollPages, files: PollFiles) -> Rooms:
    return {
        POLLS: {"GET": pages.all},
        f"{POLLS}/recount.py": {"GET": files.script},
        f"{POLLS}/{_SLUG}": {"GET": pages.one},
        f"{POLLS}/{_SLUG}.csv": {"GET": files.ballots},
        f"{POLLS}/{_SLUG}.json": {"GET": files.data},
        f"{POLLS}/{_SLUG}/figures.csv": {"GET": files.figures},
    }


def _form(page: FormPage) -> Rooms:
    return {
        "/form/done": {"GET": page.done},
        f"/form/{_TOKEN}": {"GET": page.show, "POST": page.send},
    }


def _place(page: PlacePage) -> Rooms:
    at = f"/r/{_TOKEN}"
    return {
        at: {"GET": page.show, "POST": page.change},
        f"{at}/cancel": {"GET": page.ask_to_cancel, "POST": page.cancel},
        f"{at}/accept": {"POST": page.accept},
        f"{at}/pass": {"POST": page.let_go},
        f"{at}/event.ics": {"GET": page.calendar},
        f"{at}/certificate.pdf": {"GET": page.certificate},
    }


def _checkin(page: CheckInPage) -> Rooms:
    at = f"/checkin/{_TOKEN}"
    return {
        at: {"GET": page.show, "POST": page.typed},
        f"{at}/scans": {"POST": page.scans},
        f"{at}/door": {"GET": page.door},
        f"{at}/close": {"POST": page.close},
        f"{at}/reopen": {"POST": page.reopen},
    }


def _ballot(page: BallotPage) -> Rooms:
    return {f"/ballot/{_TOKEN}": {"GET": page.show, "POST": page.send}}


def _kiosk(page: KioskPage) -> Rooms:
    at = f"/kiosk/{_TOKEN}"
    return {at: {"GET": page.show, "POST": page.send}, f"{at}/slips": {"POST": page.slips}}


def _screen(page: ScreenPage) -> Rooms:
    at = f"/screen/{_SLUG}"
    return {
        at: {"GET": page.show},
        f"{at}/state": {"GET": page.state},
        f"{at}/live": {"GET": page.live},
    }


def _open(
    door: Door, rooms: Rooms, caching: str = "no-store", camera: bool = False
) -> Iterable[web.RouteDef]:
    for path, by_method in rooms.items():
        for method, room in by_method.items():
            at = web.get if method == "GET" else partial(web.route, method)  # GET brings HEAD
            yield at(path, door.to(room, caching, camera))
        yield web.route("*", path, door.to(refuse(*by_method)))
