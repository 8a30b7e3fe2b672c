"""`citybot broadcast agree|back|pause|resume|cancel|decide`: one step each."""

from collections.abc import Callable

import click

from bot.cli.broadcast.reaching import (
    actor_of,
    change,
    staff_option,
    the_broadcast,
    yes_option,
)
from bot.cli.poll.reaching import sign_option, signed
from bot.cli.speech import TranslatedCommand, say, say_count
from bot.i18n import _
from bot.services.broadcast import Broadcast
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_names import STEPS
from bot.services.broadcasts import Broadcasts

_NUMBER = click.argument("number", type=click.IntRange(1))
Step = Callable[[Broadcasts, Broadcast, str], Broadcast]


def _step(ctx: click.Context, number: int, staff: str | None, step: Step) -> None:
    known = the_broadcast(ctx, number)
    done = change(ctx, lambda broadcasts: step(broadcasts, known, actor_of(staff)))
    click.echo(f"{done.id}  {say(STEPS[done.state])}")


@click.command(cls=TranslatedCommand, help=_("Agree to a broadcast that a colleague sent off."))
@_NUMBER
@staff_option
@sign_option
@click.pass_context
def agree(ctx: click.Context, number: int, staff: str | None, sign: bool) -> None:
    """A second member of the team: at a login of their own, or with their password."""
    actor = signed(ctx, staff, sign) or actor_of(staff)
    known = the_broadcast(ctx, number)
    done = change(ctx, lambda broadcasts: broadcasts.agree(known, actor))
    click.echo(f"{done.id}  {say(STEPS[done.state])}")


def _command(name: str, told: str, step: Step) -> click.Command:
    """One that takes a step and needs no question first."""

    @click.command(name, cls=TranslatedCommand, help=told)
    @_NUMBER
    @staff_option
    @click.pass_context
    def take(ctx: click.Context, number: int, staff: str | None) -> None:
        _step(ctx, number, staff, step)

    return take


back = _command("back", _("Take it back before it has begun."), Broadcasts.take_back)
pause = _command("pause", _("Send no more of it until it goes on."), Broadcasts.pause)
resume = _command("resume", _("Go on with one that pauses."), Broadcasts.resume)


@click.command(cls=TranslatedCommand, help=_("Send no more of it, for good."))
@_NUMBER
@staff_option
@yes_option
@click.pass_context
def cancel(ctx: click.Context, number: int, staff: str | None, yes: bool) -> None:
    """What is on its way arrives."""
    if not yes:
        click.confirm(say(_("Whoever has not got it will not get it. Cancel it?")), abort=True,
                      err=True)  # fmt: skip
    _step(ctx, number, staff, Broadcasts.cancel)


@click.command(
    cls=TranslatedCommand,
    help=_("Decide of those it is not known of: they count as sent, or it is sent to them again."),
)
@_NUMBER
@click.argument("decision", type=click.Choice(["sent", "again"]))
@staff_option
@click.pass_context
def decide(ctx: click.Context, number: int, decision: str, staff: str | None) -> None:
    """Print how many that were."""
    known = the_broadcast(ctx, number)
    count = change(
        ctx,
        lambda broadcasts: Ledger(broadcasts.transaction).decide(known, decision, actor_of(staff)),
    )
    click.echo(say_count(_("{count} recipient."), _("{count} recipients."), count))
