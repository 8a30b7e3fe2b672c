"""`citybot poll`: what organisers do with polls, one file a group of commands."""

import click

from bot.cli.poll.counting import import_paper, recount_
from bot.cli.poll.group import post
from bot.cli.poll.kiosk import kiosk
from bot.cli.poll.looking import list_, results, show
from bot.cli.poll.poster import poster
from bot.cli.poll.states import cancel, close, create, extend, open_
from bot.cli.poll.telling import invite, statements, steps, texts
from bot.cli.speech import TranslatedGroup
from bot.i18n import _


@click.command(cls=TranslatedGroup, help=_("The polls: write, open, close, show, count again."))
def poll() -> None:
    """Only a family."""


for command in (
    *(create, list_, show, open_, close, extend, cancel),
    *(results, recount_, import_paper, steps, invite, statements, texts, kiosk, poster, post),
):
    poll.add_command(command)
