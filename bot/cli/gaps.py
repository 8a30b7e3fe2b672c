"""`citybot kb gaps`: what had no good answer, grouped and one by one, for who writes articles."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import orjson

from bot.cli import settings
from bot.cli.reach import is_there, reach
from bot.cli.speech import TranslatedCommand, language, say, tell
from bot.dialog import Transaction
from bot.i18n import _, translate_plural
from bot.services.gaps import Gap, Gaps
from bot.services.questions import Gap as Question
from bot.services.questions import Questions
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
    """Print the gaps, most people first, then the questions; on stderr how many of each."""
    found, grouped, dead = _looked_up(ctx, datetime.now(UTC) - timedelta(days=days))
    if output == "json":
        shown = {
            "gaps": [_as_gap(gap) for gap in grouped],
            "questions": [_as_row(gap) for gap in found],
            "not_handled": dead,
        }
        click.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2))
    elif output == "csv":
        click.echo(_as_table(found), nl=False)
    else:
        zone = ZoneInfo(settings(ctx).zone)
        for gap in grouped:
            click.echo(_as_matter(gap, zone))
        for question in found:
            click.echo(_as_line(question, zone))
    count = Counter(question.outcome for question in found)
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


def _looked_up(
    ctx: click.Context, since: datetime
) -> tuple[tuple[Question, ...], tuple[Gap, ...], int]:
    if not is_there(settings(ctx)):
        return (), (), 0
    database = reach(ctx)
    try:
        with database.read() as connection:
            transaction = Transaction(connection, datetime.now(UTC))
            questions, gaps = Questions(transaction), Gaps(transaction)
            grouped = [gaps.get(gap.id) for gap in gaps.find()]  # in a list only the newest stands
            return questions.gaps(since), tuple(filter(None, grouped)), questions.not_handled()
    finally:
        database.close()


def _as_gap(gap: Gap) -> dict[str, object]:
    """One matter, as the console shows it; what could say who asked is blacked out."""
    return {
        "id": gap.id,
        "people": gap.people,
        "asked_at": gap.asked_at.isoformat(),
        "languages": dict(gap.languages),
        "waiting": gap.waiting,
        "questions": [
            {"asked_at": one.asked_at.isoformat(), "language": one.language, "text": one.text}
            for one in gap.samples
        ],
    }


def _as_matter(gap: Gap, zone: ZoneInfo) -> str:
    when = gap.asked_at.astimezone(zone)
    people = translate_plural(language(), _("{count} person"), _("{count} people"), gap.people)
    spoken = " ".join(f"{code} {count}" for code, count in gap.languages.items())
    said = " ".join(gap.samples[0].text.split()) if gap.samples else ""
    return f"{when:%Y-%m-%d %H:%M}  {people}  {spoken}  {said}"


def _as_row(gap: Question) -> dict[str, str]:
    values = (gap.asked_at.isoformat(), gap.outcome, gap.language, gap.text, gap.nearest)
    return dict(zip(_COLUMNS, values, strict=True))


def _as_line(gap: Question, zone: ZoneInfo) -> str:
    when, text = gap.asked_at.astimezone(zone), " ".join(gap.text.split())
    near = f" → {gap.nearest}" if gap.nearest else ""
    return f"{when:%Y-%m-%d %H:%M}  {say(_OUTCOMES[gap.outcome])}  {gap.language}  {text}{near}"


def _as_table(found: Iterable[Question]) -> str:
    return as_csv(_COLUMNS, map(_as_row, found))
