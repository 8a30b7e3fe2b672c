"""`citybot broadcast`: written once, looked at, sent, held, and what became of it."""

import click

from bot.cli.broadcast.looking import list_, status
from bot.cli.broadcast.previewing import preview
from bot.cli.broadcast.states import agree, back, cancel, decide, pause, resume
from bot.cli.broadcast.trying import test
from bot.cli.broadcast.writing import send, write
from bot.cli.speech import TranslatedGroup
from bot.i18n import _


@click.command(
    cls=TranslatedGroup, help=_("Messages to many: preview, send, pause, and what became of them.")
)
def broadcast() -> None:
    """Only a family."""


for command in (
    *(write, preview, test, send, agree, back, pause, resume, cancel, decide, status, list_),
):
    broadcast.add_command(command)
