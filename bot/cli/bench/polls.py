"""`citybot bench poll`: the command; what it measures is in voting.py."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import orjson

from bot import logs
from bot.cli.speech import TranslatedCommand, say, tell
from bot.i18n import _

_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


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
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write it into a page, in place of what was there of polls."),
)
@click.option("--postgres", help=_("A PostgreSQL server; a database is made there and dropped."))
def poll(output: str, write: Path | None, postgres: str | None, **sizes: Any) -> None:
    """Measure and show; exit 1, and write nothing, when what we promise is not kept."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench import polls_page
    from bot.cli.bench.voting import Plan, broken, measure

    logs.set_up("warning", "auto")  # on stderr: stdout holds data only
    server = postgres or os.environ.get("CITYBOT_BENCH_POSTGRES") or _POSTGRES
    with TemporaryDirectory() as folder:
        figures = measure(Plan(**sizes, postgres=server), Path(folder), _progress)
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


def _progress(what: str) -> None:
    click.echo(say(_("Measuring {contender} …"), contender=what), err=True)
