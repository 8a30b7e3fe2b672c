"""`citybot event open|close|cancel|move`: whether one can register, and when it is."""

import sys

import click

from bot.cli.event.reaching import organise, the_event
from bot.cli.speech import TranslatedCommand, language, tell
from bot.i18n import _, format_day
from bot.services.event_texts import when
from bot.services.event_written import read_time
from bot.services.events import Event, shred_day
from bot.services.fields import BadEvent

_yes = click.option("--yes", is_flag=True, help=_("Do it without asking."))
_dry = click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))


@click.command("open", cls=TranslatedCommand, help=_("Let people register."))
@click.argument("event_id", metavar="EVENT")
@_dry
@click.pass_context
def open_(ctx: click.Context, event_id: str, dry_run: bool) -> None:
    """Say that it is open."""
    organise(ctx, lambda office: office.open(event_id), True, dry_run)
    if not dry_run:
        tell(_("{event} is open: people can register."), event=event_id)


@click.command(cls=TranslatedCommand, help=_("Take no more registrations."))
@click.argument("event_id", metavar="EVENT")
@_dry
@click.pass_context
def close(ctx: click.Context, event_id: str, dry_run: bool) -> None:
    """Say that it is closed; who waits may still move up."""
    organise(ctx, lambda office: office.close(event_id), True, dry_run)
    if not dry_run:
        tell(_("{event} is closed; who waits may still move up."), event=event_id)


@click.command(
    cls=TranslatedCommand, help=_("Cancel an event, and tell everybody who has a place.")
)
@click.argument("event_id", metavar="EVENT")
@_yes
@_dry
@click.pass_context
def cancel(ctx: click.Context, event_id: str, yes: bool, dry_run: bool) -> None:
    """Say how many places ended; a cancelled event stays so."""
    ended = organise(ctx, lambda office: office.cancel(event_id), yes, dry_run)
    if not dry_run:
        tell(
            _("{event} is cancelled; places that ended: {count}."), event=event_id, count=len(ended)
        )


@click.command(
    cls=TranslatedCommand, help=_("Give an event another time, and tell who has a place.")
)
@click.argument("event_id", metavar="EVENT")
@click.option("--starts", required=True, help=_("Local time of the event: 2027-05-03 09:00"))
@click.option("--ends", help=_("Likewise; without it, the event stays as long as it was."))
@_yes
@_dry
@click.pass_context
def move(ctx: click.Context, /, event_id: str, starts: str, ends: str | None, **how: bool) -> None:
    """Say when it is now."""
    event = the_event(ctx, event_id)
    try:
        starts_at = read_time(starts, event.local_zone)
        lasts = event.ends_at - event.starts_at
        ends_at = read_time(ends, event.local_zone) if ends else starts_at + lasts
    except BadEvent as bad:
        tell(bad.why, **bad.values)
        sys.exit(1)
    moved: Event = organise(
        ctx,
        lambda office: office.move(event_id, starts_at, ends_at),
        how["yes"],
        how["dry_run"],
    )
    tell(
        _("{event} would be: {when}") if how["dry_run"] else _("{event} is now: {when}"),
        event=event_id,
        when=when(moved, language()),
    )
    before, after = shred_day(event), shred_day(moved)
    if before != after:
        tell(_("Personal answers are deleted on {day}."), day=format_day(language(), after))
