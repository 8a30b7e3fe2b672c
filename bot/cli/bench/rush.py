"""`citybot bench registration`: the command; what it measures is in registering.py."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
import orjson

from bot.cli.bench.options import output_option, postgres_option, server_of
from bot.cli.speech import TranslatedCommand, say, tell
from bot.i18n import _

if TYPE_CHECKING:
    from bot.cli.bench.registering import Outcome


@click.command(
    cls=TranslatedCommand,
    help=_("Many people register for few seats: is every seat given once, and how long it takes."),
)
@click.option("--people", type=click.IntRange(1, 100_000), default=2000, help=_("How many come."))
@click.option(
    "--seconds", type=click.FloatRange(0, 3600), default=60.0, help=_("Over how many seconds.")
)
@click.option("--seats", type=click.IntRange(0, 100_000), default=150, help=_("For how many."))
@output_option
@click.option(
    *("--write", "page"),
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write its part of a page."),
)
@postgres_option
def registration(output: str, postgres: str | None, page: Path | None, **rush: Any) -> None:
    """Measure and show; exit 1 when a seat was given twice, or somebody was passed over."""
    from bot.cli.bench.registering import Rush

    server = server_of(postgres)
    with TemporaryDirectory() as folder:
        done = list(_measured(Rush(**rush), Path(folder), server))
    if output == "json":
        shown = [asdict(outcome) | {"is_right": outcome.is_right} for outcome in done]
        click.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
    else:
        for outcome in done:
            click.echo(_as_text(outcome))
    if page:
        from bot.cli.bench.rush_page import write

        write(done, page)
    if not all(outcome.is_right for outcome in done):
        tell(_("The seats are not right."))
        sys.exit(1)


def _measured(rush: Any, folder: Path, server: str) -> Iterator["Outcome"]:
    from bot.cli.bench.databases import is_reachable, scratch
    from bot.cli.bench.registering import measure

    yield measure(folder, "", rush)
    if is_reachable(server):
        with ExitStack() as stack:
            yield measure(folder, stack.enter_context(scratch(server)), rush)


def _as_text(outcome: "Outcome") -> str:
    return say(
        _(
            "{database}: {people} people in {seconds} s for {seats} seats: {confirmed} confirmed, "
            "{waiting} waiting, in order: {in_order}. Until they hear: half within {p50} ms, "
            "95 % within {p95} ms, the longest {longest} ms."
        ),
        database=outcome.database,
        people=outcome.rush.people,
        seconds=outcome.rush.seconds,
        seats=outcome.rush.seats,
        confirmed=outcome.confirmed,
        waiting=outcome.waiting,
        in_order=say(_("yes")) if outcome.in_order else say(_("no")),
        p50=round(outcome.p50 * 1000),
        p95=round(outcome.p95 * 1000),
        longest=round(outcome.longest * 1000),
    )
