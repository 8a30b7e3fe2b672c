"""`citybot broadcast status --follow`: how one goes on, until nothing of it is on its way."""

import sys
import time
from dataclasses import dataclass

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from bot.cli.broadcast.reaching import broadcasts_of, stands
from bot.cli.reach import look
from bot.cli.speech import language
from bot.dialog import Transaction
from bot.services.broadcast import Broadcast
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_pace import pace_of

_LOOK = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at it: its state, how many of how many are through, and how fast it goes."""

    standing: str
    through: int
    people: int
    pace: str
    is_going: bool


def show_going(ctx: click.Context, number: int, *, err: bool) -> None:
    """A bar where somebody watches, else a line whenever something changed (`err`: on stderr)."""
    if sys.stdout.isatty():
        _watched(ctx, number)
    else:
        _logged(ctx, number, err)


def _logged(ctx: click.Context, number: int, err: bool) -> None:
    before = None
    while seen := _seen(ctx, number):
        changing = seen.standing, seen.through, seen.people
        if changing != before:
            counts = f"{seen.through}/{seen.people}" if seen.people else ""
            said = (f"#{number}", seen.standing, counts, seen.pace)
            click.echo("  ".join(filter(None, said)), err=err)
        before = changing
        if not seen.is_going:
            return
        time.sleep(_LOOK)


def _watched(ctx: click.Context, number: int) -> None:
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    pace = TextColumn("{task.fields[pace]}")
    with Progress(*columns, pace, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", pace="", visible=False)
        before = ""
        while seen := _seen(ctx, number):
            if seen.standing != before:
                bar.console.print(f"#{number}  {seen.standing}", highlight=False, markup=False)
            before = seen.standing
            bar.update(task, description=f"#{number}", completed=seen.through, pace=seen.pace)
            bar.update(task, total=seen.people or None, visible=seen.people > 0)
            if not seen.is_going:
                return
            time.sleep(_LOOK)


def _seen(ctx: click.Context, number: int) -> _Look | None:
    def see(transaction: Transaction) -> _Look | None:
        known = broadcasts_of(ctx, transaction).get(number)
        return _looked(transaction, known) if known else None

    return look(ctx, see)


def _looked(transaction: Transaction, known: Broadcast) -> _Look:
    tally, pace = Ledger(transaction).tally(known), pace_of(transaction, known)
    people = sum(tally.values())
    through = people - tally.get("queued", 0) - tally.get("sending", 0)
    told = pace.told(language()) if pace else ""
    return _Look(stands(known, tally), through, people, told, known.state in ("due", "sending"))
