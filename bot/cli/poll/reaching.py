"""A command's way to the polls: one transaction, done for real or only tried; and who does it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn, TypeVar

import click

from bot.cli import settings
from bot.cli.login import login
from bot.cli.reach import database_of, look
from bot.cli.speech import say, tell
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.actors import named
from bot.services.keys import Keys
from bot.services.passwords import is_password
from bot.services.poll_office import PollOffice
from bot.services.poll_written import BadPoll
from bot.services.polls import Poll, Polls
from bot.services.staff import Staff

Done = TypeVar("Done")
staff_option = click.option("--staff", help=_("Who does it, for the audit; default: your login."))
sign_option = click.option(
    "--sign", is_flag=True, help=_("Ask for the staff password of --staff: proof of who it is.")
)
yes_option = click.option("--yes", is_flag=True, help=_("Do it without asking."))
dry_option = click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))


class _OnlyTried(Exception):
    """Rolls a transaction back that was only a rehearsal."""


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


def the_poll(ctx: click.Context, poll_id: str) -> Poll:
    """One poll; ends the command when it is not there."""
    found = look(ctx, lambda transaction: Polls(transaction).get(poll_id))
    if found is None:
        tell(_("There is no poll {poll}."), poll=poll_id)
        sys.exit(1)
    return found


def change(ctx: click.Context, doing: Doing, do: Callable[[Transaction, Keys], Done]) -> Done:
    """Rehearse, ask where something could be lost, then do it: all of it or nothing."""
    with database_of(ctx) as database, TemporaryDirectory() as nowhere:
        done = _run(database, Keys(Path(nowhere)), do, keep=False)
        if doing.dry_run:
            tell(_("Nothing was changed."))
            return done
        if doing.risk and not doing.yes:
            click.confirm(say(doing.risk), abort=True, err=True)
        return _run(database, Keys.of(settings(ctx)), do, keep=True)


def organise(ctx: click.Context, doing: Doing, do: Callable[[PollOffice], Done]) -> Done:
    """Likewise, for what organisers do with polls."""
    return change(
        ctx, doing, lambda transaction, keys: do(PollOffice(transaction, keys, doing.actor))
    )


def _run(
    database: Database, keys: Keys, do: Callable[[Transaction, Keys], Done], keep: bool
) -> Done:
    result: Done
    try:
        with database.write() as connection:
            result = do(Transaction(connection, datetime.now(UTC)), keys)
            if not keep:
                raise _OnlyTried
    except _OnlyTried:
        pass
    except BadPoll as bad:
        give_up(bad)
    return result


def give_up(bad: BadPoll) -> NoReturn:
    """Say why it cannot be, and end the command."""
    tell(bad.why, **bad.values)
    sys.exit(1)
