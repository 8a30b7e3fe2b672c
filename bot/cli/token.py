"""`citybot staff token`: what programs show to the API; each is printed once."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import click
import orjson

from bot.cli.login import login
from bot.cli.reach import reach
from bot.cli.speech import TranslatedCommand, TranslatedGroup, language, say, tell
from bot.dialog import Invalid, Transaction
from bot.i18n import _, format_day
from bot.services.actors import named
from bot.services.api_tokens import DAYS, LONGEST, ApiTokens, Token, Wish
from bot.services.scopes import SCOPES

Done = TypeVar("Done")


@click.group(
    cls=TranslatedGroup, help=_("Tokens that programs show to the API: add, revoke, list.")
)
def token() -> None:
    """Only a family."""


@token.command(cls=TranslatedCommand, help=_("Make a token; prints it once."))
@click.argument("name")
@click.option(
    *("--scope", "scopes"),
    type=click.Choice(tuple(SCOPES)),
    multiple=True,
    required=True,
    help=_("What it may do; may be repeated."),
)
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST),
    default=DAYS[1],
    help=_("How long it holds, in days."),
)
@click.pass_context
def add(ctx: click.Context, name: str, scopes: tuple[str, ...], days: int) -> None:
    """The token on stdout, until when it holds on stderr."""
    wish = Wish(name, scopes, days)
    click.echo(_change(ctx, lambda tokens: tokens.make(wish, _actor())))
    until = format_day(language(), (datetime.now(UTC) + timedelta(days=days)).date())
    tell(_("This token is shown once. It holds until {day}."), day=until)


@token.command(cls=TranslatedCommand, help=_("End a token; what it did stays on record."))
@click.argument("name")
@click.pass_context
def revoke(ctx: click.Context, name: str) -> None:
    """At once."""
    _change(ctx, lambda tokens: tokens.revoke(name, _actor()))
    tell(_("{name} opens nothing any more."), name=name)


@token.command("list", cls=TranslatedCommand, help=_("Show which tokens there are."))
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)
@click.pass_context
def list_(ctx: click.Context, output: str) -> None:
    """One token a line: name, scopes, state, last use."""
    tokens = _change(ctx, lambda tokens: tokens.all())
    now = datetime.now(UTC)
    if output == "json":
        rows = [_as_row(one, now) for one in tokens]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z))
        return
    for one in tokens:
        used = one.used_at.isoformat(timespec="minutes") if one.used_at else say(_("never used"))
        click.echo(
            "  ".join((one.name, " ".join(one.scopes), say(_STATES[_state(one, now)]), used))
        )


_STATES = {"good": _("good"), "revoked": _("revoked"), "over": _("over")}


def _state(one: Token, now: datetime) -> str:
    return "revoked" if one.revoked_at else "good" if one.is_good(now) else "over"


def _as_row(one: Token, now: datetime) -> dict[str, object]:
    names = ("name", "made_by", "created_at", "expires_at", "used_at")
    row = {name: getattr(one, name) for name in names}
    return row | {"scopes": list(one.scopes), "state": _state(one, now)}


def _actor() -> str:
    return named("", login())


def _change(ctx: click.Context, do: Callable[[ApiTokens], Done]) -> Done:
    database = reach(ctx)
    try:
        with database.write() as connection:
            return do(ApiTokens(Transaction(connection, datetime.now(UTC))))
    except Invalid as wrong:
        tell(wrong.why, **wrong.values)
        sys.exit(1)
    finally:
        database.close()
