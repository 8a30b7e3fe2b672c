"""`citybot poll kiosk`: the secret link of a tablet in the street."""

import sys

import click

from bot.cli import settings
from bot.cli.doing import Doing, staff_option
from bot.cli.poll.reaching import change, the_poll
from bot.cli.speech import TranslatedCommand, language, tell
from bot.i18n import _
from bot.services.kiosk import KioskLinks
from bot.services.poll_texts import until
from bot.services.weblinks import KIOSK, Pages


@click.command(
    cls=TranslatedCommand, help=_("Make the secret link for a tablet on which people vote.")
)
@click.argument("poll_id", metavar="POLL")
@click.option("--place", default="", help=_("Where it stands: library. One link for each place."))
@click.option("--void", is_flag=True, help=_("Only make the link of that place, or all, useless."))
@staff_option
@click.pass_context
def kiosk(ctx: click.Context, poll_id: str, place: str, void: bool, staff: str | None) -> None:
    """Print it once: only its hash is kept. A new one takes the place of the one before."""
    doing, place = Doing(staff), place.strip()
    if void:
        gone = change(ctx, doing, lambda t, _k: KioskLinks(t).void(poll_id, place, doing.actor))
        tell(_("Links that do not work any more: {count}."), count=gone)
        return
    pages = Pages(settings(ctx).public_url)
    if not pages:
        tell(_("Set public_url first: without it nobody can open the page."))
        sys.exit(1)
    token = change(ctx, doing, lambda t, _k: KioskLinks(t).make(poll_id, place, doing.actor))
    click.echo(pages.at(KIOSK, token))
    note = _(
        "Who has this link can vote as often as they like, until {when}: keep it on the tablet."
    )
    tell(note, when=until(the_poll(ctx, poll_id), language()))
