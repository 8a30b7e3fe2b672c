"""`citybot bench scaling`: the command; what it measures is in spreading.py."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import orjson

from bot import logs
from bot.cli.bench.options import output_option, postgres_option, progress, server_of
from bot.cli.speech import TranslatedCommand, tell
from bot.i18n import _


@click.command(
    "scaling",
    cls=TranslatedCommand,
    help=_(
        "Stored turns per second on PostgreSQL with one process that takes turns, and with two."
    ),
)
@click.option(
    "--seconds",
    type=click.FloatRange(0.3, 600),
    default=15.0,
    show_default=True,
    help=_("How long each contender plays, over all rounds."),
)
@click.option(
    "--conversations",
    type=click.IntRange(2, 1000),
    default=64,
    show_default=True,
    help=_("How many people talk at once."),
)
@click.option(
    "--backlog",
    type=click.IntRange(10, 100_000),
    default=600,
    show_default=True,
    help=_("How many questions are left waiting, in each round."),
)
@output_option
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write a page about it, and a chart beside it."),
)
@postgres_option
def scaling(output: str, write: Path | None, postgres: str | None, **sizes: Any) -> None:
    """Measure and show; exit 1 when the figures are void or miss their aim."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench import scaling_page
    from bot.cli.bench.peers import Broken
    from bot.cli.bench.spreading import Plan, measure

    logs.set_up("warning", "auto")  # on stderr: stdout holds data only
    server = server_of(postgres)
    try:
        with TemporaryDirectory() as folder:
            report = measure(Plan(**sizes, postgres=server), Path(folder), progress)
    except Broken as error:
        tell(_("The measurement broke off: {error}"), error=error)
        sys.exit(1)
    if output == "json":
        click.echo(orjson.dumps(scaling_page.as_data(report), option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(scaling_page.as_text(report))
    for reason in report.void:
        tell(_("The figures are void: {reason}"), reason=reason)
    if write and report.figures and not report.void:
        scaling_page.write(report, write)
    missed = tuple(scaling_page.missed(report))
    for promise in missed:
        tell(_("Not kept: {promise}"), promise=promise)
    if missed or report.void:
        sys.exit(1)
