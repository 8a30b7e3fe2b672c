"""A house with an API, its clock, and programs that call it with tokens."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from yarl import URL

from bot import app
from bot.api.desk import Desk as ApiDesk
from bot.config import Settings
from bot.dialog import Transaction
from bot.metrics import Metrics
from bot.server import web_application
from bot.services.api_tokens import ApiTokens, Wish
from bot.web.ending import ENDING
from knowledge.library import Library
from tests.console.office import NOW, Office

ROOT = "/api/v1"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: bytes

    @property
    def said(self) -> Any:
        return orjson.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem."""
        assert self.headers["Content-Type"] == "application/problem+json"
        return str(self.said["code"])


@dataclass
class Program:
    """Something that shows a token; every deed has a key of its own unless one is given."""

    base: str
    http: aiohttp.ClientSession
    token: str
    keys: Any

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.call("GET", path, headers=headers)

    async def post(self, path: str, key: str = "", **fields: Any) -> Answer:
        headers = {"Idempotency-Key": key or f"key-{next(self.keys)}"}
        return await self.call("POST", path, headers=headers, json=fields)

    async def call(self, method: str, path: str, **options: Any) -> Answer:
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options["headers"] = shown | options.get("headers", {})
        url = URL(f"{self.base}{path if path.startswith('/api') else ROOT + path}", encoded=True)
        async with self.http.request(method, url, allow_redirects=False, **options) as answer:
            return Answer(answer.status, answer.headers, await answer.read())


@dataclass
class Served(Office):
    """A house whose API answers."""

    async def program(self, *scopes: str, name: str = "site", days: int = 30) -> Program:
        return await self.with_token(self.token(*scopes, name=name, days=days))

    async def with_token(self, token: str) -> Program:
        http = await self.stack.enter_async_context(aiohttp.ClientSession())
        return Program(self.base, http, token, count())

    def token(self, *scopes: str, name: str = "site", days: int = 30) -> str:
        return str(self.changes(lambda t: ApiTokens(t).make(Wish(name, scopes, days), "test")))

    def changes(self, what: Callable[[Transaction], Any]) -> Any:
        with self.house.database.write() as connection:
            return what(Transaction(connection, self.clock[0]))

    def works_with(self) -> ApiDesk:
        """What its API works with."""
        return app.api_desk(self.house)

    def trail(self, about: str) -> Sequence[tuple[Any, ...]]:
        said = "SELECT actor, action, object FROM audit_entry ORDER BY id"
        return [row for row in self.rows(said) if row[2].startswith(about)]


@asynccontextmanager
async def served(settings: Settings, library: Library, **more: Any) -> AsyncIterator[Served]:
    """The API and the staff pages of a house on a free port."""
    clock = [NOW]
    house = app.build(replace(settings, **more), (), lambda: clock[0], library)
    application = web_application(house.database, (), Metrics())
    application.add_routes(app.staff_routes(house))
    application.add_routes(app.api_routes(house))
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with AsyncExitStack() as stack:
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield Served(house, base, stack, application[ENDING], clock)
    await runner.cleanup()
    await house.inbox.close()
    house.database.close()
