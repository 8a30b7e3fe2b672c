"""`citybot poll list|show|results`: the polls there are, one of them, what came out."""

from typing import Any

import click
import orjson
import yaml

from bot.cli import settings
from bot.cli.event.looking import print_rows
from bot.cli.poll.reaching import the_poll
from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, language, say, tell
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.event_texts import moment
from bot.services.paper import Agreement, Paper
from bot.services.poll_plain import to_plain
from bot.services.polls import Poll, Polls
from bot.services.published import COLUMNS, as_plain, figures
from bot.services.results import Result, file_of, result
from bot.services.suppression import LEAST
from bot.services.weblinks import Pages

_COLUMNS = ("id", "code", "title", "state", "closes", "zone", "questions")
_STATES = {
    "draft": _("draft"),
    "open": _("open"),
    "closing": _("closing"),
    "closed": _("closed"),
    "cancelled": _("cancelled"),
}
_TALLIES: dict[Agreement, str] = {
    "first": _("On paper, {place}: waits for a second person; it does not count yet."),
    "agreed": _("On paper, {place}: two people have the same; it counts."),
    "differs": _("On paper, {place}: the figures differ; none of them counts."),
}
_STANDINGS = {
    "secret": _("{poll} is not counted yet: until then nobody sees a result, not even the team."),
    "too_few": _("Fewer than {least} people took part: no figures are shown."),
    "none": _("{poll} has no result."),
}


@click.command("list", cls=TranslatedCommand, help=_("List the polls, the newest first."))
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    help=_("text, json, jsonl: one a line, or csv: a table."),
)
@click.pass_context
def list_(ctx: click.Context, output: str) -> None:
    """Print one poll a line."""
    polls = look(ctx, lambda transaction: Polls(transaction).every()) or ()
    if output == "text":
        for poll in polls:
            when = moment(language(), poll.closes_at, poll.zone)
            name = poll.name(language())
            click.echo(f"{poll.id}  {poll.code}  {say(_STATES[poll.state])}  {when}  {name}")
    else:
        print_rows(_COLUMNS, [_as_row(poll) for poll in polls], output)
    tell(_("Polls: {count}."), count=len(polls))


def _as_row(poll: Poll) -> dict[str, Any]:
    closes = poll.closes_at.astimezone(poll.local_zone).isoformat()
    values = (poll.id, poll.code, poll.name(language()), poll.state, closes, poll.zone)
    return dict(zip(_COLUMNS, (*values, len(poll.questions)), strict=True))


@click.command(cls=TranslatedCommand, help=_("Show one poll, as it is written."))
@click.argument("poll_id", metavar="POLL")
@click.option(
    *("-o", "--output"),
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    help=_("yaml or json."),
)
@click.pass_context
def show(ctx: click.Context, poll_id: str, output: str) -> None:
    """Print the poll as a file that `poll create` reads; on stderr, where it stands."""
    poll = the_poll(ctx, poll_id)
    plain = to_plain(poll)
    if output == "json":
        click.echo(orjson.dumps(plain, option=orjson.OPT_INDENT_2))
    else:
        click.echo(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), nl=False)
    tell(_("State: {state}. Code: {code}."), state=say(_STATES[poll.state]), code=poll.code)
    tell_tallies(ctx, poll_id, ("first", "agreed", "differs"))
    tell_page(ctx, poll)


@click.command(cls=TranslatedCommand, help=_("Show what came out of a poll, or its file."))
@click.argument("poll_id", metavar="POLL")
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "csv", "file"]),
    default="text",
    help=_("text, json, csv: a table, or file: all ballots, to be counted by anybody."),
)
@click.pass_context
def results(ctx: click.Context, poll_id: str, output: str) -> None:
    """Print the figures; exit 3 while there are none to show."""
    poll = the_poll(ctx, poll_id)
    found, file = look(ctx, lambda transaction: _found(transaction, poll)) or (None, None)
    if found is None or not found.is_shown or (output == "file" and file is None):
        standing = found.standing if found else "none"
        tell(_STANDINGS.get(standing, _STANDINGS["none"]), poll=poll_id, least=LEAST)
        ctx.exit(3)
    if output == "file":
        click.echo(file, nl=False)
    elif output == "json":
        click.echo(orjson.dumps(as_plain(found), option=orjson.OPT_INDENT_2))
    else:
        _print_marks(found, output)
    for question, option in found.warnings:
        tell(_("All or none chose {option} ({question}): that tells of every voter."),
             option=option, question=question)  # fmt: skip
    tell_page(ctx, poll)


def tell_tallies(ctx: click.Context, poll_id: str, which: tuple[Agreement, ...]) -> None:
    """How the tallies from paper stand, of those that stand so."""
    tallies = look(ctx, lambda transaction: Paper(transaction).tallies(poll_id)) or {}
    for place, stands in tallies.items():
        if stands in which:
            tell(_TALLIES[stands], place=place)


def tell_page(ctx: click.Context, poll: Poll) -> None:
    """Where its page is, if people outside can open our pages; a draft has none."""
    address = Pages(settings(ctx).public_url).of_poll(poll.id, language())
    if address and poll.state != "draft":
        tell(_("Its page: {address}"), address=address)


def _found(transaction: Transaction, poll: Poll) -> tuple[Result, str | None]:
    connection = transaction.connection
    return result(connection, poll), file_of(connection, poll)


def _print_marks(found: Result, output: str) -> None:
    rows = list(figures(found, language()))
    if output == "csv":
        print_rows(COLUMNS, rows, "csv")
        return
    click.echo(f"{found.poll.name(language())}  ({found.ballots})")
    for row in rows:
        click.echo("  ".join(str(row[name]) for name in ("question", "figure", "count", "label")))
    click.echo(f"SHA-256  {found.sha256}" if found.sha256 else say(_("so far")))
