"""Measures the console as the team uses it: signed in, page by page, before a full database."""

import asyncio
import gzip
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from statistics import median
from typing import Final

from aiohttp import ClientSession, CookieJar, web
from yarl import URL

from bot import app
from bot.cli.bench import console_said
from bot.cli.bench.bulk import Bulk
from bot.cli.bench.console_matters import Matters, write_matters
from bot.cli.bench.console_rows import Size, write_talks
from bot.cli.bench.databases import described, is_reachable, scratch
from bot.cli.bench.looks import Look, known, looks
from bot.cli.bench.painted import Painted, painted
from bot.cli.bench.peers import Broken
from bot.cli.bench.plans import noted, reads_whole
from bot.config import Settings
from bot.dialog import Transaction
from bot.metrics import Metrics
from bot.server import web_application
from bot.services.staff import Staff

_PASSWORD: Final = "four unrelated green words"  # noqa: S105 - of a house that is thrown away
_LINKED = re.compile(r'(?:src|href)="([^"]+[.](?:js|css|svg|png|ico|woff2))"')
_WHOLE: Final = 3  # rounds of what is all there is: they take long, and promise nothing


@dataclass(frozen=True, slots=True)
class Plan:
    """How much there is, how often each page is asked for, and whether a browser shows some."""

    messages: int
    people: int
    rounds: int
    postgres: str
    paint: bool = False

    @property
    def size(self) -> Size:
        """What is laid into the tables."""
        return Size(self.messages, self.people)


@dataclass(frozen=True, slots=True)
class Timed:
    """A page. Times in seconds; bytes as they travel, packed: of the page, all it loads, scripts.

    `is_promised`: not one that hands out or checks all there is.
    """

    address: str
    is_promised: bool
    p50: float
    p95: float
    page: int
    loaded: int
    scripts: int

    @property
    def weight(self) -> int:
        """The page with all that it loads."""
        return self.page + self.loaded


@dataclass(frozen=True, slots=True)
class Figure:
    """One database.

    filled  seconds until all rows were in it
    whole   the lists that are not read along an index, by address
    paints  what a browser showed; nothing without one
    """

    database: str
    filled: float
    pages: tuple[Timed, ...]
    whole: tuple[str, ...]
    paints: tuple[Painted, ...] = ()


def measure(plan: Plan, folder: Path, tell: Callable[[str], None]) -> tuple[Figure, ...]:
    """All databases there are, one after the other."""
    with ExitStack() as stack:
        urls = {"SQLite": ""}
        if is_reachable(plan.postgres):
            urls["PostgreSQL"] = stack.enter_context(scratch(plan.postgres))
        return tuple(_measured(folder / name, url, plan, tell) for name, url in urls.items())


def _measured(folder: Path, url: str, plan: Plan, tell: Callable[[str], None]) -> Figure:
    folder.mkdir()
    now = datetime.now(UTC)
    settings = Settings(data_dir=folder, database_url=url, secret="of a bench")  # noqa: S106 - of nobody
    house = app.build(settings, ("web",), lambda: now)
    told = described(str(house.database.url))
    tell(f"{told}: {plan.messages:,} + {plan.people:,}")
    begun = time.perf_counter()
    words = _filled(house, plan.size)
    filled = time.perf_counter() - begun
    tell(f"{told}: {plan.rounds} ×")
    measuring = _Measuring(house, plan, words)
    pages, whole, paints = asyncio.run(measuring.run())
    house.database.close()
    return Figure(told, filled, pages, whole, paints)


def _filled(house: app.House, size: Size) -> console_said.Vocabulary:
    """Lay everything into the tables."""
    words = console_said.lay_out(house.database, house.library.articles)
    write_talks(Bulk(house.database), size, house.now())
    write_matters(house, size)
    console_said.clear(house.database)
    return words


@dataclass(frozen=True, slots=True)
class _Measuring:
    """One house, looked at."""

    house: app.House
    plan: Plan
    words: console_said.Vocabulary

    async def run(self) -> tuple[tuple[Timed, ...], tuple[str, ...], tuple[Painted, ...]]:
        """Every page, and the lists that are not read along an index."""
        async with AsyncExitStack() as stack:
            application, base = await stack.enter_async_context(_served(self.house))
            anna = await stack.enter_async_context(_browser(base))
            stranger = await stack.enter_async_context(_browser(base))
            token = await self._sign_in(anna)
            article = min(one.slug for one in self.house.library.articles)
            asked = known(
                self.words,
                Matters(self.plan.size),
                self.house.now(),
                token=token,
                article=article,
            )
            pages, wrong, weights = list[Timed](), list[str](), dict[str, int]()
            for look in looks(application.router.resources(), asked):
                browser = stranger if look.is_abroad else anna
                with noted(self.house.database) as statements:
                    body = await _ask(browser, look.address)
                if look.is_lined and reads_whole(self.house.database, statements):
                    wrong.append(look.name)
                took = [await self._timed(browser, look) for _again in range(self._rounds(look))]
                pages.append(_page(look, took, body, await _weighed(browser, body, weights)))
            rounds = min(self.plan.rounds, _WHOLE) if self.plan.paint else 0
            paints = await painted(base, anna.cookie_jar, rounds) if rounds else ()
            await self.house.inbox.close()
        return tuple(pages), tuple(wrong), paints

    def _rounds(self, look: Look) -> int:
        return min(self.plan.rounds, _WHOLE) if look.is_whole else self.plan.rounds

    async def _timed(self, browser: ClientSession, look: Look) -> float:
        begun = time.perf_counter()
        await _ask(browser, look.address)
        return time.perf_counter() - begun

    async def _sign_in(self, browser: ClientSession) -> str:
        """As an administrator; gives the link of somebody who has not chosen a password yet."""
        tokens = [self._invited(name) for name in ("anna", "ben")]
        form = {"password": _PASSWORD, "csrf": ""}
        welcome = f"/console/welcome/{tokens[0]}"
        async with browser.post(welcome, data=form, allow_redirects=False) as answer:
            if answer.status != 303:
                raise Broken(f"{welcome.rpartition('/')[0]}: {answer.status}")
        return tokens[1]

    def _invited(self, name: str) -> str:
        with self.house.database.write() as connection:
            staff = Staff(Transaction(connection, self.house.now()))
            return staff.invite(staff.add(name, "admin", "bench"), "bench")


@asynccontextmanager
async def _served(house: app.House) -> AsyncIterator[tuple[web.Application, str]]:
    """The console's pages at an address of this machine alone."""
    application = web_application(house.database, (), Metrics())
    application.add_routes(app.staff_routes(house))
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield application, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _browser(base: str) -> ClientSession:
    """Keeps cookies, also of a bare address; takes what comes as it travels."""
    jar = CookieJar(unsafe=True)
    headers = {"Accept-Encoding": "gzip"}
    return ClientSession(base, cookie_jar=jar, headers=headers, auto_decompress=False)


async def _ask(browser: ClientSession, address: str) -> bytes:
    url = URL(address, encoded=True)
    async with browser.get(url, allow_redirects=False) as answer:
        body = await answer.read()
        if answer.status != 200:
            raise Broken(f"{address}: {answer.status}")
        return body


async def _weighed(browser: ClientSession, body: bytes, weights: dict[str, int]) -> tuple[int, int]:
    """Bytes of everything a page loads, and of its scripts; each file is fetched once."""
    linked = dict.fromkeys(_LINKED.findall(body.decode(errors="replace")))
    for path in linked:
        if path not in weights:
            weights[path] = len(_packed(await _ask(browser, path)))
    scripts = sum(weights[path] for path in linked if path.endswith(".js"))
    return sum(weights[path] for path in linked), scripts


def _packed(body: bytes) -> bytes:
    """As a proxy packs what is not packed yet."""
    return body if body.startswith(b"\x1f\x8b") else gzip.compress(body, 6, mtime=0)


def _page(look: Look, took: Sequence[float], body: bytes, loaded: tuple[int, int]) -> Timed:
    ordered = sorted(took)
    p95 = ordered[ceil(len(ordered) * 0.95) - 1]
    times = (median(ordered), p95)
    return Timed(look.name, not look.is_whole, *times, len(_packed(body)), *loaded)
