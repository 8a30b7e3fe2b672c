"""The database of a command: up to date, or one kind sentence and exit 1."""

import sys
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli import settings
from bot.cli.speech import tell
from bot.config import Settings
from bot.database import Database, NewerSchema
from bot.i18n import _

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
