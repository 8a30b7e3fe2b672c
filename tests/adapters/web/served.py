"""A whole house that serves the web channel on this machine, and the people who visit it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import text

from adapters.web import WebChannel
from bot import app, outbox
from bot.config import Settings
from bot.message import Address, Reply
from bot.metrics import Metrics
from bot.server import web_application
from knowledge.library import Library


@dataclass
class Served:
    """The house, and where it listens."""

    house: app.House
    base: str

    @property
    def channel(self) -> WebChannel:
        channel = self.house.channels["web"]
        assert isinstance(channel, WebChannel)
        return channel

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.house.database.read() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def change(self, statement: str) -> None:
        with self.house.database.write() as connection:
            connection.execute(text(statement))

    def only_address(self) -> Address:
        """Of the one person in this house."""
        [(address,)] = self.rows("SELECT address FROM conversation")
        return Address.parse(address)

    def tell(self, to: Address, *replies: Reply, wake: bool = True) -> None:
        """Say something without being asked, as a reminder does; without a wake-up it may be."""
        with self.house.database.write() as connection:
            drafts = [outbox.Draft(to, reply) for reply in replies]
            outbox.add(connection, drafts, self.house.now())
        if wake:
            self.house.wakeups.wake(str(to))


@asynccontextmanager
async def served(
    settings: Settings, library: Library, clock: Callable[[], datetime] = app.now
) -> AsyncIterator[Served]:
    """Open a house and listen on a free port until the block ends."""
    house = app.build(settings, ("web",), clock, library)
    application = web_application(house.database, house.channels.values(), Metrics())
    application.add_routes(app.public_routes(house))
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield Served(house, f"http://127.0.0.1:{port}")
    finally:
        await house.channels["web"].close()
        await runner.cleanup()
        await house.inbox.close()
        house.database.close()


class Visitor:
    """One browser: it keeps its cookies and counts its messages."""

    def __init__(self, served: Served, http: aiohttp.ClientSession) -> None:
        self.served, self.http = served, http
        self._ids = count(1)

    async def say(self, said: str = "", **fields: Any) -> dict[str, Any]:
        """Say something through the API; gives the answer of the house."""
        message = {"id": f"message-{next(self._ids)}", **({"text": said} if said else {}), **fields}
        async with self.http.post(self.at("/chat/api/messages"), json=message) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def look(self, after: int | None = None) -> dict[str, Any]:
        query = "" if after is None else f"?after={after}"
        async with self.http.get(self.at(f"/chat/api/messages{query}")) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def page(self, path: str = "/chat", **options: Any) -> "Page":
        async with self.http.get(self.at(path), **options) as answer:
            return Page(await answer.text(), answer.status)

    async def send(self, page: "Page", **fields: str) -> "Page":
        """Send the form at the foot of a page, as a browser without JavaScript does."""
        data = {**page.hidden, **fields}
        async with self.http.post(self.at(page.action), data=data) as answer:
            return Page(await answer.text(), answer.status)

    def at(self, path: str) -> str:
        return self.served.base + path


@asynccontextmanager
async def visiting(served: Served, **options: Any) -> AsyncIterator[Visitor]:
    """Somebody's browser, new to the house."""
    jar = aiohttp.CookieJar(unsafe=True)  # takes cookies of an address that is a number
    async with aiohttp.ClientSession(cookie_jar=jar, **options) as http:
        yield Visitor(served, http)


class Page(HTMLParser):
    """What a person finds on a page: its words, buttons and form."""

    def __init__(self, html: str, status: int) -> None:
        super().__init__()
        self.html, self.status = html, status
        self.words: list[str] = []
        self.buttons: dict[str, str] = {}  # label -> value
        self.links: dict[str, str] = {}  # label -> address
        self.hidden: dict[str, str] = {}
        self.action = ""
        self.language = ""
        self._inside: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html.partition("<template")[0])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "html":
            self.language = found["lang"] or ""
        if tag == "form" and found.get("class") == "composer":
            self.action = found["action"] or ""
        if tag == "input":
            self.hidden[found["name"] or ""] = found["value"] or ""
        if tag not in ("input", "meta", "link", "img"):
            self._inside.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1][0] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not data.strip() or not self._inside:
            return
        tag, found = self._inside[-1]
        if tag == "button" and found.get("value"):
            self.buttons[data.strip()] = found["value"] or ""
        elif tag == "a":
            self.links[data.strip()] = found.get("href") or ""
        elif tag == "textarea" or "dir" in found or found.get("class") == "notice":
            self.words.append(data.strip())
