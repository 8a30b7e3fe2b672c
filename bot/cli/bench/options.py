"""What every measurement is asked on the command line, and how it tells that it goes on."""

import os
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


def server_of(postgres: str | None) -> str:
    """The server to measure on: the one asked for, or of the environment, or of this machine."""
    return postgres or os.environ.get("CITYBOT_BENCH_POSTGRES") or _POSTGRES


def progress(contender: str) -> None:
    """On stderr who is measured now: stdout holds the figures alone."""
    click.echo(say(_("Measuring {contender} …"), contender=contender), err=True)
