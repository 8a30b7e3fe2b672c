"""`citybot kb gaps`: what people asked and got no good answer to, for whoever writes articles."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import orjson

from bot.cli import settings
from bot.cli.reach import is_there, reach
from bot.cli.speech import TranslatedCommand, say, tell
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.questions import Gap, Questions
from bot.tables import as_csv

_OUTCOMES = {
    "for_staff": _("left for the team"),
    "declined": _("no answer known"),
    "not_meant": _("answer missed"),
}
_COLUMNS = ("asked_at", "outcome", "language", "text", "nearest")


@click.command(
    cls=TranslatedCommand,
    help=_("Show what could not be answered: what was left for the team first."),
)
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    help=_("text, json, or csv: a table."),
)
@click.option(
    "--days",
    type=click.IntRange(1, 36500),
    default=30,
    show_default=True,
    help=_("How many days to look back."),
)
@click.pass_context
def gaps(ctx: click.Context, output: str, days: int) -> None:
    """Print the questions, newest first, and on stderr how many of each there are."""
    found, dead = _looked_up(ctx, datetime.now(UTC) - timedelta(days=days))
    if output == "json":
        shown = {"questions": [_as_row(gap) for gap in found], "not_handled": dead}
        click.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2))
    elif output == "csv":
        click.echo(_as_table(found), nl=False)
    else:
        zone = ZoneInfo(settings(ctx).zone)
        for gap in found:
            click.echo(_as_line(gap, zone))
    count = Counter(gap.outcome for gap in found)
    tell(
        _(
            "Left for the team: {staff}; no answer known: {declined}; answer missed: {missed}. "
            "Messages that could not be handled: {dead}."
        ),
        staff=count["for_staff"],
        declined=count["declined"],
        missed=count["not_meant"],
        dead=dead,
    )


def _looked_up(ctx: click.Context, since: datetime) -> tuple[tuple[Gap, ...], int]:
    if not is_there(settings(ctx)):
        return (), 0
    database = reach(ctx)
    try:
        with database.read() as connection:
            questions = Questions(Transaction(connection, datetime.now(UTC)))
            return questions.gaps(since), questions.not_handled()
    finally:
        database.close()


def _as_row(gap: Gap) -> dict[str, str]:
    values = (gap.asked_at.isoformat(), gap.outcome, gap.language, gap.text, gap.nearest)
    return dict(zip(_COLUMNS, values, strict=True))


def _as_line(gap: Gap, zone: ZoneInfo) -> str:
    when, text = gap.asked_at.astimezone(zone), " ".join(gap.text.split())
    near = f" → {gap.nearest}" if gap.nearest else ""
    return f"{when:%Y-%m-%d %H:%M}  {say(_OUTCOMES[gap.outcome])}  {gap.language}  {text}{near}"


def _as_table(found: Iterable[Gap]) -> str:
    return as_csv(_COLUMNS, map(_as_row, found))
