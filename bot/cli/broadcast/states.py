"""`citybot broadcast agree|back|pause|resume|cancel|decide`: one step each."""

from collections.abc import Callable

import click

from bot.cli.broadcast.previewing import reader_of, seen, show_preview
from bot.cli.broadcast.reaching import (
    number_argument,
    rehearse,
    stands,
    take,
    tell_rehearsed,
    the_broadcast,
    unasked_option,
)
from bot.cli.doing import Doing, dry_option, sign_option, signed, staff_option, yes_option
from bot.cli.speech import TranslatedCommand, say_count
from bot.i18n import _
from bot.services.broadcast import Broadcast
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcasts import Broadcasts

_DECIDED = {
    "sent": _("They count as sent for good. Decide that?"),
    "again": _("Who has got it already gets it a second time. Send it to them again?"),
}
Step = Callable[[Broadcasts, Broadcast, str], Broadcast]


def _step(ctx: click.Context, known: Broadcast, doing: Doing, step: Step) -> None:
    done = take(ctx, doing, lambda broadcasts: step(broadcasts, known, doing.actor))
    if doing.dry_run:
        tell_rehearsed(known, done)
    else:
        click.echo(f"{done.id}  {stands(done)}")


@click.command(cls=TranslatedCommand, help=_("Agree to a broadcast that a colleague sent off."))
@number_argument
@staff_option
@sign_option
@yes_option
@dry_option
@click.pass_context
def agree(ctx: click.Context, /, number: int, staff: str | None, sign: bool, **how: bool) -> None:
    """A second member of the team: at a login of their own, or with their password."""
    risk = _("With your agreement it is sent to them. Do you agree?")
    doing = Doing(staff, how["yes"], how["dry_run"], risk, signed(ctx, staff, sign))
    known = the_broadcast(ctx, number)
    if not doing.yes:
        reader = reader_of(ctx, known)
        looked = rehearse(ctx, lambda broadcasts: seen(broadcasts, known, reader))
        show_preview(ctx, known, looked)
    _step(ctx, known, doing, Broadcasts.agree)


def _harmless(name: str, told: str, step: Step) -> click.Command:
    """A step by which nobody gets anything, and which can be taken back: it asks nothing."""

    @click.command(name, cls=TranslatedCommand, help=told)
    @number_argument
    @staff_option
    @unasked_option
    @dry_option
    @click.pass_context
    def run(ctx: click.Context, number: int, staff: str | None, dry_run: bool) -> None:
        _step(ctx, the_broadcast(ctx, number), Doing(staff, dry_run=dry_run), step)

    return run


def _risky(name: str, told: str, step: Step, risk: str) -> click.Command:
    """A step after which something cannot be taken back: it asks first."""

    @click.command(name, cls=TranslatedCommand, help=told)
    @number_argument
    @staff_option
    @yes_option
    @dry_option
    @click.pass_context
    def run(ctx: click.Context, number: int, staff: str | None, yes: bool, dry_run: bool) -> None:
        _step(ctx, the_broadcast(ctx, number), Doing(staff, yes, dry_run, risk), step)

    return run


back = _harmless("back", _("Take it back before it has begun."), Broadcasts.take_back)
pause = _harmless("pause", _("Send no more of it until it goes on."), Broadcasts.pause)
resume = _risky(
    *("resume", _("Go on with one that pauses."), Broadcasts.resume),
    risk=_("It is sent to all who have not got it yet. Go on?"),
)
cancel = _risky(
    *("cancel", _("Send no more of it, for good."), Broadcasts.cancel),
    risk=_("Whoever has not got it will not get it. Cancel it?"),
)


@click.command(
    cls=TranslatedCommand,
    help=_("Decide of those it is not known of: they count as sent, or it is sent to them again."),
)
@number_argument
@click.argument("decision", type=click.Choice(["sent", "again"]))
@staff_option
@yes_option
@dry_option
@click.pass_context
def decide(
    ctx: click.Context, /, number: int, decision: str, staff: str | None, **how: bool
) -> None:
    """Print how many that were."""
    known = the_broadcast(ctx, number)
    doing = Doing(staff, how["yes"], how["dry_run"], _DECIDED[decision])
    count = take(
        *(ctx, doing),
        lambda broadcasts: Ledger(broadcasts.transaction).decide(known, decision, doing.actor),
    )
    click.echo(say_count(_("{count} recipient."), _("{count} recipients."), count))
