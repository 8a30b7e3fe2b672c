"""The web application: the channels' routes, health, metrics, and errors that stay kind."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.channel import Channel
from bot.database import Database
from bot.metrics import Metrics

log = structlog.get_logger()
BODY_LIMIT = 1024 * 1024  # of any request; channels set lower ones of their own
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def web_application(
    database: Database, channels: Iterable[Channel], metrics: Metrics
) -> web.Application:
    """All routes in one application; nothing of it listens yet."""
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_measured(metrics), _kindly])
    app.router.add_get("/livez", _livez)
    app.router.add_get("/healthz", _livez)
    app.router.add_get("/readyz", _readyz(database))
    app.router.add_get("/metrics", _shown(metrics))
    for channel in channels:
        app.add_routes(channel.routes())
    return app


async def _livez(_request: web.Request) -> web.Response:
    """The process answers; says nothing of what it depends on."""
    return web.json_response({"status": "ok"})


def _readyz(database: Database) -> Handler:
    """Whether the database answers, so that a balancer sends people here."""

    async def readyz(_request: web.Request) -> web.Response:
        try:
            await asyncio.to_thread(_touch, database)
        except SQLAlchemyError:
            return web.json_response({"status": "no database"}, status=503)
        return web.json_response({"status": "ok"})

    return readyz


def _touch(database: Database) -> None:
    with database.read() as connection:
        connection.execute(text("SELECT 1"))


def _shown(metrics: Metrics) -> Handler:
    """The metrics, for this machine only: they are no secret, but nobody else's business."""

    async def show(request: web.Request) -> web.Response:
        if request.remote not in ("127.0.0.1", "::1"):
            raise web.HTTPNotFound
        return web.Response(body=metrics.page(), content_type="text/plain", charset="utf-8")

    return show


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
        finally:
            metrics.request(request.method, status, time.perf_counter() - begun)
        return response

    return measure


@web.middleware
async def _kindly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No traceback reaches anybody: an unforeseen error is logged, and is a bare 500."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except SQLAlchemyError as error:
        log.warning("database_unreachable", error=type(error).__name__)
        return web.json_response({"error": "unavailable"}, status=503, headers={"Retry-After": "5"})
    except Exception:
        log.exception("request_failed", path=request.path)
        return web.json_response({"error": "internal"}, status=500)
