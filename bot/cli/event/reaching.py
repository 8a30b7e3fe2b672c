"""A command's way to the events: one transaction, done for real or only tried."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import click

from bot.cli.login import login
from bot.cli.reach import database_of, look
from bot.cli.speech import say, tell
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.actors import named
from bot.services.event_office import EventOffice
from bot.services.events import Event, Events
from bot.services.fields import BadEvent
from bot.services.registration import Refused

Done = TypeVar("Done")


class _OnlyTried(Exception):
    """Rolls a transaction back that was only a rehearsal."""


def the_event(ctx: click.Context, event_id: str) -> Event:
    """One event; ends the command when it is not there."""
    found = look(ctx, lambda transaction: Events(transaction).get(event_id))
    if found is None:
        tell(_("There is no event named {event}."), event=event_id)
        sys.exit(1)
    return found


def organise(ctx: click.Context, do: Callable[[EventOffice], Done], yes: bool, dry: bool) -> Done:
    """Rehearse, ask where people would be told, then do it: all of it or nothing."""
    with database_of(ctx) as database:
        done, told = _run(database, do, keep=False)
        if dry:
            tell(_("Nothing was changed; people who would be told: {count}."), count=told)
            return done
        if told and not yes:
            question = say(_("{count} people will be told. Go on?"), count=told)
            click.confirm(question, abort=True, err=True)
        done, told = _run(database, do, keep=True)
        if told:
            tell(_("People who are told now: {count}."), count=told)
        return done


def _run(database: Database, do: Callable[[EventOffice], Done], keep: bool) -> tuple[Done, int]:
    result: tuple[Done, int]
    try:
        with database.write() as connection:
            office = EventOffice(Transaction(connection, datetime.now(UTC)), named("", login()))
            result = do(office), office.told
            if not keep:
                raise _OnlyTried
    except _OnlyTried:
        pass
    except (BadEvent, Refused) as bad:
        tell(bad.why, **bad.values)
        sys.exit(1)
    return result
