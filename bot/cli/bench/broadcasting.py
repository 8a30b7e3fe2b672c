"""`citybot bench broadcast`: queued at once, drained fast, exact when killed."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import orjson

from bot.cli.bench.options import output_option, postgres_option, progress, server_of
from bot.cli.speech import TranslatedCommand, say, tell
from bot.i18n import _


@click.command(
    "broadcast",
    cls=TranslatedCommand,
    help=_("A broadcast to very many: queueing, draining, memory, and ten kills in the middle."),
)
@click.option(
    "--people",
    type=click.IntRange(100, 10_000_000),
    default=1_000_000,
    show_default=True,
    help=_("To whom it goes."),
)
@click.option(
    "--fewer",
    type=click.IntRange(100, 1_000_000),
    default=100_000,
    show_default=True,
    help=_("To whom the one goes that is killed."),
)
@click.option(
    "--kills", type=click.IntRange(0, 100), default=10, show_default=True, help=_("How often.")
)
@output_option
@click.option(
    *("--write", "page"),
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write its part of a page."),
)
@postgres_option
def broadcast(output: str, postgres: str | None, page: Path | None, **sizes: Any) -> None:
    """Measure and show; exit 1 when what we promise is not kept."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench.mailed import Plan, measure
    from bot.cli.bench.mailed_page import as_data, as_lines, broken, write

    server = server_of(postgres)
    plan = Plan(**sizes, postgres=server)
    with TemporaryDirectory() as folder:
        figures = measure(plan, Path(folder), progress)
    if output == "json":
        click.echo(orjson.dumps(as_data(figures), option=orjson.OPT_INDENT_2))
    else:
        click.echo("\n".join(as_lines(figures)))
    if page:
        write(figures, plan, page)
    missed = broken(figures)
    for name in missed:
        tell(_("Not kept: {promise}"), promise=say(name))
    if missed:
        sys.exit(1)
