"""`citybot run`: the whole house in one process, until Ctrl-C or SIGTERM."""

import asyncio
import gc
import os
import signal
import sys
from typing import Any

import click
import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot import app
from bot.cli import settings
from bot.cli.reach import give_up
from bot.cli.speech import TranslatedCommand, say, tell
from bot.config import BadSetting, Settings
from bot.i18n import _
from bot.metrics import Metrics
from bot.server import web_application

log = structlog.get_logger()
CHANNELS = ("web",)
DRAIN = 8.0  # seconds that requests under way may take after SIGTERM; then app.LANDING begins


@click.command(cls=TranslatedCommand, help=_("Serve the chat page and everything else."))
@click.option("--host", help=_("The address to listen on."))
@click.option("--port", type=int, help=_("The port to listen on; 0 takes a free one."))
@click.option("--public-url", help=_("How people reach this server from outside."))
@click.pass_context
def run(ctx: click.Context, /, **flags: Any) -> None:
    """Serve until stopped; says where, then is quiet."""
    chosen = settings(ctx, **flags)
    try:
        asyncio.run(serve(chosen))
    except BadSetting as error:  # one that only a channel understands
        raise click.UsageError(say(error.msgid, **error.values)) from error
    except OSError as error:
        reason = ": ".join(filter(None, (error.strerror or str(error), error.filename)))
        tell(_("That does not work here: {reason}"), reason=reason)
        sys.exit(1)
    except SQLAlchemyError as error:
        give_up(error)


async def serve(chosen: Settings) -> None:
    """Open the house, listen, and drain when told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    house = _built(chosen)
    application = web_application(house.database, house.channels.values(), Metrics())
    application.add_routes(app.rasa_routes(house))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=DRAIN)
    async with app.running(house):
        await runner.setup()
        try:
            await _listen(runner, chosen)
            _say_where(chosen, runner.addresses[0][1])
            await stop.wait()
            log.info("draining")
        finally:
            await runner.cleanup()


def _built(chosen: Settings) -> app.House:
    gc.disable()
    try:
        return app.build(chosen, CHANNELS)
    finally:
        gc.freeze()  # what stands now stays: no need to walk through it between two messages
        gc.enable()


async def _listen(runner: web.AppRunner, chosen: Settings) -> None:
    try:
        await web.TCPSite(runner, chosen.host, chosen.port).start()
    except OSError as error:
        tell(
            _("Cannot listen on {host}:{port}: {error}"),
            host=chosen.host,
            port=chosen.port,
            error=os.strerror(error.errno) if error.errno and error.errno > 0 else error,
        )
        sys.exit(1)


def _say_where(chosen: Settings, port: int) -> None:
    here = ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - what is listened on, not chosen here
    host = "localhost" if chosen.host in here else chosen.host
    host = f"[{host}]" if ":" in host else host
    base = chosen.public_url.rstrip("/") or f"http://{host}:{port}"
    click.echo(say(_("Chat page: {url}"), url=f"{base}/chat"))
    sys.stdout.flush()
