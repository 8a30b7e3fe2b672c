"""`citybot ask`: one answer, or one a line of a file; exit 3 when there was none."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TextIO

import click
import orjson
from sqlalchemy import Engine, create_engine, insert, select
from sqlalchemy.exc import SQLAlchemyError

from bot.brain import build_engine, open_library
from bot.cli import settings_without_logs
from bot.cli.speech import TranslatedCommand, say, tell
from bot.config import Settings
from bot.conversation import Conversation
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _, negotiate, translate
from bot.message import Address, Message
from bot.models import Base
from bot.text import MESSAGE_LIMIT, clean
from bot.understanding import detect, is_question
from dialogs.asking import find_asked
from dialogs.nothing_open import MEAN_A_PROGRAMME
from knowledge.answering import CONSIDERED, UNKNOWN, Finding, found_text, listed_text
from knowledge.confidence import ANSWERED_FROM
from knowledge.index import Found, Hit
from knowledge.library import Library

UNANSWERED = 3
_NOT_ANSWERED = frozenset({"crisis"})  # whom to call is named; what was asked is not answered


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
    answering = Answering(settings_without_logs(ctx, language=lang))
    if file is not None:
        _show_all((answering.answer(line) for line in _lines(file)), output)
        return
    answer = answering.answer(question or "")
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


class Answering:
    """The brain without a house: nothing is stored, nothing is sent."""

    def __init__(self, chosen: Settings) -> None:
        self._settings = chosen
        database = _database(chosen)
        self._library = open_library(database)
        self._events = _events(database) if database else []
        if database:
            database.close()
        self._engine = build_engine(chosen, self._library)

    @cached_property
    def _memory(self) -> Engine:
        """What a dialog writes goes into a database that exists for this run only."""
        memory = create_engine("sqlite://", hide_parameters=True)
        Base.metadata.create_all(memory)
        if self._events:
            with memory.begin() as connection:
                connection.execute(insert(Base.metadata.tables["event"]), self._events)
        return memory

    def answer(self, question: str) -> dict[str, Any]:
        """The answer as the JSON contract has it; a very long line is read in part."""
        text = clean(question)[:MESSAGE_LIMIT]
        guess = detect(text)
        language = guess.language or negotiate(self._settings.language) or "en"
        intent = self._engine.wish(text) or "ask"
        about = Found()
        if intent in MEAN_A_PROGRAMME:
            finding = find_asked(self._library, text, language, "programme")
            about = finding.found
            is_unsure = about.confidence < ANSWERED_FROM
            if intent == "register" and is_question(text) and is_unsure:
                intent = "ask"  # "how do I register for a nursery?"
        if intent == "ask" and any(sign.isalpha() for sign in text):
            return self._from_articles(text, language)
        spoken, told = self._talk(text, language)
        return {
            "answered": intent != "ask" and intent not in _NOT_ANSWERED,
            "text": told,
            "language": spoken,
            "intent": intent,
            "confidence": float(intent != "ask"),  # a wish is recognised, or it is none
            "sources": self._sources(about),
        }

    def _from_articles(self, text: str, language: str) -> dict[str, Any]:
        finding = find_asked(self._library, text, language)
        return {
            "answered": finding.answered,
            "text": _told(finding),
            "language": finding.language,
            "intent": "ask",
            "confidence": round(finding.found.confidence, 4),
            "sources": self._sources(finding.found),
        }

    def _sources(self, found: Sequence[Hit]) -> list[dict[str, Any]]:
        return [_source(self._library, hit) for hit in found[:CONSIDERED]]

    def _talk(self, text: str, language: str) -> tuple[str, str]:
        """What the chat would reply, and in which language."""
        now, address = datetime.now(UTC), Address("terminal", "ask")
        begun = Conversation(address, "nobody", language)
        message = Message("1", address, text, now)
        with self._memory.connect() as connection:
            result = self._engine.take_turn(begun, message, Transaction(connection, now))
        spoken = result.conversation.language if result.conversation else language
        return spoken, "\n\n".join(reply.text for reply in result.replies)


def _events(database: Database) -> list[dict[str, Any]]:
    """What the chat may tell of: who asks for an event gets what is in the calendar now."""
    table = Base.metadata.tables["event"]
    try:
        with database.read() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]
    except SQLAlchemyError:  # the schema is older than events
        return []


def _told(finding: Finding) -> str:
    """The answer alone: nothing is noted here, so nothing is promised."""
    if finding.listed:
        return "\n".join((listed_text(finding), *(f"- {a.title}" for a in finding.listed)))
    if finding.article is None:
        return translate(finding.language, UNKNOWN)
    return found_text(finding, finding.article)


def _source(library: Library, hit: Hit) -> dict[str, Any]:
    article = library.article(hit.slug, hit.lang)
    url = next((s.url for s in article.sources if s.url), "") if article else ""
    title = article.title if article else hit.slug
    return {
        "slug": hit.slug,
        "title": title,
        "lang": hit.lang,
        "score": round(hit.score, 4),
        "url": url,
    }


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
