"""`citybot webhook`: which other systems are called when something happens, and the log of it."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
import orjson
from sqlalchemy import Row

from bot.cli import settings
from bot.cli.event.looking import print_rows
from bot.cli.login import login
from bot.cli.reach import reach
from bot.cli.speech import TranslatedCommand, TranslatedGroup, say, tell
from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.services.actors import named
from bot.services.announcing import EVENTS
from bot.services.webhook_calls import WebhookCalls
from bot.services.webhooks import Webhook, Webhooks

Done = TypeVar("Done")
_CALLS = ("id", "created_at", "type", "state", "attempts", "status", "error", "message_id")
_number = click.argument("number", type=click.IntRange(1, 10**17))
_output = click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)


@click.group(
    cls=TranslatedGroup, help=_("Other systems that are called when something happens here.")
)
def webhook() -> None:
    """Only a family."""


@webhook.command(cls=TranslatedCommand, help=_("Add one; prints the secret that signs, once."))
@click.argument("url")
@click.option(
    *("--event", "events"),
    type=click.Choice(tuple(EVENTS)),
    multiple=True,
    required=True,
    help=_("What it is told; may be repeated."),
)
@click.pass_context
def add(ctx: click.Context, url: str, events: tuple[str, ...]) -> None:
    """The secret on stdout, its number on stderr."""
    made, secret = _change(ctx, lambda webhooks: webhooks.add(url, events))
    click.echo(secret)
    tell(_("Webhook {number} is added. Its secret is shown once."), number=made.id)


@webhook.command("list", cls=TranslatedCommand, help=_("Show which there are."))
@_output
@click.pass_context
def list_(ctx: click.Context, output: str) -> None:
    """One a line: number, state, address, events."""
    rows = [_as_row(one) for one in _change(ctx, lambda webhooks: webhooks.all())]
    if output == "json":
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['state']}  {row['url']}  {' '.join(row['events'])}")


@webhook.command(cls=TranslatedCommand, help=_("Show the last calls of one."))
@_number
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    help=_("text, json, jsonl: one a line, or csv: a table."),
)
@click.pass_context
def log(ctx: click.Context, number: int, output: str) -> None:
    """One call a line, newest first."""
    calls, _older = _within(ctx, lambda t, webhooks: _log(t, webhooks.get(number)))
    rows = [{name: row._mapping[name] for name in _CALLS} for row in calls]
    if output != "text":
        print_rows(_CALLS, rows, output)
        return
    for row in rows:
        click.echo("  ".join(str(row[name]) for name in _CALLS if row[name] is not None))


@webhook.command(cls=TranslatedCommand, help=_("Send one call once more, under the same id."))
@_number
@click.argument("call", type=click.IntRange(1, 10**17))
@click.pass_context
def resend(ctx: click.Context, number: int, call: int) -> None:
    """A running house sends it within a second."""
    _within(ctx, lambda t, _webhooks: WebhookCalls(t, number).resend(call, _actor()))
    tell(_("Call {number} is sent once more."), number=call)


@webhook.command(cls=TranslatedCommand, help=_("Send it something that means nothing."))
@_number
@click.pass_context
def test(ctx: click.Context, number: int) -> None:
    """A running house sends it within a second."""
    _change(ctx, lambda webhooks: webhooks.test(number))
    tell(
        _("A running house sends it in a second; see: citybot webhook log {number}"), number=number
    )


@webhook.command(cls=TranslatedCommand, help=_("Make another secret; the old one signs for a day."))
@_number
@click.pass_context
def renew(ctx: click.Context, number: int) -> None:
    """The new secret on stdout."""
    click.echo(_change(ctx, lambda webhooks: webhooks.renew(number)))


@webhook.command(cls=TranslatedCommand, help=_("Switch one off; it never hears what happens then."))
@_number
@click.pass_context
def disable(ctx: click.Context, number: int) -> None:
    """At once."""
    _change(ctx, lambda webhooks: webhooks.disable(number))
    tell(_("Webhook {number} is switched off."), number=number)


@webhook.command(cls=TranslatedCommand, help=_("Switch one on again."))
@_number
@click.pass_context
def enable(ctx: click.Context, number: int) -> None:
    """What still waits is sent."""
    _change(ctx, lambda webhooks: webhooks.enable(number))
    tell(_("Webhook {number} is switched on."), number=number)


@webhook.command(cls=TranslatedCommand, help=_("Remove one, with its log."))
@_number
@click.option("--yes", is_flag=True, help=_("Do it without asking."))
@click.pass_context
def remove(ctx: click.Context, number: int, yes: bool) -> None:
    """Only what it did stays, in the audit."""
    if not yes:
        question = say(_("Remove webhook {number} with its log?"), number=number)
        click.confirm(question, abort=True, err=True)
    _change(ctx, lambda webhooks: webhooks.remove(number))
    tell(_("Webhook {number} is gone."), number=number)


def _log(transaction: Transaction, one: Webhook) -> tuple[tuple[Row[Any], ...], int | None]:
    return WebhookCalls(transaction, one.id).find()


def _as_row(one: Webhook) -> dict[str, Any]:
    state = "off" if one.disabled_at else "failing" if one.failing_since else "on"
    names = ("id", "url", "made_by", "created_at", "failing_since", "disabled_at", "disabled_why")
    row = {name: getattr(one, name) for name in names}
    return row | {"events": list(one.events), "state": state}


def _actor() -> str:
    return named("", login())


def _change(ctx: click.Context, do: Callable[[Webhooks], Done]) -> Done:
    return _within(ctx, lambda _transaction, webhooks: do(webhooks))


def _within(ctx: click.Context, do: Callable[[Transaction, Webhooks], Done]) -> Done:
    database = reach(ctx)
    try:
        with database.write() as connection:
            transaction = Transaction(connection, datetime.now(UTC))
            return do(transaction, Webhooks(transaction, settings(ctx), _actor()))
    except Invalid as wrong:
        tell(wrong.why, **wrong.values)
        sys.exit(1)
    finally:
        database.close()
