"""`citybot person`: codes that confirm contacts; what is kept of somebody, and its deletion."""

import sys
from pathlib import Path

import click

from bot.cli import settings
from bot.cli.doing import Doing, staff_option
from bot.cli.poll.reaching import change
from bot.cli.rights import erase, export
from bot.cli.speech import TranslatedCommand, TranslatedGroup, tell
from bot.dialog import Invalid
from bot.i18n import _
from bot.secret import keep_secret
from bot.services.contacts import VALID, Contacts, read_contact


@click.group(
    cls=TranslatedGroup, help=_("People: confirm their contacts, hand out their data, delete them.")
)
def person() -> None:
    """Only a family."""


for command in (export, erase):
    person.add_command(command)


@person.command(
    cls=TranslatedCommand,
    help=_("Make a code for each e-mail address or phone number; send it there, or hand it out."),
)
@click.argument("contacts", nargs=-1, metavar="CONTACT...")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("A file with one contact a line, or the first column of a table (CSV)."),
)
@staff_option
@click.pass_context
def confirm(
    ctx: click.Context, contacts: tuple[str, ...], path: Path | None, staff: str | None
) -> None:
    """Print contact and code, divided by a comma: a table for a mail merge."""
    written = (*contacts, *_lines(path))
    if not written:
        raise click.UsageError(
            click.MissingParameter(param_type="argument", param_hint="CONTACT").format_message()
        )
    known, doing = _read(written, settings(ctx).zone), Doing(staff)
    secret = keep_secret(settings(ctx))
    codes = change(ctx, doing, lambda t, _keys: Contacts(t).give_out(known, secret, doing.actor))
    for contact, code in codes.items():
        click.echo(f"{contact},{code}")
    told = _(
        "Whoever writes such a code to us within {days} days has that contact: send each only to "
        "its own, and keep no list. Only hashes are kept here."
    )
    tell(told, days=VALID.days)


def _lines(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        tell(_("{path} cannot be read: {error}"), path=str(path), error=str(error))
        sys.exit(1)
    cells = (line.replace(";", ",").partition(",")[0].strip(' "\t') for line in lines)
    return tuple(filter(None, cells))


def _read(written: tuple[str, ...], zone: str) -> list[str]:
    """Contacts as they are compared, each once; ends the command at the first that is none."""
    known: dict[str, None] = {}
    for one in written:
        try:
            known[read_contact(one, zone)] = None
        except Invalid as wrong:
            tell(_("{contact}: this is neither an e-mail address nor a phone number."), contact=one)
            tell(wrong.why, **wrong.values)
            sys.exit(1)
    return list(known)
