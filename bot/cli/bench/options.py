"""What every measurement is asked on the command line, and how it tells that it goes on."""

import os
from pathlib import Path
from typing import Final

import click

from bot.cli.speech import say
from bot.i18n import _

_POSTGRES: Final = "postgresql://postgres@127.0.0.1:5432/postgres"

output_option = click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)
postgres_option = click.option(
    "--postgres", help=_("A PostgreSQL server; a database is made there and dropped.")
)
frameworks_option = click.option(
    "--frameworks",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_(
        "What others build bots with: the folder that `make frameworks` has made. Without it they "
        "are left out."
    ),
)


def server_of(postgres: str | None) -> str:
    """The server to measure on: the one asked for, or of the environment, or of this machine."""
    return postgres or os.environ.get("CITYBOT_BENCH_POSTGRES") or _POSTGRES


def frameworks_of(folder: Path | None) -> Path | None:
    """The environment of the frameworks: the one named, or that of the environment variable."""
    named = folder or os.environ.get("CITYBOT_BENCH_FRAMEWORKS")
    return Path(named).absolute() if named else None


def progress(contender: str) -> None:
    """On stderr who is measured now: stdout holds the figures alone."""
    click.echo(say(_("Measuring {contender} …"), contender=contender), err=True)
