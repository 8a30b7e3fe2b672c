"""`citybot staff`: who is in the team; a link lets each choose a password, once."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import click
import orjson

from bot.cli import settings
from bot.cli.login import login
from bot.cli.reach import reach
from bot.cli.speech import TranslatedCommand, TranslatedGroup, say, tell
from bot.cli.token import token
from bot.console.team import WELCOME
from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.services.actors import named
from bot.services.roles import ROLES
from bot.services.staff import LINK_HOURS, Member, Staff

Done = TypeVar("Done")

yes_option = click.option("--yes", is_flag=True, help=_("Do it without asking."))


@click.group(
    cls=TranslatedGroup, help=_("The team: add, reset, shut out, list; tokens of programs.")
)
def staff() -> None:
    """Only a family."""


staff.add_command(token)


@staff.command(cls=TranslatedCommand, help=_("Add somebody; prints the link to begin with."))
@click.argument("name")
@click.option(
    "--role", type=click.Choice(tuple(ROLES)), default="viewer", help=_("What they may do.")
)
@click.pass_context
def add(ctx: click.Context, name: str, role: str) -> None:
    """A new member, and their link on stdout."""

    def do(team: Staff) -> str:
        return team.invite(team.add(name, role, _actor()), _actor())

    _show_link(ctx, _change(ctx, do))


@staff.command(cls=TranslatedCommand, help=_("Take password and second factor; prints a link."))
@click.argument("name")
@yes_option
@click.pass_context
def reset(ctx: click.Context, name: str, yes: bool) -> None:
    """They are signed out everywhere and begin anew."""
    if not yes:
        click.confirm(say(_("Sign {name} out everywhere?"), name=name), abort=True, err=True)
    _show_link(ctx, _change(ctx, lambda team: team.reset(_named(team, name), _actor())))


@staff.command(cls=TranslatedCommand, help=_("Shut somebody out; what they did stays on record."))
@click.argument("name")
@yes_option
@click.pass_context
def disable(ctx: click.Context, name: str, yes: bool) -> None:
    """They can sign in no more."""
    if not yes:
        click.confirm(say(_("Sign {name} out everywhere?"), name=name), abort=True, err=True)
    _change(ctx, lambda team: team.disable(_named(team, name), _actor()))
    tell(_("{name} is shut out."), name=name)


@staff.command("list", cls=TranslatedCommand, help=_("Show who is in the team."))
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)
@click.pass_context
def list_(ctx: click.Context, output: str) -> None:
    """One member a line: name, role, state."""
    members = _change(ctx, lambda team: team.all())
    if output == "json":
        click.echo(orjson.dumps([_as_row(m) for m in members], option=orjson.OPT_INDENT_2))
        return
    for member in members:
        click.echo("  ".join(map(str, _as_row(member).values())))


def _actor() -> str:
    return named("", login())


def _as_row(member: Member) -> dict[str, str | bool]:
    state = "disabled" if member.disabled_at else "active" if member.password else "invited"
    return {
        "name": member.name,
        "role": member.role,
        "state": state,
        "second_factor": member.totp is not None,
    }


def _named(team: Staff, name: str) -> Member:
    member = team.get(name)
    if member is None:
        raise Invalid(_("{name} is not in the team."), name=name)
    return member


def _change(ctx: click.Context, do: Callable[[Staff], Done]) -> Done:
    database = reach(ctx)
    try:
        with database.write() as connection:
            return do(Staff(Transaction(connection, datetime.now(UTC))))
    except Invalid as wrong:
        tell(wrong.why, **wrong.values)
        sys.exit(1)
    finally:
        database.close()


def _show_link(ctx: click.Context, token: str) -> None:
    chosen = settings(ctx)
    base = chosen.public_url.rstrip("/") or f"http://localhost:{chosen.port}"
    click.echo(f"{base}{WELCOME}{token}")
    tell(_("The link works once, within {hours} hours."), hours=LINK_HOURS)
