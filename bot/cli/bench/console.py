"""`citybot bench console`: the command; what it measures is in looking.py."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import orjson

from bot import logs
from bot.cli.bench.options import output_option, postgres_option, progress, server_of
from bot.cli.speech import TranslatedCommand, say, tell
from bot.i18n import _


@click.command(
    "console",
    cls=TranslatedCommand,
    help=_("How long the pages of the team take when very much was said, and what they weigh."),
)
@click.option(
    "--messages",
    type=click.IntRange(1000, 10_000_000),
    default=1_000_000,
    show_default=True,
    help=_("How many messages there are."),
)
@click.option(
    "--people",
    type=click.IntRange(100, 1_000_000),
    default=50_000,
    show_default=True,
    help=_("How many people they are of."),
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help=_("How often each page is asked for."),
)
@click.option(
    "--paint/--no-paint",
    default=True,
    help=_("Also have a browser show some pages, where there is one."),
)
@output_option
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write its part of a page."),
)
@postgres_option
def console(output: str, write: Path | None, postgres: str | None, **sizes: Any) -> None:
    """Measure and show; exit 1 when what we promise is not kept."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench import console_page
    from bot.cli.bench.looking import Plan, measure
    from bot.cli.bench.peers import Broken

    logs.set_up("warning", "auto")  # on stderr: stdout holds data only
    server = server_of(postgres)
    plan = Plan(**sizes, postgres=server)
    try:
        with TemporaryDirectory() as folder:
            figures = measure(plan, Path(folder), progress)
    except Broken as error:
        tell(_("The measurement broke off: {error}"), error=error)
        sys.exit(1)
    if output == "json":
        click.echo(orjson.dumps(console_page.as_data(figures), option=orjson.OPT_INDENT_2))
    else:
        click.echo("\n".join(console_page.as_lines(figures)))
    if write:
        console_page.write(figures, plan, write)
    missed = console_page.broken(figures)
    for name in missed:
        tell(_("Not kept: {promise}"), promise=say(console_page.PROMISES[name]))
    if missed:
        sys.exit(1)
