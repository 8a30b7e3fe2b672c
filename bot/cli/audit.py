"""`citybot audit`: what staff and the house did, and whether the chain of it holds."""

import sys

import click

from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, TranslatedGroup, tell
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.audit import Audit, head, verify


@click.command(cls=TranslatedGroup, help=_("What staff did: show it, and check the chain."))
def audit() -> None:
    """Only a family."""


@audit.command(cls=TranslatedCommand, help=_("Show what was done to something: poll:ID."))
@click.argument("object_", metavar="OBJECT")
@click.pass_context
def show(ctx: click.Context, object_: str) -> None:
    """Print one entry a line, oldest first."""
    for row in look(ctx, lambda transaction: Audit(transaction).of(object_)) or ():
        at = row.at.isoformat(timespec="seconds")
        click.echo("  ".join(filter(None, (at, row.actor, row.action, row.detail, row.hash[:12]))))


@audit.command("verify", cls=TranslatedCommand, help=_("Check that nothing was changed in it."))
@click.option("--known", default="", help=_("A hash you kept; it must still be in the chain."))
@click.pass_context
def verify_(ctx: click.Context, known: str) -> None:
    """Print the last hash, to be kept elsewhere; exit 1 when the chain is broken."""

    def check(transaction: Transaction) -> tuple[list[str], str]:
        return list(verify(transaction.connection, known)), head(transaction.connection)

    found, last = look(ctx, check) or ([], "")
    for finding in found:
        click.echo(finding, err=True)
    click.echo(last)
    if found:
        tell(_("The chain is broken: {count}."), count=len(found))
        sys.exit(1)
    tell(_("The chain holds."))
