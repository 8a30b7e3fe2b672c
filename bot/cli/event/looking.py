"""`citybot event list|show`: the events there are, and one of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from bot.cli.event.reaching import the_event
from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, language, say, tell
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.event_texts import when
from bot.services.event_words import STATE_NAMES, STATUS_NAMES
from bot.services.event_written import to_plain
from bot.services.events import Event, Events
from bot.services.seats import Seats
from bot.tables import as_csv

_COLUMNS = ("id", "title", "state", "starts", "zone", "capacity", "taken", "reserved", "waiting")
Counts = dict[str, tuple[int, int]]


@click.command("list", cls=TranslatedCommand, help=_("List the events that are coming."))
@click.option("--all", "all_", is_flag=True, help=_("Also those that are over or cancelled."))
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    help=_("text, json, jsonl: one a line, or csv: a table."),
)
@click.pass_context
def list_(ctx: click.Context, all_: bool, output: str) -> None:
    """Print one event a line."""
    now = datetime.now(UTC)
    found = look(ctx, _with_counts) or ()
    shown = [(e, c) for e, c in found if all_ or not (e.is_over(now) or e.state == "cancelled")]
    if output == "text":
        for event, counts in shown:
            click.echo(_as_line(event, counts))
    else:
        print_rows(_COLUMNS, [_as_row(event, counts) for event, counts in shown], output)
    tell(_("Events: {count}."), count=len(shown))


@click.command(cls=TranslatedCommand, help=_("Show one event, as it is written."))
@click.argument("event_id", metavar="EVENT")
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json"]),
    default="text",
    help=_("text or json."),
)
@click.pass_context
def show(ctx: click.Context, event_id: str, output: str) -> None:
    """Print everything about an event, with how many are registered."""
    event = the_event(ctx, event_id)
    counts = look(ctx, lambda transaction: Seats(transaction).counts(event_id)) or {}
    if output == "json":
        plain = to_plain(event) | {"taken": event.taken, "registrations": _counted(counts)}
        click.echo(orjson.dumps(plain, option=orjson.OPT_INDENT_2))
        return
    for key, value in to_plain(event).items():
        click.echo(f"{key}: {_readable(value)}")
    for status, (count, seats) in counts.items():
        line = say(
            _("{status}: {count} ({seats} seats)"),
            status=say(STATUS_NAMES[status]),
            count=count,
            seats=seats,
        )
        click.echo(line)


def print_rows(columns: Sequence[str], rows: Sequence[dict[str, Any]], output: str) -> None:
    """Rows as JSON, one JSON a line, or CSV."""
    if output == "csv":
        click.echo(as_csv(columns, rows), nl=False)
    elif output == "jsonl":
        for row in rows:
            click.echo(orjson.dumps(row))
    else:
        click.echo(orjson.dumps(list(rows), option=orjson.OPT_INDENT_2))


def _with_counts(transaction: Transaction) -> tuple[tuple[Event, Counts], ...]:
    seats = Seats(transaction)
    return tuple((event, seats.counts(event.id)) for event in Events(transaction).every())


def _as_line(event: Event, counts: Counts) -> str:
    of = event.capacity if event.capacity is not None else "∞"
    parts = [
        event.id,
        say(STATE_NAMES[event.state]),
        when(event, language()),
        f"{event.taken}/{of}",
    ]
    if waiting := counts.get("waiting", (0, 0))[0]:
        parts.append(say(_("waiting: {count}"), count=waiting))
    return "  ".join((*parts, event.name(language())))


def _as_row(event: Event, counts: Counts) -> dict[str, Any]:
    values = (
        *(event.id, event.name(language()), event.state),
        *(event.starts_at.astimezone(event.local_zone).isoformat(), event.zone),
        *(event.capacity, event.taken, event.reserved, counts.get("waiting", (0, 0))[0]),
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _counted(counts: Counts) -> dict[str, dict[str, int]]:
    return {s: {"registrations": n, "seats": seats} for s, (n, seats) in counts.items()}


def _readable(value: Any) -> str:
    if isinstance(value, dict):
        return " | ".join(f"{code}: {text}" for code, text in value.items())
    return orjson.dumps(value).decode() if isinstance(value, list) else str(value)
