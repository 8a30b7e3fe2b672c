"""A house with a team, its clock, and browsers without a script that members work in."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import text
from yarl import URL

from bot import app
from bot.channel import Channel
from bot.channel import Desk as ChannelDesk
from bot.config import Settings
from bot.dialog import Transaction
from bot.metrics import Metrics
from bot.server import web_application
from bot.services import passwords
from bot.services.staff import Staff
from bot.web.ending import ENDING
from knowledge.library import Library
from tests.pages.front import Page

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PASSWORD = "four unrelated green words"


@dataclass
class Desk:
    """One browser: it keeps cookies, and sends back what a form holds."""

    base: str
    http: aiohttp.ClientSession
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> Page:
        return self._seen(await self.ask("GET", path, headers=headers))

    async def post(self, path: str, **fields: str) -> Page:
        return self._seen(await self.ask("POST", path, data={"csrf": self.csrf} | fields))

    async def upload(self, path: str, file: bytes, **fields: str) -> Page:
        """Send a form with a file in it."""
        form = aiohttp.FormData({"csrf": self.csrf} | fields)
        form.add_field("file", BytesIO(file), filename="picture.png", content_type="image/png")
        return self._seen(await self.ask("POST", path, data=form))

    async def ask(self, method: str, path: str, **options: Any) -> Page:
        url = URL(self.base + path, encoded=True)
        async with self.http.request(method, url, allow_redirects=False, **options) as answer:
            return Page(answer.status, answer.headers, await answer.read())

    async def sign_in(self, name: str, password: str = PASSWORD, code: str = "") -> Page:
        await self.get("/console/sign-in")
        page = await self.post("/console/sign-in", name=name, password=password, code=code)
        if page.status == 303:
            await self.get("/console/confirm")  # any page of the session holds its token
        return page

    def _seen(self, page: Page) -> Page:
        self.csrf = page.fields.get("csrf", self.csrf)
        return page


@dataclass
class Office:
    """The house, and who works there."""

    house: app.House
    base: str
    stack: AsyncExitStack
    ending: asyncio.Event
    clock: list[datetime] = field(default_factory=list)

    async def desk(self) -> Desk:
        """Another browser."""
        jar = aiohttp.CookieJar(unsafe=True)
        return Desk(
            self.base,
            await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar)),
        )

    async def joins(self, name: str, role: str) -> Desk:
        """Somebody new, who chose a password and is signed in."""
        token = self.does(lambda staff: staff.invite(staff.add(name, role, "test"), "test"))
        desk = await self.desk()
        await desk.get(f"/console/welcome/{token}")
        page = await desk.post(f"/console/welcome/{token}", password=PASSWORD)
        assert (page.status, page.location) == (303, "/console/factor")
        await desk.get("/console/confirm")  # holds the token of the session, and no picture
        return desk

    def does(self, what: Callable[[Staff], Any]) -> Any:
        with self.house.database.write() as connection:
            return what(Staff(Transaction(connection, self.clock[0])))

    def wait(self, how_long: timedelta) -> None:
        self.clock[0] += how_long

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.house.database.read() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def change(self, statement: str, **values: Any) -> None:
        with self.house.database.write() as connection:
            connection.execute(text(statement), values)


@contextmanager
def _passwords_nobody_guesses() -> Iterator[None]:
    """Of a password kept here nobody will try millions: to keep it takes no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_MEMORY", 64)
        yield


@asynccontextmanager
async def opened(
    settings: Settings,
    library: Library,
    known: Mapping[str, Callable[[ChannelDesk], Channel]] = MappingProxyType({}),
    **more: Any,
) -> AsyncIterator[Office]:
    """The staff pages of a house on a free port; `known`: channels that are open in it."""
    clock = [NOW]
    own = copy(library)  # what is published here is none of the other houses' business
    house = app.build(replace(settings, **more), tuple(known), lambda: clock[0], own, known)
    application = web_application(house.database, (), Metrics())
    application.add_routes(app.staff_routes(house))
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with AsyncExitStack() as stack:
        stack.enter_context(_passwords_nobody_guesses())
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield Office(house, base, stack, application[ENDING], clock)
    await runner.cleanup()
    await house.inbox.close()
    house.database.close()
    if house.replica:
        house.replica.close()
