"""`citybot bench soak`: the command; what it measures is in soaking.py."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import orjson

from bot import logs
from bot.cli.bench.options import output_option, postgres_option, progress, server_of
from bot.cli.speech import TranslatedCommand, tell
from bot.i18n import _


@click.command(
    "soak",
    cls=TranslatedCommand,
    help=_("Whether memory or open files grow under an even load for long, and nothing is lost."),
)
@click.option(
    "--minutes",
    type=click.FloatRange(0.02, 10_080),
    default=30.0,
    show_default=True,
    help=_("How long people write."),
)
@click.option(
    "--rate",
    type=click.FloatRange(0.1, 1000),
    default=30.0,
    show_default=True,
    help=_("Messages a second, to each house."),
)
@output_option
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write a page about it, and a chart beside it."),
)
@postgres_option
def soak(output: str, write: Path | None, postgres: str | None, **load: float) -> None:
    """Measure and show; exit 1 when the figures are void or miss their aim."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench import soak_page
    from bot.cli.bench.peers import Broken
    from bot.cli.bench.soaking import Plan, measure

    logs.set_up("warning", "auto")  # on stderr: stdout holds data only
    server = server_of(postgres)
    try:
        with TemporaryDirectory() as folder:
            report = measure(Plan(**load, postgres=server), Path(folder), progress)
    except Broken as error:
        tell(_("The measurement broke off: {error}"), error=error)
        sys.exit(1)
    if output == "json":
        click.echo(orjson.dumps(soak_page.as_data(report), option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(soak_page.as_lines(report)))
    for reason in report.void:
        tell(_("The figures are void: {reason}"), reason=reason)
    if write and not report.void:
        soak_page.write(report, write)
    missed = tuple(soak_page.missed(report))
    for promise in missed:
        tell(_("Not kept: {promise}"), promise=promise)
    if missed or report.void:
        sys.exit(1)
