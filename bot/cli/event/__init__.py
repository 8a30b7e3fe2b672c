"""`citybot event`: what organisers do with events, one file a group of commands."""

import click

from bot.cli.event.attendees import admit, attendees, remove
from bot.cli.event.door import checkin_link
from bot.cli.event.files import export, import_
from bot.cli.event.looking import list_, show
from bot.cli.event.remind import remind
from bot.cli.event.states import cancel, close, move, open_
from bot.cli.speech import TranslatedGroup
from bot.i18n import _


@click.command(cls=TranslatedGroup, help=_("The events: bring in, show, open, move, cancel."))
def event() -> None:
    """Only a family."""


for command in (
    *(import_, export, list_, show),
    *(open_, close, cancel, move),
    *(attendees, admit, remove, checkin_link, remind),
):
    event.add_command(command)
