"""`citybot ask`: one answer, or one a line of a file; exit 3 when there was none."""

import sys
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TextIO

import click
import orjson
from sqlalchemy import Engine, create_engine, insert, select
from sqlalchemy.exc import SQLAlchemyError

from bot.answering import Answering
from bot.brain import open_library
from bot.cli import settings_without_logs
from bot.cli.speech import TranslatedCommand, say, tell
from bot.config import Settings
from bot.database import Database
from bot.i18n import _
from bot.models import Base

UNANSWERED = 3


@click.command(cls=TranslatedCommand, help=_("Answer a question, with its sources."))
@click.argument("question", required=False)
@click.option(
    "--file",
    "file",
    type=click.File("r", encoding="utf-8", errors="replace"),
    help=_("Answer every line of this file; - for standard input."),
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    help=_("text, json, or jsonl: one JSON object a line."),
)
@click.option("--lang", help=_("The language when the question does not show it."))
@click.pass_context
def ask(
    ctx: click.Context, question: str | None, file: TextIO | None, output: str, lang: str | None
) -> None:
    """Answer one question, or each line of a file; a file always ends with exit 0."""
    if (question is None) == (file is None):
        raise click.UsageError(say(_("Give one question, or a file with --file.")))
    brain = answering(settings_without_logs(ctx, language=lang))
    if file is not None:
        _show_all((brain.answer(line) for line in _lines(file)), output)
        return
    answer = brain.answer(question or "")
    _show(answer, output)
    if not answer["answered"]:
        sys.exit(UNANSWERED)


def _show_all(answers: Iterator[dict[str, Any]], output: str) -> None:
    """Each as it comes; as JSON all of them in one list, or the whole would not be JSON."""
    if output == "json":
        _show(list(answers), output)
        return
    for answer in answers:
        _show(answer, output)


def _lines(file: TextIO) -> Iterator[str]:
    """Its lines in order, blank ones too: answer n is that to line n."""
    return (line.rstrip("\r\n") for line in file)


def _show(answer: Any, output: str) -> None:
    if output == "text":
        click.echo(answer["text"])
        return
    indent = orjson.OPT_INDENT_2 if output == "json" else 0
    click.echo(orjson.dumps(answer, option=indent))  # as bytes: JSON is UTF-8 in every terminal


def answering(chosen: Settings) -> Answering:
    """The brain without a house: the articles and events of its database, if there is one."""
    database = _database(chosen)
    library = open_library(database)
    events = _events(database) if database else []
    if database:
        database.close()
    memory = cache(lambda: _memory(events))  # many a question needs none
    return Answering(chosen, library, lambda: memory().connect())


def _memory(events: Sequence[dict[str, Any]]) -> Engine:
    """What a dialog writes goes into a database that exists for this run only."""
    memory = create_engine("sqlite://", hide_parameters=True)
    Base.metadata.create_all(memory)
    if events:
        with memory.begin() as connection:
            connection.execute(insert(Base.metadata.tables["event"]), events)
    return memory


def _events(database: Database) -> list[dict[str, Any]]:
    """What the chat may tell of: who asks for an event gets what is in the calendar now."""
    table = Base.metadata.tables["event"]
    try:
        with database.read() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]
    except SQLAlchemyError:  # the schema is older than events
        return []


def _database(chosen: Settings) -> Database | None:
    """The house's database if there is one: staff may have changed articles in it."""
    if not chosen.database_url and not (chosen.data_dir / "citybot.sqlite3").exists():
        return None
    database = Database(chosen.database())
    try:
        there = database.schema() is not None
    except SQLAlchemyError:  # a file that is none of ours
        there = False
    if there:
        return database
    database.close()
    tell(_("The database is empty or not reachable; answering from the packaged articles."))
    return None
