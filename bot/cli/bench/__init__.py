"""`citybot bench`: how fast the house is on this machine, in figures one can measure again."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import orjson

from bot.cli.speech import TranslatedCommand, TranslatedGroup, say, tell
from bot.i18n import _

_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


@click.group(cls=TranslatedGroup, help=_("Measure how fast Citybot is on this machine."))
def bench() -> None:
    """Only a family."""


@bench.command(
    cls=TranslatedCommand,
    help=_(
        "Stored turns per second compared with bare aiohttp, start, memory and the first answer."
    ),
)
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 600),
    default=5.0,
    help=_("How long each contender plays, over all rounds."),
)
@click.option(
    "--conversations",
    type=click.IntRange(1, 1000),
    default=64,
    help=_("How many people talk at once."),
)
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write a page about it, and a chart beside it."),
)
@click.option("--postgres", help=_("A PostgreSQL server; a database is made there and dropped."))
def turn(
    seconds: float, conversations: int, output: str, write: Path | None, postgres: str | None
) -> None:
    """Measure, show, and write the page; exit 1 when the figures are void."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench import page
    from bot.cli.bench.peers import Broken
    from bot.cli.bench.turn import Plan, measure

    server = postgres or os.environ.get("CITYBOT_BENCH_POSTGRES") or _POSTGRES
    try:
        with TemporaryDirectory() as folder:
            report = measure(Plan(seconds, conversations, server), Path(folder), _progress)
    except Broken as error:
        tell(_("The measurement broke off: {error}"), error=error)
        sys.exit(1)
    if output == "json":
        click.echo(orjson.dumps(page.as_data(report), option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(page.as_text(report))
    for reason in report.void:
        tell(_("The figures are void: {reason}"), reason=reason)
    if report.void:
        sys.exit(1)
    if write:
        page.write(report, write)


def _progress(contender: str) -> None:
    click.echo(say(_("Measuring {contender} …"), contender=contender), err=True)
