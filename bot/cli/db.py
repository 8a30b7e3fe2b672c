"""`citybot db`: bring the database up to date, back it up, put a backup in place."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from bot import backup as backups
from bot.cli import settings
from bot.cli.reach import give_up
from bot.cli.speech import TranslatedCommand, TranslatedGroup, say, tell
from bot.config import Settings
from bot.database import SCHEMA, Database, refuse_newer
from bot.i18n import _
from bot.restore import restore as put_back


@click.command(cls=TranslatedGroup, help=_("The database: upgrade, back up, restore."))
def db() -> None:
    """Only a family."""


@db.command(cls=TranslatedCommand, help=_("Bring the database's schema up to date."))
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.pass_context
def upgrade(ctx: click.Context, dry_run: bool) -> None:
    """Say where the schema stands; change it unless told not to."""
    chosen = settings(ctx)
    try:
        before = schema_of(chosen)
        refuse_newer(before)
        if not dry_run:
            with closing(Database(chosen.database())) as database:
                database.upgrade()
    except SQLAlchemyError as error:
        give_up(error)
    if before == SCHEMA:
        tell(_("The database is up to date ({schema})."), schema=SCHEMA)
    else:
        tell(_("Database schema: {before} → {schema}"), before=before or "-", schema=SCHEMA)


@db.command(cls=TranslatedCommand, help=_("Write a checked copy into a folder."))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("backups"))
@click.pass_context
def backup(ctx: click.Context, folder: Path) -> None:
    """Print the archive's path; the copy is made while the house runs."""
    try:
        click.echo(backups.backup(settings(ctx), folder, datetime.now(UTC)))
    except backups.BadBackup as error:
        _give_up(error)


@db.command(cls=TranslatedCommand, help=_("Put a backup in place of the database."))
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help=_("Only check the archive."))
@click.option("--yes", is_flag=True, help=_("Do it without asking."))
@click.pass_context
def restore(ctx: click.Context, archive: Path, only_check: bool, yes: bool) -> None:
    """Check first; ask unless told not to; stop the house before."""
    try:
        backups.check(archive)
        if only_check:
            tell(_("{path} is complete."), path=str(archive))
            return
        if not yes:
            click.confirm(
                say(_("Replace the present database with this backup?")), abort=True, err=True
            )
        put_back(settings(ctx), archive, datetime.now(UTC))
    except backups.BadBackup as error:
        _give_up(error)
    tell(_("Restored from {path}."), path=str(archive))


def schema_of(chosen: Settings) -> str | None:
    """Where the schema stands; None for an empty database or a file that is still to be made.

    Raises sqlalchemy.exc.SQLAlchemyError when the database does not answer.
    """
    with closing(Database(chosen.database())) as database:
        if database.is_sqlite and not Path(database.engine.url.database or "").exists():
            return None  # looking would make it
        with database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
        return database.schema()


def _give_up(error: backups.BadBackup) -> None:
    tell(error.msgid, **error.values)
    sys.exit(1)
