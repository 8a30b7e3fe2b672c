"""The web application: the channels' routes, health, metrics, and errors that stay kind."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from sqlalchemy.exc import SQLAlchemyError

from bot.channel import Channel
from bot.database import Database
from bot.figures import Figures, figures
from bot.metrics import Metrics
from bot.web.ending import ENDING
from bot.web.headers import ALWAYS
from bot.web.language import language_of
from bot.web.problem import NOT_FOUND, Problem

log = structlog.get_logger()
BODY_LIMIT = 1024 * 1024  # of any request; channels set lower ones of their own
_READY_SECONDS = 5.0  # a database that takes longer to say a word is not there
_CLIENT_GONE = 499  # as nginx counts it: nobody was there any more to hear the answer
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
_BARE = web.HTTPNotFound().text
_THEIRS = (HttpProcessingError, web.RequestPayloadError)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _is_ours(record: logging.LogRecord) -> bool:
    """What is no HTTP, or packed so that nobody can read it, is answered 400: no error of ours."""
    return not (record.exc_info and isinstance(record.exc_info[1], _THEIRS))


def web_application(
    database: Database, channels: Iterable[Channel], metrics: Metrics
) -> web.Application:
    """All routes in one application; nothing of it listens yet."""
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_measured(metrics), _kindly])
    app[ENDING] = asyncio.Event()
    app.router.add_get("/livez", _livez)
    app.router.add_get("/healthz", _livez)
    app.router.add_get("/readyz", _readyz(database))
    app.router.add_get("/metrics", _shown(metrics, database))
    logging.getLogger("aiohttp.server").addFilter(_is_ours)  # added once, however often
    opened = tuple(channels)
    for channel in opened:
        app.add_routes(channel.routes())
    app.on_shutdown.append(_end_streams(opened))
    app.on_response_prepare.append(_nameless)
    return app


def _end_streams(channels: Iterable[Channel]) -> Callable[[web.Application], Awaitable[None]]:
    """Draining waits for open requests, and a stream is one that never ends by itself."""

    async def end(app: web.Application) -> None:
        app[ENDING].set()
        for channel in channels:
            if channel.fetches:  # the others are sent to: they close when their last reply is out
                await channel.close()

    return end


async def _nameless(_request: web.Request, response: web.StreamResponse) -> None:
    """Which program in which version answers is of use to nobody but who looks for its holes."""
    response.headers.popall("Server", None)


async def _livez(_request: web.Request) -> web.Response:
    """The process answers; says nothing of what it depends on."""
    return web.json_response({"status": "ok"})


def _readyz(database: Database) -> Handler:
    """Whether the database answers, so that a balancer sends people here."""

    async def readyz(_request: web.Request) -> web.Response:
        if await _has_tables(database):
            return web.json_response({"status": "ok"})
        return web.json_response({"status": "no database"}, status=503)

    return readyz


async def _has_tables(database: Database) -> bool:
    """Whether it answers and is ours; an SQLite file that was taken away comes back empty."""
    try:
        async with asyncio.timeout(_READY_SECONDS):
            return await asyncio.to_thread(database.schema) is not None
    except (SQLAlchemyError, TimeoutError):
        return False


def _shown(metrics: Metrics, database: Database) -> Handler:
    """The metrics, for this machine and who is named: no secret, but nobody else's business."""

    async def show(request: web.Request) -> web.Response:
        # A proxy on this machine speaks for somebody else.
        is_forwarded = any(name in request.headers for name in _FORWARDED)
        if is_forwarded or not metrics.shows(request.remote or ""):
            raise web.HTTPNotFound
        metrics.stands(await _counted(database))
        return web.Response(body=metrics.page(), content_type="text/plain", charset="utf-8")

    return show


async def _counted(database: Database) -> Figures | None:
    """How it stands now; None while the database does not say."""
    try:
        async with asyncio.timeout(_READY_SECONDS):
            return await asyncio.to_thread(figures, database, datetime.now(UTC))
    except (SQLAlchemyError, TimeoutError):
        return None


def _measured(metrics: Metrics) -> Any:
    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        begun = time.perf_counter()
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as error:
            status = error.status
            raise
        except asyncio.CancelledError:
            status = _CLIENT_GONE
            raise
        finally:
            metrics.request(request.method, status, time.perf_counter() - begun)
        return response

    return measure


def _nothing_here(request: web.Request, error: web.HTTPNotFound) -> web.StreamResponse:
    """A sentence in the visitor's language; what a room has said itself stays."""
    if error.text != _BARE:
        raise error
    said = Problem(NOT_FOUND).told(language_of(request) or "en")
    return web.Response(status=404, text=said, headers={**ALWAYS, "Cache-Control": "no-store"})


@web.middleware
async def _kindly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No traceback reaches anybody: an unforeseen error is logged, and is a bare 500."""
    try:
        return await handler(request)
    except web.HTTPNotFound as error:
        return _nothing_here(request, error)
    except web.HTTPException:
        raise
    except ConnectionResetError:  # they left in the middle: nobody reads this
        return web.Response(status=_CLIENT_GONE)
    except SQLAlchemyError as error:
        log.warning("database_unreachable", error=type(error).__name__)
        return web.json_response({"error": "unavailable"}, status=503, headers={"Retry-After": "5"})
    except Exception:
        log.exception("request_failed", path=request.path)
        return web.json_response({"error": "internal"}, status=500)
