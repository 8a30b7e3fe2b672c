"""The database of a command: up to date, or one kind sentence and exit 1."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli import settings
from bot.cli.speech import tell
from bot.config import Settings
from bot.database import Database, NewerSchema
from bot.dialog import Transaction
from bot.i18n import _

Done = TypeVar("Done")
NEWER = _("The database is newer than this program ({found}); please update.")


def is_there(chosen: Settings) -> bool:
    """Whether there is a database to look into: opening an SQLite file would make it."""
    return bool(chosen.database_url) or (chosen.data_dir / "citybot.sqlite3").exists()


def reach(ctx: click.Context) -> Database:
    """The database, up to date; ends the command when it cannot be used."""
    database = Database(settings(ctx).database())
    try:
        database.upgrade()
    except (SQLAlchemyError, OSError) as error:
        give_up(error)
    return database


def give_up(error: Exception) -> NoReturn:
    """Say why the database cannot be used, and end the command."""
    if isinstance(error, NewerSchema):
        tell(NEWER, found=error.found)
    else:
        tell(
            _("The database cannot be reached ({error}). See: citybot check"),
            error=type(error).__name__,
        )
    sys.exit(1)


@contextmanager
def database_of(ctx: click.Context) -> Iterator[Database]:
    """The house's database, closed at the end; ends the command when it cannot be reached."""
    database = reach(ctx)
    try:
        yield database
    finally:
        database.close()


def look(ctx: click.Context, of: Callable[[Transaction], Done]) -> Done | None:
    """Read something; None where there is no database yet, which looking would make."""
    if not is_there(settings(ctx)):
        return None
    with database_of(ctx) as database, database.read() as connection:
        return of(Transaction(connection, datetime.now(UTC)))
