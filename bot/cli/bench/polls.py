"""`citybot bench poll`: the command; what it measures is in voting.py."""

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
    "poll",
    cls=TranslatedCommand,
    help=_("Votes a second, how long voters wait, and how long a poll takes to be counted."),
)
@click.option(
    "--votes",
    type=click.IntRange(1, 1_000_000),
    default=20_000,
    show_default=True,
    help=_("How many people vote within ten minutes."),
)
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 600),
    default=60.0,
    show_default=True,
    help=_("How much of the ten minutes is played."),
)
@click.option(
    "--rush",
    type=click.IntRange(1, 100_000),
    default=2000,
    show_default=True,
    help=_("How many vote as fast as they can."),
)
@click.option(
    "--ballots",
    type=click.IntRange(1, 10_000_000),
    default=1_000_000,
    show_default=True,
    help=_("How many ballots are counted."),
)
@output_option
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write it into a page, in place of what was there of polls."),
)
@postgres_option
def poll(output: str, write: Path | None, postgres: str | None, **sizes: Any) -> None:
    """Measure and show; exit 1, and write nothing, when what we promise is not kept."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench import polls_page
    from bot.cli.bench.voting import Plan, broken, measure

    logs.set_up("warning", "auto")  # on stderr: stdout holds data only
    server = server_of(postgres)
    with TemporaryDirectory() as folder:
        figures = measure(Plan(**sizes, postgres=server), Path(folder), progress)
    if output == "json":
        click.echo(orjson.dumps(polls_page.as_data(figures), option=orjson.OPT_INDENT_2))
    else:
        click.echo("\n".join(polls_page.as_lines(figures)))
    missed = broken(figures)
    for name in missed:
        tell(_("Not kept: {promise}"), promise=say(polls_page.PROMISES[name]))
    if missed:
        sys.exit(1)
    if write:
        polls_page.write(figures, write)
