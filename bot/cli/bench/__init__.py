"""`citybot bench`: how fast the house is on this machine, in figures one can measure again."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import orjson

from bot.cli.bench.broadcasting import broadcast
from bot.cli.bench.console import console
from bot.cli.bench.options import (
    frameworks_of,
    frameworks_option,
    output_option,
    postgres_option,
    progress,
    server_of,
)
from bot.cli.bench.polls import poll
from bot.cli.bench.reminding import reminders
from bot.cli.bench.rush import registration
from bot.cli.bench.scaling import scaling
from bot.cli.bench.soak import soak
from bot.cli.speech import TranslatedCommand, TranslatedGroup, tell
from bot.i18n import _


@click.group(cls=TranslatedGroup, help=_("Measure how fast Citybot is on this machine."))
def bench() -> None:
    """Only a family."""


bench.add_command(registration)
bench.add_command(poll)
bench.add_command(broadcast)
bench.add_command(console)
bench.add_command(soak)
bench.add_command(scaling)


def _measures(command: Callable[..., None]) -> Callable[..., None]:
    """The options every benchmark has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--seconds",
        type=click.FloatRange(0.1, 600),
        default=5.0,
        help=_("How long each contender plays, over all rounds."),
    ),
    click.option(
        "--conversations",
        type=click.IntRange(1, 1000),
        default=64,
        help=_("How many people talk at once."),
    ),
    output_option,
    click.option(
        "--write",
        type=click.Path(dir_okay=False, path_type=Path),
        help=_("Write a page about it, and a chart beside it."),
    ),
    postgres_option,
)


@bench.command(
    cls=TranslatedCommand,
    help=_(
        "Stored turns per second compared with bare aiohttp, start, memory and the first answer."
    ),
)
@_measures
def turn(output: str, write: Path | None, postgres: str | None, **sizes: Any) -> None:
    """Measure, show, and write the page; exit 1 when the figures are void or miss their aim."""
    # Heavier than the rest of the command line, and needed here alone.
    from bot.cli.bench import page
    from bot.cli.bench.turn import Plan, measure

    _show(measure, page, output, write, Plan(**sizes, postgres=server_of(postgres)))


@bench.command(
    cls=TranslatedCommand,
    help=_("Stored replies per second on Telegram, compared with what others build bots with."),
)
@_measures
@click.option(
    "--latency",
    type=click.FloatRange(0, 10_000),
    default=0.0,
    help=_(
        "Milliseconds the Bot API takes to answer; then more people have to talk at once, "
        "such as 256. A page that is written without it holds a table at 50 as well."
    ),
)
@frameworks_option
def telegram(
    output: str, write: Path | None, postgres: str | None, frameworks: Path | None, **sizes: Any
) -> None:
    """Likewise, with a lean Telegram on this machine."""
    from bot.cli.bench import bots_page
    from bot.cli.bench.bots import BotPlan, measure

    plan = BotPlan(
        **sizes,
        postgres=server_of(postgres),
        is_far_too=write is not None and not sizes["latency"],
        frameworks=frameworks_of(frameworks),
    )
    _show(measure, bots_page, output, write, plan)


@bench.command(
    cls=TranslatedCommand,
    help=_("Stored replies per second on WeChat, compared with a bare aiohttp handler."),
)
@_measures
def wechat(output: str, write: Path | None, postgres: str | None, **sizes: Any) -> None:
    """Likewise, with sealed pushes."""
    from bot.cli.bench import pushes_page
    from bot.cli.bench.pushed import measure
    from bot.cli.bench.turn import Plan

    _show(measure, pushes_page, output, write, Plan(**sizes, postgres=server_of(postgres)))


def _show(
    measure: Callable[..., Any],
    page: Any,
    output: str,
    write: Path | None,
    plan: Any,
) -> None:
    """Run a benchmark; `page` knows how to show its report, and which aims it misses."""
    from bot.cli.bench.peers import Broken

    try:
        with TemporaryDirectory() as folder:
            report = measure(plan, Path(folder), progress)
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
    missed = tuple(page.missed(report))
    for promise in missed:
        tell(_("Not kept: {promise}"), promise=promise)
    if missed:
        sys.exit(1)


bench.add_command(reminders)


@bench.command(cls=TranslatedCommand, name="all", help=_("All of them, one after the other."))
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write a page about it, and a chart beside it."),
)
@postgres_option
@click.pass_context
def every(ctx: click.Context, write: Path | None, postgres: str | None) -> None:
    """Exit 1 when one of them is void, or misses its aim."""
    missed = []
    for name in _ORDER:
        command = bench.commands[name]
        page = "write" if any(p.name == "write" for p in command.params) else "page"
        try:
            own = _SHORT.get(name, {})
            ctx.invoke(command, **{page: write, "postgres": postgres}, **own)
        except SystemExit:
            missed.append(name)
    if missed:
        tell(_("Not as it should be: {names}"), names=", ".join(missed))
        sys.exit(1)


_ORDER = (
    *("turn", "telegram", "wechat", "registration", "reminders", "poll", "broadcast", "console"),
    *("scaling", "soak"),
)
_SHORT: Mapping[str, Mapping[str, float]] = {"soak": {"minutes": 3.0}}  # among the others
