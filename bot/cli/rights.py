"""`citybot person export` and `erase`: what the team does for who asks, as a page does."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

import click
import orjson

from bot.cli import settings
from bot.cli.doing import Doing, dry_option, staff_option, yes_option
from bot.cli.reach import database_of, look
from bot.cli.speech import TranslatedCommand, say, tell
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.acquaintances import Acquaintances, Known, Wanted, read_sought
from bot.services.granting import Granting
from bot.services.keys import Keys

Done = TypeVar("Done")
_WHO = _(
    "WHO is the number of a conversation (12), the letters of a person without one (p-7f3a29bc), "
    "or the reference of a registration."
)


@click.command(
    cls=TranslatedCommand,
    help=_(
        "Print what is kept about somebody, as a file for them. WHO: 12, p-7f3a29bc, 7F3-K29-QMB."
    ),
)
@click.argument("who")
@staff_option
@click.pass_context
def export(ctx: click.Context, who: str, staff: str | None) -> None:
    """JSON on stdout, the same as on the page; audited."""
    person = _found(ctx, who)
    kept = _granted(ctx, staff, lambda granting: granting.export(person.id))
    if kept is None:
        _nobody(who)
    click.echo(orjson.dumps(kept, option=orjson.OPT_INDENT_2).decode())


@click.command(
    cls=TranslatedCommand,
    help=_("Delete somebody everywhere. WHO: 12, p-7f3a29bc, 7F3-K29-QMB."),
)
@click.argument("who")
@yes_option
@dry_option
@staff_option
@click.pass_context
def erase(ctx: click.Context, who: str, yes: bool, dry_run: bool, staff: str | None) -> None:
    """Ask first; exit 1 when there is nobody."""
    person = _found(ctx, who)
    told = _("Person {number}: places at events to come {places}, consents {consents}.")
    tell(told, number=person.called, places=person.registrations, consents=person.consents)
    if dry_run:
        tell(_("Nothing was changed."))
        return
    if not yes:
        click.confirm(say(_("Delete everything about this person for good?")), abort=True, err=True)
    _granted(ctx, staff, lambda granting: granting.erase(person.id))
    tell(_("Deleted. Should a backup bring them back, they are deleted again."))


def _granted(ctx: click.Context, staff: str | None, what: Callable[[Granting], Done]) -> Done:
    with database_of(ctx) as database, database.write() as connection:
        transaction = Transaction(connection, datetime.now(UTC))
        return what(Granting(transaction, Keys.of(settings(ctx)), Doing(staff).actor))


def _found(ctx: click.Context, who: str) -> Known:
    """Exactly one; ends the command otherwise."""
    sought = read_sought(who)

    def find(transaction: Transaction) -> tuple[Known, ...]:
        return Acquaintances(transaction).find(Wanted(said=who, sought=sought), 2).found

    found = (look(ctx, find) or ()) if sought else ()
    if len(found) != 1:
        _nobody(who)
    return found[0]


def _nobody(who: str) -> NoReturn:
    tell(_("{who} is not exactly one person we know."), who=who)
    tell(_WHO)
    sys.exit(1)
