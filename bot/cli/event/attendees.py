"""`citybot event attendees|admit|remove`: who has a place, and changing that."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.cli.event.looking import print_rows
from bot.cli.event.reaching import organise, the_event
from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, language, tell
from bot.i18n import _
from bot.services.attendees import LAST, Row, columns_of, labels_of, readable, rows_of
from bot.services.events import Event
from bot.services.references import read_reference
from bot.services.registration import STATUSES
from bot.services.seats import Seats
from bot.tables import Labels, as_csv, as_workbook


@click.command(cls=TranslatedCommand, help=_("Print who has a place, first come first."))
@click.argument("event_id", metavar="EVENT")
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "csv", "xlsx", "json", "jsonl"]),
    default="text",
    help=_("text, csv, xlsx: a workbook, json, or jsonl: one a line."),
)
@click.option(
    "--status", type=click.Choice(STATUSES), multiple=True, help=_("Only these; may be repeated.")
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Where a workbook is written."),
)
@click.pass_context
def attendees(
    ctx: click.Context, event_id: str, output: str, status: tuple[str, ...], file: Path | None
) -> None:
    """Personal answers are among it: whoever gets the file is responsible for it."""
    event = the_event(ctx, event_id)
    found = look(ctx, lambda transaction: Seats(transaction).of_event(event_id, *status)) or ()
    columns = columns_of(event)
    rows = rows_of(event, found, language())
    if output in ("json", "jsonl"):  # for programs: names that are the same in every language
        print_rows(columns, rows, output)
    else:
        _print_for_people(event, [readable(row, language()) for row in rows], output, file)
    tell(_("Registrations: {count}."), count=len(found))


@click.command(cls=TranslatedCommand, help=_("Give a reserved seat to somebody who waits."))
@click.argument("event_id", metavar="EVENT")
@click.argument("reference")
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.pass_context
def admit(ctx: click.Context, event_id: str, reference: str, dry_run: bool) -> None:
    """The person is told."""
    known = read_reference(reference) or reference
    organise(ctx, lambda office: office.admit(event_id, known), True, dry_run)
    if not dry_run:
        tell(_("{reference} has a seat now."), reference=known)


@click.command(cls=TranslatedCommand, help=_("Cancel one registration; the person is told."))
@click.argument("event_id", metavar="EVENT")
@click.argument("reference")
@click.option("--yes", is_flag=True, help=_("Do it without asking."))
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.pass_context
def remove(ctx: click.Context, event_id: str, reference: str, yes: bool, dry_run: bool) -> None:
    """The seat goes to who waits."""
    known = read_reference(reference) or reference
    organise(ctx, lambda office: office.remove(event_id, known), yes, dry_run)
    if not dry_run:
        tell(_("{reference} is cancelled."), reference=known)


def _print_for_people(event: Event, rows: Sequence[Row], output: str, file: Path | None) -> None:
    columns, labels = columns_of(event), labels_of(event, language())
    if output == "xlsx":
        _write_workbook(as_workbook(event.id, columns, rows, labels), file)
    elif output == "csv":
        click.echo(as_csv(columns, rows, labels), nl=False)
    else:
        for row in rows:
            click.echo("  ".join(_cells(event, columns, row, labels)))


def _cells(event: Event, columns: Sequence[str], row: Row, labels: Labels) -> Iterator[str]:
    """What is there, in one line; what was asked stands before each answer."""
    asked = {field.id for field in event.fields} | set(LAST)
    for name in columns:
        if (value := row.get(name)) not in (None, ""):
            yield f"{labels[name]} {value}" if name in asked else str(value)


def _write_workbook(content: bytes, file: Path | None) -> None:
    if file:
        file.write_bytes(content)
        file.chmod(0o600)  # personal answers are nobody else's business
    elif sys.stdout.isatty():
        tell(_("A workbook is no text: add --file NAME.xlsx"))
        sys.exit(2)
    else:
        sys.stdout.buffer.write(content)
