"""Closed by default: every address, with every role, opens only to who has its right."""

import pytest

from adapters.remedies import step_for
from bot.console import rooms
from bot.console.desk import Desk as StaffDesk
from bot.console.help import HELP
from bot.console.live import LIVE
from bot.console.rendering import Rendering
from bot.editing import Editing
from bot.editing.asking import asked
from bot.services.audience import Open
from bot.services.broadcasts import Broadcasts
from bot.services.roles import NAMES, ROLES, may
from tests.console.office import Office

OPEN = {"/console/sign-in", "/console/welcome/{token:[A-Za-z0-9_-]{20,60}}", HELP}
PARTS = {
    "{id:[0-9]{1,17}}": "1",
    "{name:[a-z0-9._-]{1,40}}": "nobody",
    "{name:[a-z0-9_]{1,40}}": "nobody",
    "{reference:[2-9A-Za-z-]{9,11}}": "7F3-K29-QMB",
    "{kind:(?:csv|xlsx|json|jsonl)}": "csv",
    "{person:[0-9a-f]{32}}": "0" * 32,
    "{slug:[a-z0-9-]{1,80}}": "kalkbreite-zurich",
    "{token:[A-Za-z0-9_-]{20,60}}": "x" * 43,
}


def way(method: str, path: str) -> str:
    """A stream would stay open: its head says as well who may come in."""
    return "HEAD" if path == LIVE else method


def address(path: str) -> str:
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return path


@pytest.fixture
def known(office: Office):
    house = office.house
    desk = StaffDesk(
        settings=house.settings,
        database=house.database,
        wakeups=house.wakeups,
        now=house.now,
        channels=(),
        editing=Editing(house.library),
        remedy=step_for,
        asked=asked,
        broadcasts=lambda t: Broadcasts(t, Open({})),
    )
    return rooms(desk, Rendering(house.settings, "0"))


async def test_nobody_comes_in_without_signing_in(office: Office, known) -> None:
    desk = await office.desk()
    for path, by_method in known.items():
        for method in by_method:
            page = await desk.ask(way(method, path), address(path))
            if path in OPEN:
                assert page.status in (200, 404, 415), (method, path)
            else:
                assert page.status == 303, (method, path)
                assert page.location.startswith("/console/sign-in?next=%2Fconsole"), path


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_opens_what_it_may_and_nothing_else(office: Office, known, role: str) -> None:
    desk = await office.joins("anna", role)
    refused = []
    for path, by_method in known.items():
        for method, room in by_method.items():
            if path.startswith("/console/sign-out") or room.right is None:
                continue
            page = await desk.ask(way(method, path), address(path), data={"csrf": desk.csrf})
            if page.status == 403:
                refused.append((method, path, room.right))
    assert all(not may(role, right) for _method, _path, right in refused)
    expected = [
        (method, path)
        for path, by_method in known.items()
        for method, room in by_method.items()
        if room.right is not None and not may(role, room.right)
    ]
    assert [(method, path) for method, path, _right in refused] == expected


async def test_an_address_nobody_thought_of_is_behind_the_door_too(office: Office) -> None:
    stranger, member = await office.desk(), await office.joins("anna", "viewer")
    assert (await stranger.get("/console/secret")).status == 303
    assert (await member.get("/console/secret")).status == 404
    assert (await member.ask("DELETE", "/console/team")).status == 405


async def test_another_role_counts_at_once(office: Office) -> None:
    desk = await office.joins("anna", "viewer")
    assert (await desk.get("/console/audit")).status == 403
    office.does(lambda staff: staff.give_role(staff.get("anna"), "privacy-officer", "test"))
    assert (await desk.get("/console/audit")).status == 200


def test_every_role_has_a_name_and_what_is_no_role_may_nothing() -> None:
    assert NAMES.keys() == ROLES.keys()
    assert not may("root", "read")
