"""How a command makes a change: by whom, asked before or not, for real or only tried."""

import sys
from dataclasses import dataclass

import click

from bot.cli.login import login
from bot.cli.reach import look
from bot.cli.speech import say, tell
from bot.i18n import _
from bot.services.actors import named
from bot.services.passwords import is_password
from bot.services.staff import Staff

staff_option = click.option("--staff", help=_("Who does it, for the audit; default: your login."))
sign_option = click.option(
    "--sign", is_flag=True, help=_("Ask for the staff password of --staff: proof of who it is.")
)
yes_option = click.option("--yes", is_flag=True, help=_("Do it without asking."))
dry_option = click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))


@dataclass(frozen=True, slots=True)
class Doing:
    """How a change is to be made: by whom, asked before or not, or only tried.

    `risk`: what is asked before it is done; "" where nothing is lost by it.
    `proven`: who gave their own password, see signed().
    """

    staff: str | None = None
    yes: bool = False
    dry_run: bool = False
    risk: str = ""
    proven: str = ""

    @property
    def actor(self) -> str:
        """As the audit chain names them."""
        return self.proven or named(self.staff or "", login())


def signed(ctx: click.Context, name: str | None, is_asked: bool) -> str:
    """The member of the team who gives their password, as the audit names them; "" if not asked.

    Ends the command when it is not theirs.
    """
    if not is_asked:
        return ""
    password = click.prompt(say(_("Staff password of {name}"), name=name or "?"), hide_input=True,
                            err=True)  # fmt: skip
    member = look(ctx, lambda transaction: Staff(transaction).get(name or ""))
    is_theirs = is_password(password, member.password if member else None)
    if member is None or not is_theirs or member.disabled_at:
        tell(_("This is not the password of a member of the team by that name."))
        sys.exit(1)
    return member.actor
