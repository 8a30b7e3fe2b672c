"""`citybot broadcast test`: to one address, before it goes to all."""

import sys

import click

from bot.cli.broadcast.reaching import number_argument, take, the_broadcast
from bot.cli.doing import Doing, dry_option, staff_option, yes_option
from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, say, tell
from bot.dialog import Transaction
from bot.i18n import _, language_name, languages
from bot.message import Address
from bot.services.broadcast_trial import own_address, try_out
from bot.services.staff import Staff


@click.command(cls=TranslatedCommand, help=_("Send it to yourself, before it goes to all."))
@number_argument
@click.option(
    "--to",
    metavar="ADDRESS",
    help=_("Where, as telegram:42; default: the messenger that --staff has linked."),
)
@click.option(
    "--language",
    type=click.Choice(sorted(languages())),
    help=_("Which of its texts; default: what is spoken there."),
)
@staff_option
@yes_option
@dry_option
@click.pass_context
def test(
    ctx: click.Context, /, number: int, to: str | None, language: str | None, **how: bool | str
) -> None:
    """The running house sends it; how it arrives shows every channel for itself."""
    known, staff = the_broadcast(ctx, number), str(how["staff"] or "") or None
    address = _read(to) if to else _own(ctx, staff)
    risk = _("Whoever talks with us there gets it at once. Send it?")
    doing = Doing(staff, bool(how["yes"]), bool(how["dry_run"]), risk)
    spoken = take(
        *(ctx, doing),
        lambda broadcasts: try_out(
            *(broadcasts.transaction, known, address, doing.actor), language=language or ""
        ),
    )
    click.echo(f"{address}  {language_name(spoken)}")


def _read(written: str) -> Address:
    try:
        return Address.parse(written)
    except ValueError:
        why = say(_("--to {given}: write CHANNEL:USER, as telegram:42."), given=written)
        raise click.UsageError(why) from None


def _own(ctx: click.Context, staff: str | None) -> Address:
    def find(transaction: Transaction) -> Address | None:
        member = Staff(transaction).get(staff or "")
        return own_address(transaction, member) if member else None

    found = look(ctx, find)
    if found is None:
        tell(_("No messenger is linked for --staff: say --to ADDRESS, or link one in the console."))
        sys.exit(1)
    return found
