"""`citybot broadcast list|status`: which there are, and what became of one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import click
import orjson

from bot.cli import settings
from bot.cli.broadcast.following import show_going
from bot.cli.broadcast.previewing import hours_lines, paired
from bot.cli.broadcast.reaching import broadcasts_of, number_argument, stands, the_broadcast
from bot.cli.event.looking import print_rows
from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, language, say, tell
from bot.dialog import Transaction
from bot.i18n import _
from bot.mass_reports import Told
from bot.services.broadcast import Broadcast
from bot.services.broadcast_ledger import COLUMNS, Ledger, as_table, reported
from bot.services.broadcast_names import NOT_TOLD, REASONS, STATE_NAMES, not_told
from bot.services.broadcast_replies import Replied, Replies
from bot.services.broadcast_written import to_plain
from bot.services.texts import in_language

_COLUMNS = ("id", "name", "state", "begins", "people", "sent")


@click.command("list", cls=TranslatedCommand, help=_("List the broadcasts, the latest first."))
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    help=_("text, json, jsonl: one a line, or csv: a table."),
)
@click.pass_context
def list_(ctx: click.Context, output: str) -> None:
    """Print one broadcast a line."""

    def rows(transaction: Transaction) -> list[tuple[str, dict[str, Any]]]:
        every = broadcasts_of(ctx, transaction).all(most=1000)
        tallies = Ledger(transaction).tallies(every)
        seen = [(one, tallies[one.id]) for one in every]
        return [(stands(one, tally), _row(one, tally)) for one, tally in seen]

    found = look(ctx, rows) or []
    if output != "text":
        print_rows(_COLUMNS, [row for _stands, row in found], output)
        return
    for standing, row in found:
        counts = f"{row['sent']}/{row['people']}"
        click.echo(f"{row['id']}  {standing}  {counts}  {row['name']}")


@click.command(cls=TranslatedCommand, help=_("What became of a broadcast; --follow shows it go."))
@number_argument
@click.option("--follow", is_flag=True, help=_("Show how it goes on until it is through."))
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    help=_("text, json, or csv: every recipient."),
)
@click.pass_context
def status(ctx: click.Context, number: int, follow: bool, output: str) -> None:
    """Print how many recipients are in each state, and why those who did not get it did not."""
    if follow:
        the_broadcast(ctx, number)
        show_going(ctx, number, err=output != "text")
    broadcast, tally = _seen(ctx, number)
    if output == "csv":
        every = look(ctx, lambda transaction: list(Ledger(transaction).every(broadcast))) or []
        zone = ZoneInfo(settings(ctx).zone)
        print_rows(COLUMNS, list(as_table(every, zone)), "csv")
        return
    if output == "json":
        plain = {"id": number, "state": broadcast.state, "tally": tally}
        plain |= {"reports": [asdict(one) for one in _reports(ctx, broadcast)]}
        replied = _replied(ctx, broadcast)
        plain |= {"answers": [replied.chose.get(n, 0) for n in range(len(broadcast.choices))]}
        plain |= {"wrote_within_24_hours": replied.wrote}
        if broadcast.begun_at and broadcast.reach:
            plain |= {key: broadcast.reach.get(key, {}) for key in ("subscription", "left_out")}
        click.echo(orjson.dumps(plain | to_plain(broadcast), option=orjson.OPT_INDENT_2))
        return
    click.echo(paired(broadcast.name, stands(broadcast, tally)))
    for line in hours_lines(ctx, broadcast):
        click.echo(line)
    _show_counts(
        _("What became of it"), ((count, say(STATE_NAMES[state])) for state, count in tally.items())
    )
    if broadcast.begun_at:
        _show_counts(NOT_TOLD, not_told(broadcast.reach, language()))
    reasons = look(ctx, lambda transaction: Ledger(transaction).reasons(broadcast)) or {}
    _show_reasons(_("Why some did not get it"), reasons)
    waits = look(ctx, lambda transaction: Ledger(transaction).waits(broadcast)) or {}
    _show_reasons(_("Why some wait"), waits)
    for line in reported(_reports(ctx, broadcast), language()):
        click.echo(line)
    _show_replies(broadcast, _replied(ctx, broadcast))
    if tally.get("unsure"):
        tell(_("Of the unsure ones you decide: citybot broadcast decide {n}"), n=number)


def _show_replies(broadcast: Broadcast, replied: Replied) -> None:
    labels = (in_language(label, language()) for label in broadcast.choices)
    _show_counts(
        _("What they answered"),
        ((replied.chose.get(place, 0), label) for place, label in enumerate(labels)),
    )
    if wrote := replied.wrote:
        click.echo(f"\n{wrote:>9,}  {say(_('wrote within 24 hours after they got it'))}")


def _show_reasons(heading: str, reasons: Mapping[tuple[str, str], int]) -> None:
    _show_counts(
        heading,
        (
            (count, paired(say(STATE_NAMES[state]), say(REASONS.get(reason, reason))))
            for (state, reason), count in reasons.items()
        ),
    )


def _show_counts(heading: str, counts: Iterable[tuple[int, str]]) -> None:
    """Under a heading of its own: what counts the same people again is no sum with the others."""
    if lines := [f"{count:>9,}  {said}" for count, said in counts]:
        click.echo("\n".join(("", say(heading), *lines)))


def _row(broadcast: Broadcast, tally: Mapping[str, int]) -> dict[str, Any]:
    begins = broadcast.begins_at
    return {
        "id": broadcast.id,
        "name": broadcast.name,
        "state": broadcast.state,
        "begins": begins.astimezone(broadcast.local_zone).isoformat() if begins else "",
        "people": sum(tally.values()),
        "sent": tally.get("sent", 0),
    }


def _seen(ctx: click.Context, number: int) -> tuple[Broadcast, Mapping[str, int]]:
    broadcast = the_broadcast(ctx, number)
    tally = look(ctx, lambda transaction: Ledger(transaction).tally(broadcast)) or {}
    return broadcast, tally


def _reports(ctx: click.Context, broadcast: Broadcast) -> tuple[Told, ...]:
    return look(ctx, lambda transaction: Ledger(transaction).reports(broadcast)) or ()


def _replied(ctx: click.Context, broadcast: Broadcast) -> Replied:
    found = look(ctx, lambda transaction: Replies(transaction).of(broadcast))
    return found or Replied({}, 0)
