"""The web application round the channels: health, metrics, and errors that stay kind."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.exc import OperationalError

from bot.channel import Channel, Desk
from bot.database import Database
from bot.figures import Figures
from bot.message import Capabilities
from bot.metrics import Metrics
from bot.networks import read_networks
from bot.server import BODY_LIMIT, web_application
from tests.postgres import POSTGRES
from tests.services.test_retention import NOW, heard, replied

SECRET = "what went wrong, in detail"


class Fragile(Channel):
    """A channel whose handlers break in every way, and whose stream only ends when closed."""

    name = "fragile"
    can = Capabilities()
    fetches = True

    def __init__(self, desk: Desk | None = None) -> None:
        self.closed = asyncio.Event()
        self.entered = asyncio.Event()

    def routes(self) -> Iterable[web.RouteDef]:
        yield web.get("/broken", self._broken)
        yield web.get("/no-database", self._no_database)
        yield web.get("/teapot", self._teapot)
        yield web.get("/slow", self._slow)
        yield web.get("/gone", self._gone)
        yield web.get("/stream", self._stream)
        yield web.post("/echo", self._echo)

    async def close(self) -> None:
        self.closed.set()

    async def _broken(self, _request: web.Request) -> web.Response:
        raise RuntimeError(SECRET)

    async def _no_database(self, _request: web.Request) -> web.Response:
        raise OperationalError("SELECT secret", {"of": "anna"}, Exception(SECRET))

    async def _teapot(self, _request: web.Request) -> web.Response:
        raise web.HTTPForbidden(text="not for you")

    async def _slow(self, _request: web.Request) -> web.Response:
        self.entered.set()
        await asyncio.sleep(60)
        return web.Response()

    async def _gone(self, _request: web.Request) -> web.Response:
        raise ConnectionResetError("the browser left")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        self.entered.set()
        await self.closed.wait()
        return response

    async def _echo(self, request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))


@asynccontextmanager
async def server(
    database: Database, metrics: Metrics | None = None
) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web_application(database, [Fragile()], metrics or Metrics())
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def client(sqlite_url: str) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    database = Database(sqlite_url)
    async with server(database) as client:
        yield client
    database.close()


async def seen(client: TestClient[web.Request, web.Application], path: str) -> tuple[int, object]:
    async with client.get(path) as response:
        return response.status, await response.json()


# -- health ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/livez", "/healthz", "/readyz"])
async def test_a_balancer_finds_a_house_that_is_well(database: Database, path: str) -> None:
    async with server(database) as client:
        assert await seen(client, path) == (200, {"status": "ok"})


async def test_without_its_postgresql_a_house_lives_but_is_not_ready(postgres_url: str) -> None:
    """Gone while it runs, and ready again when it is back."""
    database = Database(postgres_url)
    name = postgres_url.rpartition("/")[2]
    async with server(database) as client:
        assert (await seen(client, "/readyz"))[0] == 200
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            admin.execute(ended, (name,))
            assert await seen(client, "/readyz") == (503, {"status": "no database"})
            assert await seen(client, "/livez") == (200, {"status": "ok"})
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        assert await seen(client, "/readyz") == (200, {"status": "ok"})
    database.close()


async def test_without_its_sqlite_file_a_house_is_not_ready(
    sqlite_url: str, tmp_path: Path
) -> None:
    """SQLite makes an empty file where there is none: answering is not enough."""
    (tmp_path / "citybot.sqlite3").unlink()
    database = Database(sqlite_url)
    async with server(database) as client:
        assert await seen(client, "/readyz") == (503, {"status": "no database"})
    database.close()


async def test_a_database_nobody_can_open_is_not_ready() -> None:
    database = Database("sqlite:////proc/nowhere/citybot.sqlite3")
    async with server(database) as client:
        assert await seen(client, "/readyz") == (503, {"status": "no database"})
        assert await seen(client, "/livez") == (200, {"status": "ok"})
    database.close()


async def test_a_database_that_hangs_is_not_ready(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds the table: the balancer hears so in time instead of waiting with us."""
    monkeypatch.setattr("bot.server._READY_SECONDS", 0.2)
    database = Database(postgres_url)
    plain = postgres_url.replace("+psycopg", "")
    async with server(database) as client:
        with psycopg.connect(plain) as other:
            other.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
            assert await seen(client, "/readyz") == (503, {"status": "no database"})
        assert await seen(client, "/readyz") == (200, {"status": "ok"})
    await asyncio.get_running_loop().shutdown_default_executor()  # the look that hung is over
    database.close()


# -- metrics ---------------------------------------------------------------------------------


async def test_the_metrics_are_shown_on_this_machine(
    client: TestClient[web.Request, web.Application],
) -> None:
    await client.get("/livez")
    await client.get("/nowhere")
    async with client.get("/metrics") as response:
        page = await response.text()
        assert response.status == 200
        assert response.content_type == "text/plain"
    assert 'citybot_requests_total{method="GET",status="200"} 1.0' in page
    assert 'citybot_requests_total{method="GET",status="404"} 1.0' in page
    assert "citybot_request_seconds_count 2.0" in page


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": ""},
        {"Forwarded": "for=203.0.113.7"},
        {"X-Real-IP": "203.0.113.7"},
    ],
)
async def test_the_metrics_are_not_shown_through_a_proxy_of_this_machine(
    client: TestClient[web.Request, web.Application], headers: dict[str, str]
) -> None:
    """A proxy beside us comes from loopback too; whoever stands behind it does not."""
    async with client.get("/metrics", headers=headers) as response:
        assert response.status == 404
        assert "citybot" not in await response.text()


@pytest.mark.parametrize(
    ("remote", "status"),
    [
        ("127.0.0.1", 200),
        ("127.8.8.8", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("10.0.0.7", 404),
        ("::ffff:10.0.0.7", 404),
        ("203.0.113.7", 404),
        ("", 404),
        ("unix:", 404),
    ],
)
async def test_the_metrics_are_shown_to_nobody_from_elsewhere(
    sqlite_url: str, remote: str, status: int
) -> None:
    """The address is put in where aiohttp would have found it."""
    database = Database(sqlite_url)
    app = web_application(database, [], Metrics())

    @web.middleware
    async def from_there(
        request: web.Request, handler: Callable[[web.Request], AsyncIterator[web.Response]]
    ) -> web.StreamResponse:
        return await handler(request.clone(remote=remote))

    app.middlewares.insert(0, from_there)
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/metrics")).status == status
    database.close()


@pytest.mark.parametrize(
    ("remote", "is_shown"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.1.2.3", False),
        ("::1", True),
        ("", False),
    ],
)
def test_metrics_are_shown_to_networks_that_are_named(remote: str, is_shown: bool) -> None:
    assert Metrics(read_networks("10.0.0.0/8, fd00::/8")).shows(remote) is is_shown


def test_a_made_up_method_makes_no_metric_of_its_own() -> None:
    metrics = Metrics()
    for n in range(1000):
        metrics.request(f"BREW{n}", 405, 0.1)
    page = metrics.page().decode()
    assert 'citybot_requests_total{method="other",status="405"} 1000.0' in page
    assert "BREW" not in page


def waiting(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("citybot_waiting{")]


async def test_what_waits_is_counted_when_it_is_asked(database: Database) -> None:
    for number, state in enumerate(["new", "new", "done", "dead"]):
        heard(database, NOW, event_id=str(number), state=state)
    for state in ("queued", "queued", "queued", "parked", "sent"):
        replied(database, NOW, state=state)
    async with server(database) as client, client.get("/metrics") as response:
        assert waiting(await response.text()) == [
            'citybot_waiting{table="inbox"} 2.0',
            'citybot_waiting{table="outbox"} 3.0',
        ]


async def test_what_waits_is_not_said_while_nobody_knows_it() -> None:
    database, metrics = Database("sqlite:////proc/nowhere/citybot.sqlite3"), Metrics()
    metrics.stands(Figures(waiting={"inbox": 3}))
    async with server(database, metrics) as client, client.get("/metrics") as response:
        assert (response.status, waiting(await response.text())) == (200, [])
    database.close()


def test_two_houses_in_one_process_count_apart() -> None:
    one, two = Metrics(), Metrics()
    one.stands(Figures(waiting={"inbox": 3}))
    assert b'citybot_waiting{table="inbox"} 3.0' in one.page()
    assert b'citybot_waiting{table="inbox"}' not in two.page()


# -- errors ----------------------------------------------------------------------------------


async def test_an_unforeseen_error_is_a_bare_500(
    client: TestClient[web.Request, web.Application],
) -> None:
    async with client.get("/broken") as response:
        assert response.status == 500
        assert await response.json() == {"error": "internal"}
    assert (await client.get("/livez")).status == 200


async def test_a_database_error_asks_to_come_again_and_tells_no_detail(
    client: TestClient[web.Request, web.Application],
) -> None:
    async with client.get("/no-database") as response:
        assert response.status == 503
        assert response.headers["Retry-After"] == "5"
        assert await response.json() == {"error": "unavailable"}


async def test_an_answer_a_channel_chose_is_left_as_it_is(
    client: TestClient[web.Request, web.Application],
) -> None:
    async with client.get("/teapot") as response:
        assert (response.status, await response.text()) == (403, "not for you")


@pytest.mark.parametrize("path", ["/nowhere", "/../etc/passwd", "/%00", "/livez/"])
async def test_an_unknown_address_is_a_404_without_a_trace(
    client: TestClient[web.Request, web.Application], path: str
) -> None:
    async with client.get(path) as response:
        assert response.status == 404
        assert "Traceback" not in await response.text()


async def test_nothing_here_is_said_in_the_language_of_the_browser(
    client: TestClient[web.Request, web.Application],
) -> None:
    async with client.get("/nowhere", headers={"Accept-Language": "de"}) as response:
        assert await response.text() == "Hier gibt es nichts."
        assert "Server" not in response.headers


async def test_a_body_over_the_limit_is_refused(
    client: TestClient[web.Request, web.Application],
) -> None:
    async with client.post("/echo", data=BytesIO(b"x" * BODY_LIMIT)) as response:
        assert (response.status, await response.text()) == (200, str(BODY_LIMIT))
    async with client.post("/echo", data=BytesIO(b"x" * (BODY_LIMIT + 1))) as response:
        assert response.status == 413


@pytest.mark.parametrize(
    ("path", "status"), [("/broken", "500"), ("/no-database", "503"), ("/teapot", "403")]
)
async def test_every_outcome_is_counted_as_what_it_was(
    sqlite_url: str, path: str, status: str
) -> None:
    database, metrics = Database(sqlite_url), Metrics()
    async with server(database, metrics) as client:
        await client.get(path)
    counted = f'citybot_requests_total{{method="GET",status="{status}"}} 1.0'
    assert counted in metrics.page().decode()
    database.close()


async def test_a_client_that_left_is_not_counted_as_our_fault(sqlite_url: str) -> None:
    database, metrics = Database(sqlite_url), Metrics()
    async with server(database, metrics) as client, ClientSession() as visitor:
        await visitor.get(client.make_url("/gone"))
    page = metrics.page().decode()
    assert 'status="499"' in page
    assert 'status="500"' not in page
    database.close()


async def test_draining_does_not_wait_for_streams_that_never_end(sqlite_url: str) -> None:
    """A stream is told to end when draining begins; the request under way still gets its answer."""
    database = Database(sqlite_url)
    channel = Fragile()
    runner = web.AppRunner(web_application(database, [channel], Metrics()), shutdown_timeout=30)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as visitor:
        listening = asyncio.create_task(
            visitor.get(f"http://127.0.0.1:{runner.addresses[0][1]}/stream")
        )
        await channel.entered.wait()
        async with asyncio.timeout(5):
            await runner.cleanup()
        assert (await listening).status == 200
        assert await (await listening).read() == b""
    database.close()


async def test_a_channel_that_still_sends_is_not_closed_by_draining(sqlite_url: str) -> None:
    database, channel = Database(sqlite_url), Sending()
    runner = web.AppRunner(web_application(database, [channel], Metrics()))
    await runner.setup()
    await runner.cleanup()
    assert not channel.closed
    database.close()


class Sending(Channel):
    """A channel that is sent to."""

    name = "sending"
    can = Capabilities()

    def __init__(self) -> None:
        self.closed = False

    async def close(self) -> None:
        self.closed = True
