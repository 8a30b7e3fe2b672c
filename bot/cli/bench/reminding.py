"""`citybot bench reminders`: what a reminder costs when many are stored, and how late it comes."""

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
    "reminders",
    cls=TranslatedCommand,
    help=_("The cost of a reminder with few and with many stored, and how late it comes."),
)
@click.option(
    *("--few", "few"),
    type=click.IntRange(1000, 10_000_000),
    default=10_000,
    show_default=True,
    help=_("How many are stored first."),
)
@click.option(
    *("--many", "many"),
    type=click.IntRange(1000, 10_000_000),
    default=1_000_000,
    show_default=True,
    help=_("How many are stored then."),
)
@click.option(
    "--due",
    type=click.IntRange(100, 100_000),
    default=10_000,
    show_default=True,
    help=_("How many are due at once, and in the minute that is measured."),
)
@click.option(
    "--seconds",
    type=click.FloatRange(1, 60),
    default=60.0,
    show_default=True,
    help=_("How much of a minute is measured; so much of what is due in it is played."),
)
@output_option
@click.option(
    *("--write", "page"),
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write its part of a page."),
)
@postgres_option
def reminders(output: str, postgres: str | None, page: Path | None, **sizes: Any) -> None:
    """Measure and show; exit 1 when what we promise is not kept."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench.due import Plan, measure
    from bot.cli.bench.due_page import as_data, as_lines, broken, write

    server = server_of(postgres)
    with TemporaryDirectory() as folder:
        plan = Plan(**sizes, postgres=server)
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
