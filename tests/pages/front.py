"""The public pages of a town: its events and people, and a browser without a script in front."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import aiohttp
from aiohttp import web

from bot import app
from bot.config import Settings
from bot.metrics import Metrics
from bot.server import web_application
from bot.services.checkins import CheckIns
from bot.services.events import Event
from bot.services.fields import check_fields
from bot.services.passes import Passes
from bot.services.registration import Registration
from knowledge.library import Library
from tests import eventful
from tests.script import Chat

PUBLIC = "https://chat.example.org"
FIELDS = check_fields(
    [
        {"id": "name", "kind": "text", "personal": True, "ask": "Name?", "reason": "your tag"},
        {"id": "email", "kind": "email", "ask": "E-mail?", "reason": "for news"},
        {"id": "born", "kind": "date", "required": False, "ask": "Born on?", "collect_on": "web"},
        {
            "id": "role", "kind": "choice", "ask": "Role?", "collect_on": "web",
            "options": [{"id": "city", "label": "From a city"}, {"id": "free", "label": "Free"}],
        },
        {
            "id": "needs", "kind": "choices", "required": False, "sensitive": True,
            "ask": "Needs?", "reason": "access",
            "options": [{"id": "lift", "label": "A lift"}, {"id": "halal", "label": "Halal food"}],
        },
    ]
)  # fmt: skip
ANSWERS = {"name": "Anna", "email": "anna@example.org", "role": "city"}
FILLED = {f"f.{name}": value for name, value in ANSWERS.items()}


class Page(HTMLParser):
    """What came back: its words, its forms and its links."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        super().__init__()
        self.status, self.headers, self.body = status, headers, body
        self.html = body.decode("utf-8", "replace")
        self.language = ""
        self.texts: list[str] = []
        self.links: list[str] = []
        self.actions: list[str] = []
        self.fields: dict[str, str] = {}
        self.ticked: set[str] = set()
        self._hidden = 0
        self._area = self._select = ""
        if "html" in headers.get("Content-Type", ""):
            self.feed(self.html)

    @property
    def words(self) -> str:
        """All that is read, with single blanks."""
        return " ".join(" ".join(self.texts).split())

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))

    @property
    def errors(self) -> list[str]:
        """What is said to be wrong, beside the questions."""
        found = re.findall(r'<p class="error"[^>]*>(.*?)</p>', self.html, re.DOTALL)
        return [text.replace("&#39;", "'") for text in found]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.language = found["lang"] if tag == "html" else self.language
        self._hidden += tag in ("script", "style", "svg", "option")
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag == "form":
            self.actions.append(found["action"])
        if tag in ("input", "textarea", "select", "button") and found.get("name"):
            if found.get("type") in ("checkbox", "radio"):
                self.ticked |= {found["name"]} if "checked" in found else set()
            else:
                self.fields[found["name"]] = found.get("value", "")
        self._area = found.get("name", "") if tag == "textarea" else self._area
        self._select = found.get("name", "") if tag == "select" else self._select
        if tag == "option" and self._select and "selected" in found:
            self.fields[self._select] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":  # a line end right behind the tag is not part of it
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select
        self._hidden -= tag in ("script", "style", "svg", "option")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data
        if not self._hidden:
            self.texts.append(data)


@dataclass
class Front:
    """A house with its public pages, its clock, and Anna, who talks to it on a messenger."""

    chat: Chat
    base: str
    http: aiohttp.ClientSession
    application: web.Application
    clock: list[datetime] = field(default_factory=list)

    @property
    def house(self) -> app.House:
        return self.chat.house

    async def get(self, path: str, **headers: str) -> Page:
        return await self.ask("GET", path, headers=headers)

    async def post(self, path: str, data: Any = None, **headers: str) -> Page:
        return await self.ask("POST", path, data=data or {}, headers=headers)

    async def ask(self, method: str, path: str, **options: Any) -> Page:
        url = self.base + path.removeprefix(PUBLIC)
        async with self.http.request(method, url, allow_redirects=False, **options) as answer:
            return Page(answer.status, answer.headers, await answer.read())

    def wait(self, how_long: timedelta) -> None:
        """Time passes; nothing happens by itself."""
        self.clock[0] += how_long

    def does(self, what: Any) -> Any:
        return eventful.run(self.house.database, what, self.clock[0])

    def holds(self, event: Event = eventful.SCHOOL, **changes: Any) -> Event:
        return eventful.held(self.house.database, event, **changes)

    def registers(self, person: str, **other: Any) -> Registration:
        """Somebody registers, elsewhere than on a page."""
        if not self.rows("SELECT 1 FROM person WHERE id = :id", id=person):
            eventful.meet(self.house.database, person)
        return eventful.register(self.house.database, person, self.clock[0], **other).registration

    def place(self, registration: Registration) -> str:
        """The page of a registration."""
        return f"/r/{Passes(self.house.settings).make(registration.reference or '')}"

    def door(self, event: Event = eventful.SCHOOL) -> str:
        """The page at the door."""
        return f"/checkin/{self.does(lambda t: CheckIns(t).make_link(event))}"

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        from sqlalchemy import text

        with self.house.database.read() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    async def said(self) -> list[str]:
        """What the house says by itself: sent now."""
        before = len(self.chat.channel.sent)
        while await self.house.deliverer.deliver():
            pass
        return [reply.text for _to, reply in self.chat.channel.sent[before:]]


@asynccontextmanager
async def fronted(settings: Settings, library: Library) -> AsyncIterator[Front]:
    """A house on a messenger that is not its own, and its pages on a free port."""
    clock = [eventful.NOW]
    chosen = replace(settings, public_url=PUBLIC, own_channels="web", organisation="Citymakers")
    async with Chat.opened(chosen, library, lambda: clock[0]) as chat:
        channels = chat.house.channels.values()
        application = web_application(chat.house.database, channels, Metrics())
        application.add_routes(app.public_routes(chat.house))
        runner = web.AppRunner(application, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as http:
            yield Front(chat, base, http, application, clock)
        await runner.cleanup()


@asynccontextmanager
async def pages_anew(front: Front) -> AsyncIterator[Front]:
    """The pages made again, so that they take the channel as it is now."""
    application = web.Application()
    application.add_routes(app.public_routes(front.house))
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield replace(front, base=f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()
