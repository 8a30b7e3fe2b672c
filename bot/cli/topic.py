"""`citybot topic`: what people may ask to be told of."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import click

from bot.cli.broadcast.reaching import actor_of
from bot.cli.doing import staff_option
from bot.cli.event.looking import print_rows
from bot.cli.reach import database_of, look
from bot.cli.speech import TranslatedCommand, TranslatedGroup, language, say, tell
from bot.dialog import Invalid, Transaction
from bot.i18n import _, languages
from bot.services.topics import KINDS, Topic, Topics

_COLUMNS = ("id", "kind", "title", "people", "closed")


@click.command(cls=TranslatedGroup, help=_("Topics people can subscribe to."))
def topic() -> None:
    """Only a family."""


@topic.command("list", cls=TranslatedCommand, help=_("List the topics, and how many want to hear."))
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    help=_("text, json, jsonl: one a line, or csv: a table."),
)
@click.pass_context
def list_(ctx: click.Context, output: str) -> None:
    """Print one topic a line."""
    every = look(ctx, lambda transaction: Topics(transaction).all(with_closed=True)) or ()
    if output == "text":
        for one in every:
            closed = say(_("(closed)")) if one.closed_at else ""
            click.echo(f"{one.id}  {one.people}  {one.name(language())} {closed}".rstrip())
        return
    values = [(t.id, t.kind, t.name(language()), t.people, bool(t.closed_at)) for t in every]
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in values]
    print_rows(_COLUMNS, rows, output)


@topic.command(cls=TranslatedCommand, help=_("Offer a topic: citybot topic save trees en=Trees …"))
@click.argument("topic_id", metavar="TOPIC")
@click.argument("titles", nargs=-1, required=True, metavar="LANGUAGE=TITLE...")
@click.option("--kind", type=click.Choice(KINDS), help=_("interest or city."))
@staff_option
@click.pass_context
def save(
    ctx: click.Context, topic_id: str, titles: Sequence[str], kind: str | None, staff: str | None
) -> None:
    """One that is there is named anew; what is not said of it stays."""
    texts = dict(one.partition("=")[::2] for one in titles)
    if unknown := set(texts) - set(languages()):
        tell(_("There is no language {code} here."), code=sorted(unknown)[0])
        sys.exit(2)

    def keep(topics: Topics) -> None:
        known = topics.get(topic_id) or Topic(topic_id, KINDS[0], {})
        topics.save(topic_id, kind or known.kind, {**known.title, **texts}, actor_of(staff))

    _change(ctx, keep)
    click.echo(topic_id)


@topic.command(cls=TranslatedCommand, help=_("Offer a topic no more."))
@click.argument("topic_id", metavar="TOPIC")
@staff_option
@click.pass_context
def close(ctx: click.Context, topic_id: str, staff: str | None) -> None:
    """Who asked for it still hears of it."""
    _change(ctx, lambda topics: topics.close(topic_id, actor_of(staff)))


def _change(ctx: click.Context, do: Callable[[Topics], None]) -> None:
    with database_of(ctx) as database:
        try:
            with database.write() as connection:
                do(Topics(Transaction(connection, datetime.now(UTC))))
        except Invalid as wrong:
            tell(wrong.why, **wrong.values)
            sys.exit(1)
