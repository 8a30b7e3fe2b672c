"""`citybot run`: the house, whole or in one of its roles, until Ctrl-C or SIGTERM."""

import asyncio
import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import click
import structlog
from aiohttp import web
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from adapters import known, served
from bot import app
from bot.channel import Channel, SendError
from bot.cli import settings
from bot.cli.health import why
from bot.cli.reach import give_up
from bot.cli.speech import TranslatedCommand, say, tell
from bot.config import BadSetting, Settings
from bot.console.team import WELCOME
from bot.dialog import Transaction
from bot.i18n import _
from bot.processes import ROLES, read_roles
from bot.server import web_application
from bot.services.staff import first_link

log = structlog.get_logger()
# For pages, deliveries and looks of the clock that wait for the database. As few as Python takes on
# two cores, a handful of slow pages would hold up everything that is said.
THREADS = 12  # and fewer than the database has connections for us, see database.py
# New objects before Python looks for rings among them: a turn makes hundreds, and hardly a ring.
_GARBAGE = 20_000
_M_ARENA_MAX = -8
DRAIN = 8.0  # seconds that requests under way may take after SIGTERM; then running.LANDING begins


@click.command(cls=TranslatedCommand, help=_("Serve the chat page and everything else."))
@click.option("--host", help=_("The address to listen on."))
@click.option("--port", type=int, help=_("The port to listen on; 0 takes a free one."))
@click.option("--public-url", help=_("How people reach this server from outside."))
@click.option(
    "--roles", help=_("What this process does: web, worker, delivery, clock; default: all.")
)
@click.pass_context
def run(ctx: click.Context, /, **flags: Any) -> None:
    """Serve until stopped; says where, then is quiet."""
    chosen = settings(ctx, **flags)
    _keep_memory_together()
    _open_many_files()
    try:
        with asyncio.Runner(loop_factory=_loop()) as runner:
            runner.run(serve(chosen))
    except BadSetting as error:  # one that only a channel understands
        raise click.UsageError(say(error.msgid, **error.values)) from error
    except OSError as error:
        reason = ": ".join(filter(None, (error.strerror or str(error), error.filename)))
        tell(_("That does not work here: {reason}"), reason=reason)
        sys.exit(1)
    except SQLAlchemyError as error:
        give_up(error)


def _keep_memory_together() -> None:
    """Two heaps for all threads: glibc gives each its own, and memory grew for hours.

    https://man7.org/linux/man-pages/man3/mallopt.3.html, M_ARENA_MAX
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _open_many_files() -> None:
    """As many as we may: who writes to us and what we send takes one each, and most may have 1024.

    https://man7.org/linux/man-pages/man2/getrlimit.2.html
    """
    with suppress(ImportError, OSError, ValueError):  # Windows counts none
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster loop where there is one: uvloop does not know Windows."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop


async def serve(chosen: Settings) -> None:
    """Open the house, listen, and drain when told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, "house"))
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    roles = read_roles(chosen.roles)
    _refuse_split(chosen, roles)
    house = _built(chosen)
    is_web = "web" in roles
    runner = web.AppRunner(_application(house, is_web), access_log=None, shutdown_timeout=DRAIN)
    async with app.running(house):
        first = await asyncio.to_thread(_first_link, house) if is_web else None
        await runner.setup()
        try:
            await _listen(runner, chosen)
            ours = chosen if is_web else replace(chosen, public_url="")  # that is of the pages
            _say_where(_base(ours, runner.addresses[0][1]), roles, first)
            doors = asyncio.create_task(_say_doors(house.channels.values() if is_web else ()))
            await stop.wait()
            log.info("draining")
            doors.cancel()
        finally:
            await runner.cleanup()


def _refuse_split(chosen: Settings, roles: Collection[str]) -> None:
    """SQLite has one writer: shared out among processes it would only be slower."""
    if set(roles) != set(ROLES) and chosen.database().startswith("sqlite"):
        why = _(
            "Setting {key}: with SQLite one process does everything. "
            "Several need PostgreSQL: database_url."
        )
        raise BadSetting(why, key="roles")


def _application(house: app.House, is_web: bool) -> web.Application:
    """Every process says how it is; only one that is for the web has doors."""
    channels = house.channels.values() if is_web else ()
    application = web_application(house.database, channels, house.metrics)
    if is_web:
        application.add_routes(app.public_routes(house))
        application.add_routes(app.staff_routes(house))
        application.add_routes(app.api_routes(house))
        application.add_routes(app.rasa_routes(house))
    return application


def _built(chosen: Settings) -> app.House:
    gc.disable()
    try:
        return app.build(chosen, served(chosen), known=known())
    finally:
        gc.freeze()  # what stands now stays: no need to walk through it between two messages
        gc.enable()
        gc.set_threshold(_GARBAGE)


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


async def _say_doors(channels: Iterable[Channel]) -> None:
    """Where people find us on messengers; asked of them while the house is at work already."""
    for channel in channels:
        try:
            door = await channel.front_door()
        except SendError as error:
            tell(_("{channel}: {reason}"), channel=channel.name, reason=why(channel.name, error))
            continue
        if door:
            click.echo(f"{channel.name.capitalize()}: {door}")
            sys.stdout.flush()


def _base(chosen: Settings, port: int) -> str:
    """Where a browser finds us."""
    here = ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - what is listened on, not chosen here
    host = "localhost" if chosen.host in here else chosen.host
    host = f"[{host}]" if ":" in host else host
    return chosen.public_url.rstrip("/") or f"http://{host}:{port}"


def _say_where(base: str, roles: Collection[str], first: str | None) -> None:
    """Where to find the pages; of a process without them, what it does."""
    if "web" not in roles:
        names = ", ".join(name for name in ROLES if name in roles)
        click.echo(say(_("At work: {roles}. How it is: {url}"), roles=names, url=f"{base}/livez"))
        sys.stdout.flush()
        return
    click.echo(say(_("Chat page: {url}"), url=f"{base}/chat"))
    click.echo(say(_("Events: {url}"), url=f"{base}/events"))
    click.echo(say(_("Team: {url}"), url=f"{base}/console"))
    if first:
        url = f"{base}{WELCOME}{first}"
        click.echo(say(_("For the first member of the team, once: {url}"), url=url))
    sys.stdout.flush()


def _first_link(house: app.House) -> str | None:
    """What the first member's link ends in, until somebody has come in by one.

    Made before the doors open: a database too busy for it then must not stop a house that serves.
    """
    try:
        return _made_link(house)
    except IntegrityError:  # another process made the first member just now: they are there
        return _made_link(house)


def _made_link(house: app.House) -> str | None:
    with house.database.write() as connection:
        return first_link(Transaction(connection, house.now()))
