"""`citybot poll poster`: a page to hang up, in every language, with a code for each channel."""

import asyncio
import sys
from pathlib import Path

import click

from bot.cli import settings
from bot.cli.poll.reaching import the_poll
from bot.cli.speech import TranslatedCommand, tell
from bot.config import Settings
from bot.i18n import _
from bot.services.invites import Invite, Signer
from bot.services.polls import Poll
from bot.services.poster import SOURCE, Poster, Size
from bot.services.poster import poster as written


@click.command(
    "poster",
    cls=TranslatedCommand,
    help=_("Make a poster: the question in every language, codes to scan, the closing time."),
)
@click.argument("poll_id", metavar="POLL")
@click.option(
    *("-o", "--output"),
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Where to: a name that ends in .pdf or .html; else POLL.pdf."),
)
@click.option(
    "--size", type=click.Choice(["a4", "a3"]), default="a4", help=_("The paper: a4 or a3.")
)
@click.pass_context
def poster(ctx: click.Context, poll_id: str, output: Path | None, size: Size) -> None:
    """Print where it was written."""
    path = output or Path(f"{poll_id}.pdf")
    if path.suffix.lower() not in (".pdf", ".html"):
        tell(_("{path}: the name must end in .pdf or .html."), path=str(path))
        sys.exit(2)
    poll = the_poll(ctx, poll_id)
    if poll.state not in ("draft", "open"):
        tell(_("{poll} is not open."), poll=poll_id)
        sys.exit(1)
    made = _made(settings(ctx), poll)
    try:
        path.write_bytes(_drawn(made, path, size))
    except OSError as error:
        tell(_("{path} cannot be written: {error}"), path=str(path), error=error.strerror)
        sys.exit(1)
    click.echo(path)


def _made(chosen: Settings, poll: Poll) -> Poster:
    from bot.cli.channel import links_of, settings_told  # a whole house, for two commands of many

    code = Signer(chosen).make(Invite(f"poll:{poll.id}", SOURCE))
    with settings_told():
        links, _failed = asyncio.run(links_of(chosen, code))
    made = written(chosen, poll, links)
    if not made.ways:
        tell(_("No open channel takes votes in this poll and can be opened by a code to scan."))
    return made


def _drawn(made: Poster, path: Path, size: Size) -> bytes:
    if path.suffix.lower() == ".html":
        from bot.services.poster_html import as_html

        return as_html(made, size).encode()
    from bot.services.poster_pdf import as_pdf
    from bot.services.typesetting import can_write

    if not can_write("".join((s.title + "".join(s.asks)).replace("\n", "") for s in made.said)):
        tell(_("The PDF leaves out signs that its fonts do not have. Try .html and print that."))
    return as_pdf(made, size)
