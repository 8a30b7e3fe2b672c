"""`citybot event import|export`: events from and into files: CSV, iCalendar, JSON, YAML."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bot.cli import settings
from bot.cli.event.formats import read_file, write_events
from bot.cli.event.reaching import organise
from bot.cli.event.written import Written
from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, say, tell
from bot.i18n import _
from bot.services.event_office import EventOffice
from bot.services.event_written import TEXTS, from_plain
from bot.services.events import Event, Events
from bot.services.fields import BadEvent

_SAVED = {"new": _("new"), "changed": _("changed"), "same": _("unchanged")}
_PATHS = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "import",
    cls=TranslatedCommand,
    help=_("Bring in events from files (.csv .ics .json .yaml): all of them or none."),
)
@click.argument("paths", nargs=-1, required=True, type=_PATHS)
@click.option("--yes", is_flag=True, help=_("Do it without asking."))
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.pass_context
def import_(ctx: click.Context, paths: tuple[Path, ...], yes: bool, dry_run: bool) -> None:
    """Print what becomes of each event; exit 1, with nothing changed, when one cannot be kept."""
    written = _read(paths, settings(ctx).language)
    zone = settings(ctx).zone
    for one in (one for one in written if one.left_out):
        left_out = _("{where}: left out, an event has no such thing: {names}")
        tell(left_out, where=one.where, names=", ".join(one.left_out))
    done = organise(ctx, lambda office: _save(office, written, zone), yes, dry_run)
    for name, saved in done:
        click.echo(f"{name}  {say(_SAVED[saved])}")
    count = Counter(saved for _name, saved in done)
    tell(
        _("Events new: {new}, changed: {changed}, unchanged: {same}."),
        new=count["new"],
        changed=count["changed"],
        same=count["same"],
    )


@click.command(cls=TranslatedCommand, help=_("Print events as a file can hold them."))
@click.argument("event_ids", metavar="[EVENT]...", nargs=-1)
@click.option(
    *("-o", "--output"),
    type=click.Choice(["yaml", "json", "csv", "ics"]),
    default="yaml",
    show_default=True,
    help=_("yaml, json, csv: a table, or ics: for calendars, without what only we know."),
)
@click.pass_context
def export(ctx: click.Context, event_ids: tuple[str, ...], output: str) -> None:
    """Print all events, or those named; `event import` reads them back."""
    every = look(ctx, lambda transaction: Events(transaction).every()) or ()
    known = {event.id: event for event in every}
    if unknown := [name for name in event_ids if name not in known]:
        tell(_("There is no event named {event}."), event=unknown[0])
        sys.exit(1)
    chosen = [known[name] for name in event_ids] if event_ids else list(every)
    click.echo(write_events(chosen, output), nl=False)
    if output == "ics":
        tell(
            _(
                "Left out: seats, questions, dates of registration and texts in other languages. A "
                "calendar has no place for them; yaml, json and csv hold everything."
            )
        )


def _read(paths: Sequence[Path], language: str) -> list[Written]:
    try:
        return [one for path in paths for one in read_file(path, language)]
    except BadEvent as bad:
        tell(bad.why, **bad.values)
    except OSError as error:
        tell(_("{path} cannot be read: {error}"), path=error.filename, error=error.strerror)
    sys.exit(1)


def _beside(known: Event, one: Written) -> dict[str, Any]:
    """What is written, with the texts there are in other languages, and a place as it is called."""
    values = dict(one.values)
    for key in TEXTS:
        if isinstance(said := values.get(key), dict):
            values[key] = {**getattr(known, key), **said}
    if values.get("place") in known.place_in.values():
        values["place"] = dict(known.place_in)
    return values


def _save(office: EventOffice, written: Sequence[Written], zone: str) -> list[tuple[str, str]]:
    """Raises BadEvent that says where it stands."""
    done: list[tuple[str, str]] = []
    for one in written:
        try:
            known = office.known(str(one.values.get("id", "")))
            values: dict[str, Any] = _beside(known, one) if known and one.adds else {**one.values}
            if known is None:
                values.setdefault("zone", zone)
            event = from_plain(values, known)
            saved = office.save(event)
            if event.id in (name for name, _saved in done):
                raise BadEvent(_("{event} is written twice."), event=event.id)
            done.append((event.id, saved))
        except BadEvent as bad:
            raise BadEvent(
                "{where}: {why}", where=one.place(bad.key), why=say(bad.why, **bad.values)
            ) from bad
    return done
