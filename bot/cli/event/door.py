"""`citybot event checkin-link`: the secret page for those who stand at the door."""

import sys
from datetime import UTC, datetime

import click

from bot.cli import settings
from bot.cli.event.reaching import the_event
from bot.cli.login import login
from bot.cli.reach import database_of
from bot.cli.speech import TranslatedCommand, language, tell
from bot.dialog import Transaction
from bot.i18n import _, format_moment
from bot.services.actors import named
from bot.services.checkins import STAYS
from bot.services.event_office import EventOffice
from bot.services.weblinks import DOOR, Pages


@click.command(
    "checkin-link", cls=TranslatedCommand, help=_("Make the secret link for the check-in page.")
)
@click.argument("event_id", metavar="EVENT")
@click.option("--void", is_flag=True, help=_("Only make the earlier link useless."))
@click.pass_context
def checkin_link(ctx: click.Context, event_id: str, void: bool) -> None:
    """Print it once: only its hash is kept. A new one takes the place of the one before."""
    event = the_event(ctx, event_id)
    pages = Pages(settings(ctx).public_url)
    if not void and not pages:
        tell(_("Set public_url first: without it nobody can open the page."))
        sys.exit(1)
    with database_of(ctx) as database, database.write() as connection:
        office = EventOffice(Transaction(connection, datetime.now(UTC)), named("", login()))
        token = None if void else office.make_door(event)
        gone = office.close_door(event_id) if void else 0
    if token is None:
        tell(_("Links that do not work any more: {count}."), count=gone)
        return
    click.echo(pages.at(DOOR, token))
    until = max(event.ends_at, datetime.now(UTC)) + STAYS
    note = _("Who has this link can check people in, until {moment}. It is not shown again.")
    tell(note, moment=format_moment(language(), until, event.local_zone))
