"""A command's way to the polls: one transaction, done for real or only tried."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn, TypeVar

import click

from bot.cli import settings
from bot.cli.doing import Doing
from bot.cli.reach import database_of, look
from bot.cli.speech import say, tell
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.keys import Keys
from bot.services.poll_office import PollOffice
from bot.services.poll_written import BadPoll
from bot.services.polls import Poll, Polls

Done = TypeVar("Done")


class _OnlyTried(Exception):
    """Rolls a transaction back that was only a rehearsal."""


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
