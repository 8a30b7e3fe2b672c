"""`citybot channel`: which channels are open and how they are; set one up, test it, invite."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import click
import orjson
from sqlalchemy.exc import SQLAlchemyError

import adapters
from adapters import missing, served
from bot.channel import Channel, SendError, Told
from bot.cli import settings_of_teller
from bot.cli.health import STATES, counts, health_of, troubles, waiting, why
from bot.cli.reach import give_up
from bot.cli.speech import TranslatedCommand, TranslatedGroup, say, tell
from bot.cli.standing import How, names, standing, working
from bot.cli.targets import know
from bot.config import BadSetting, Settings
from bot.i18n import _
from bot.services.channels import Health
from bot.services.invites import Invite, Signer


@click.command(cls=TranslatedGroup, help=_("The channels: list them, set one up, test it, invite."))
def channel() -> None:
    """Only a family."""


@channel.command(
    "list", cls=TranslatedCommand, help=_("Which channels there are and how they are.")
)
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)
@click.pass_context
def list_(ctx: click.Context, output: str) -> None:
    """Open, closed or paused, and what waits; closed ones say which settings they need."""
    chosen = settings_of_teller(ctx)
    try:
        health = health_of(chosen)
    except SQLAlchemyError as error:
        give_up(error)
    known_of = [(name, how, health.get(name, Health())) for name, how in standing(chosen).items()]
    if output == "json":
        rows = [_row(*one) for one in known_of]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    for one in known_of:
        for line in _told(*one):
            click.echo(f"{one[0]:10} {line}")


@channel.command(cls=TranslatedCommand, help=_("Tell a platform commands, menu and webhook."))
@click.argument("name")
@click.option("--dry-run", is_flag=True, help=_("Only ask the platform who we are."))
@click.pass_context
def setup(ctx: click.Context, name: str, dry_run: bool) -> None:
    """One line for each thing that was done."""
    _with_channel(ctx, name, lambda one: one.examine() if dry_run else one.set_up())


@channel.command(cls=TranslatedCommand, help=_("Ask a platform how it knows us."))
@click.argument("name")
@click.pass_context
def test(ctx: click.Context, name: str) -> None:
    """Exit 1 with what is wrong and what to do."""
    _with_channel(ctx, name, lambda one: one.examine())


@channel.command(
    cls=TranslatedCommand, help=_("Make links and codes that open the chat somewhere.")
)
@click.argument("target")
@click.option("--source", default="link", help=_("Where it will hang: poster, newsletter."))
@click.pass_context
def invite(ctx: click.Context, target: str, source: str) -> None:
    """One link a channel that can be opened by one. Exit 1 when there is none, or one missing."""
    chosen = settings_of_teller(ctx)
    try:
        know(target, chosen)
    except SQLAlchemyError as error:
        give_up(error)
    try:
        code = Signer(chosen).make(Invite(target, source))
    except ValueError as error:
        raise click.UsageError(say(str(error))) from error
    with settings_told():
        links, failed = asyncio.run(links_of(chosen, code))
    for name, link in links:
        click.echo(f"{name}\t{link}")
    if not links and not failed:
        tell(_("No channel that is open can be opened by a link. See: citybot channel list"))
    sys.exit(0 if links and not failed else 1)


def _with_channel(
    ctx: click.Context, name: str, work: Callable[[Channel], Awaitable[tuple[Told, ...]]]
) -> None:
    chosen = settings_of_teller(ctx)
    if name not in names() or missing(name, chosen):
        raise click.UsageError(_not_open(name, chosen))
    try:
        with settings_told():
            told = asyncio.run(working(chosen, name, work))
    except SendError as error:
        tell(_("{channel}: {reason}"), channel=name, reason=why(name, error))
        sys.exit(1)
    except SQLAlchemyError as error:
        give_up(error)
    for line in told:
        click.echo(say(line.msgid, **line.values))
    tell(_("{channel}: in order."), channel=name)


async def links_of(chosen: Settings, code: str) -> tuple[list[tuple[str, str]], bool]:
    """By channel what opens its talk where the code says; and whether one could not be asked.

    What is wrong is told.
    """
    found: list[tuple[str, str]] = []
    failed = False
    for name in _served(chosen):

        async def link(one: Channel) -> tuple[Told, ...]:
            there = await one.invitation(code)
            if not there and one.unlinked:
                tell(_("{channel}: {reason}"), channel=one.name, reason=say(one.unlinked))
            return (Told(there),) if there else ()

        try:
            found += [(name, told.msgid) for told in await working(chosen, name, link)]
        except SendError as error:
            failed = True
            tell(_("{channel}: {reason}"), channel=name, reason=why(name, error))
    return found, failed


def _served(chosen: Settings) -> tuple[str, ...]:
    with settings_told():
        return served(chosen)


@contextmanager
def settings_told() -> Iterator[None]:
    """A setting that only a channel understands is wrong: a usage error that names it."""
    try:
        yield
    except BadSetting as error:
        raise click.UsageError(say(error.msgid, **error.values)) from error


def _not_open(name: str, chosen: Settings) -> str:
    if name not in names():
        there = ", ".join(names())
        told = _("There is no channel {name}. These there are: {names}")
        return say(told, name=name, names=there)
    missed = missing(name, chosen)
    if len(missed) == len(adapters.NEEDS[name]):
        return f"{name}: {_closed(name)}"
    wrong = adapters.half_set_up(name, missed)
    return say(wrong.msgid, **wrong.values)


def _closed(name: str) -> str:
    return say(
        _("closed; it opens with these settings: {keys}"), keys=", ".join(adapters.NEEDS[name])
    )


def _row(name: str, how: How, health: Health) -> dict[str, object]:
    pause, deaf, mute, unlisted = health.pause, health.deaf, health.mute, health.unlisted
    return {
        "name": name,
        "open": how.is_open,
        "wrong": how.wrong or None,
        "needs": list(adapters.NEEDS.get(name, ())),
        "paused_until": pause.until.isoformat() if pause else None,
        "reason": pause.reason if pause else None,
        "deaf_since": deaf.since.isoformat() if deaf else None,
        "deaf_reason": deaf.reason if deaf else None,
        "notices_fail_since": mute.since.isoformat() if mute else None,
        "notices_fail_reason": mute.reason if mute else None,
        "mass_fails_since": unlisted.since.isoformat() if unlisted else None,
        "mass_fails_reason": unlisted.reason if unlisted else None,
        "rows": {state: health.rows.get(state, 0) for state in STATES},
    }


def _told(name: str, how: How, health: Health) -> Iterator[str]:
    """One line a thing."""
    if not how.is_open:
        yield how.wrong or _closed(name)
        return
    wrong = tuple(troubles(name, health))
    yield from wrong
    if counted := counts(health):
        lately = _("In the last day: {counts}") if wrong else _("open. In the last day: {counts}")
        yield say(lately, counts=counted)
    elif not wrong:
        yield say(_("open"))
    if waits := waiting(health):
        yield waits
