"""The command `citybot`: its families, each in a file of its own, loaded when called."""

import gc
import os
import sys
from errno import ENOSPC
from importlib import import_module
from typing import Any

import click

from bot.cli.speech import TranslatedGroup, say, tell
from bot.config import BadSetting, Settings, read
from bot.i18n import _

# Name of a command: where it stands. Imported when called, so that `ask` starts fast.
COMMANDS = {
    "run": "bot.cli.run:run",
    "chat": "bot.cli.chat:chat",
    "ask": "bot.cli.ask:ask",
    "kb": "bot.cli.kb:kb",
    "event": "bot.cli.event:event",
    "poll": "bot.cli.poll:poll",
    "broadcast": "bot.cli.broadcast:broadcast",
    "topic": "bot.cli.topic:topic",
    "person": "bot.cli.person:person",
    "staff": "bot.cli.staff:staff",
    "webhook": "bot.cli.webhook:webhook",
    "audit": "bot.cli.audit:audit",
    "demo": "bot.cli.demo:demo",
    "channel": "bot.cli.channel:channel",
    "check": "bot.cli.check:check",
    "db": "bot.cli.db:db",
    "rasa": "bot.cli.rasa:rasa",
    "bench": "bot.cli.bench:bench",
}


class Families(TranslatedGroup):
    """The commands of COMMANDS, imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command behind a name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _colon, name = COMMANDS[cmd_name].partition(":")
        gc.disable()  # a start makes no garbage, and looking for it takes a tenth of the time
        command: click.Command = getattr(import_module(module), name)
        gc.freeze()
        gc.enable()
        return command


@click.command(
    cls=Families,
    help=_(
        'Citybot, an assistant for city makers. Try: citybot chat, citybot run, citybot ask "…"'
    ),
)
@click.option("--data-dir", help=_("Where the database and the secret are kept."))
@click.option("--database-url", help=_("The database; default: SQLite in the data folder."))
@click.option("--log-level", help=_("debug, info, warning or error."))
@click.version_option(package_name="citybot", prog_name="citybot", help=_("Show the version."))
@click.pass_context
def citybot(ctx: click.Context, /, **flags: Any) -> None:
    """Read the flags every command shares; the settings themselves when a command asks."""
    ctx.obj = {key: value for key, value in flags.items() if value is not None}


def settings(ctx: click.Context, **more: Any) -> Settings:
    """All settings for a command: the shared flags, its own, and the other sources.

    Raises click.UsageError in the person's language, naming the key that is wrong.
    """
    from bot import logs  # a fifth of the start of a command that logs nothing

    chosen = settings_without_logs(ctx, **more)
    logs.set_up(chosen.log_level, chosen.log_format)  # on stderr: stdout holds data only
    return chosen


def settings_of_teller(ctx: click.Context) -> Settings:
    """Likewise, for a command that says itself what it finds: a log beside it says it twice."""
    from bot import logs

    chosen = settings_without_logs(ctx)
    level = "critical" if chosen.log_level == "info" else chosen.log_level  # nobody asked for logs
    logs.set_up(level, chosen.log_format)
    return chosen


def settings_without_logs(ctx: click.Context, **more: Any) -> Settings:
    """Likewise, for a command that starts fast: what it does not expect still goes to stderr."""
    try:
        return read({**(ctx.obj or {}), **more})
    except BadSetting as error:
        raise click.UsageError(say(error.msgid, **error.values)) from error


def main() -> None:
    """Run the command; Ctrl-C, a closed pipe and a full disk end it without a traceback."""
    try:
        citybot(prog_name="citybot")
    except BrokenPipeError:
        _end_unwritten()
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        tell(_("There is no room left to write the output."))
        _end_unwritten()


def _end_unwritten() -> None:
    """End with an error; what still waits to be written would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(1)
