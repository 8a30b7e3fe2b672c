"""`citybot event attendees|admit|remove`: who has a place, and changing that."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from bot.cli.event.looking import STATUS_NAMES, print_rows
from bot.cli.event.reaching import organise, the_event
from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, language, say, tell
from bot.i18n import _, language_called
from bot.services.answers import shown
from bot.services.events import Event
from bot.services.references import read_reference
from bot.services.registration import STATUSES, Registration
from bot.services.seats import Seats
from bot.services.texts import in_language
from bot.tables import Labels, as_csv, as_workbook

Row = dict[str, Any]

_FIRST = ("reference", "status", "place", "seats", "language", "requested_at")
_LAST = ("rating", "comment")
_LABELS = {
    "reference": _("Reference"),
    "status": _("Status"),
    "place": _("Place on the waiting list"),
    "seats": _("Seats"),
    "language": _("Language"),
    "requested_at": _("Registered on"),
    "rating": _("Rating"),
    "comment": _("Comment"),
}


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
    columns = (*_FIRST, *(field.id for field in event.fields), *_LAST)
    rows = _rows(event, found)
    if output in ("json", "jsonl"):  # for programs: names that are the same in every language
        print_rows(columns, rows, output)
    else:
        _print_for_people(event, columns, [_readable(row) for row in rows], output, file)
    tell(_("Registrations: {count}."), count=len(found))


@click.command(cls=TranslatedCommand, help=_("Give a reserved seat to somebody who waits."))
@click.argument("event_id", metavar="EVENT")
@click.argument("reference")
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.pass_context
def admit(ctx: click.Context, event_id: str, reference: str, dry_run: bool) -> None:
    """The person is told."""
    known = read_reference(reference) or reference
    organise(ctx, lambda organising: organising.admit(event_id, known), True, dry_run)
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
    organise(ctx, lambda organising: organising.remove(event_id, known), yes, dry_run)
    if not dry_run:
        tell(_("{reference} is cancelled."), reference=known)


def _print_for_people(
    event: Event, columns: Sequence[str], rows: Sequence[Row], output: str, file: Path | None
) -> None:
    labels = _labels(event)
    if output == "xlsx":
        _write_workbook(as_workbook(event.id, columns, rows, labels), file)
    elif output == "csv":
        click.echo(as_csv(columns, rows, labels), nl=False)
    else:
        for row in rows:
            click.echo("  ".join(_cells(event, columns, row, labels)))


def _labels(event: Event) -> dict[str, str]:
    """What the columns are called: the questions as the organisers ask them."""
    asked = {field.id: in_language(field.ask, language()) for field in event.fields}
    return {name: say(label) for name, label in _LABELS.items()} | asked


def _cells(event: Event, columns: Sequence[str], row: Row, labels: Labels) -> Iterator[str]:
    """What is there, in one line; what was asked stands before each answer."""
    asked = {field.id for field in event.fields} | set(_LAST)
    for name in columns:
        if (value := row.get(name)) not in (None, ""):
            yield f"{labels[name]} {value}" if name in asked else str(value)


def _readable(row: Row) -> Row:
    """A row for people: how it stands, and in which language, in words."""
    spoken = language_called(language(), row["language"])
    return row | {"status": say(STATUS_NAMES[row["status"]]), "language": spoken}


def _rows(event: Event, found: Sequence[Registration]) -> list[Row]:
    rows: list[Row] = []
    place = 0
    for registration in found:
        place += registration.status == "waiting"
        rows.append(_row(event, registration, place if registration.status == "waiting" else None))
    return rows


def _row(event: Event, registration: Registration, place: int | None) -> Row:
    at = registration.requested_at.astimezone(event.local_zone)
    values = (
        *(registration.reference, registration.status, place, registration.seats),
        *(registration.language, at.isoformat(timespec="seconds")),
    )
    row: Row = dict(zip(_FIRST, values, strict=True))
    for field in event.fields:
        answer = registration.answers.get(field.id)
        row[field.id] = None if answer is None else shown(field, answer, language())
    return row | {name: (registration.feedback or {}).get(name) for name in _LAST}


def _write_workbook(content: bytes, file: Path | None) -> None:
    if file:
        file.write_bytes(content)
        file.chmod(0o600)  # personal answers are nobody else's business
    elif sys.stdout.isatty():
        tell(_("A workbook is no text: add --file NAME.xlsx"))
        sys.exit(2)
    else:
        sys.stdout.buffer.write(content)
