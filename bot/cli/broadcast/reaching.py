"""A command's way to the broadcasts: the channels there are, one broadcast, one transaction."""

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NoReturn, TypeVar

import click

from adapters import served
from adapters.capabilities import ALL, masses
from bot.cli import settings
from bot.cli.doing import Doing
from bot.cli.login import login
from bot.cli.reach import database_of, look
from bot.cli.speech import language, say, tell
from bot.config import BadSetting, Settings
from bot.dialog import Transaction
from bot.i18n import _
from bot.message import Capabilities
from bot.quiet import Assumed
from bot.services.actors import named
from bot.services.audience import Open
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_standing import standing_told
from bot.services.broadcasts import Broadcasts

Done = TypeVar("Done")
# A script may say it to every command that changes something.
unasked_option = click.option(
    "--yes", is_flag=True, expose_value=False, help=_("Do it without asking; it asks nothing.")
)
output_option = click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json"]),
    default="text",
    help=_("text or json."),
)
# As every command takes it; the database holds no larger one.
number_argument = click.argument("number", type=click.IntRange(1, 10**17))
_FETCHED = frozenset({"web"})  # whose people open a page and look


def open_of(chosen: Settings) -> Open:
    """The channels this house would open. Ends the command when one is half set up."""
    try:
        names = served(chosen)
    except BadSetting as error:
        tell(error.msgid, **error.values)
        sys.exit(1)
    can = {name: ALL.get(name, Capabilities()) for name in names}
    listed = {name: mass for name, mass in masses(chosen).items() if name in can}
    return Open(can, _FETCHED, listed, Assumed.of(chosen))


def actor_of(staff: str | None) -> str:
    """As the audit chain names who does it."""
    return named(staff or "", login())


def broadcasts_of(ctx: click.Context, transaction: Transaction) -> Broadcasts:
    """The broadcasts, as this house sends them."""
    chosen = settings(ctx)
    return Broadcasts(transaction, open_of(chosen), chosen.broadcast_limit, _heard)


def _heard(text: str) -> str | None:
    from bot.brain import heard_as  # every dialog, for the few broadcasts that ask something

    return heard_as(text)


def the_broadcast(ctx: click.Context, number: int) -> Broadcast:
    """One broadcast; ends the command when it is not there."""
    found = look(ctx, lambda transaction: broadcasts_of(ctx, transaction).get(number))
    if found is None:
        tell(_("There is no broadcast {number}."), number=number)
        sys.exit(1)
    return found


def change(ctx: click.Context, do: Callable[[Broadcasts], Done]) -> Done:
    """Do it: all of it or nothing; ends the command with why it cannot be."""
    with database_of(ctx) as database:
        try:
            with database.write() as connection:
                return do(broadcasts_of(ctx, Transaction(connection, datetime.now(UTC))))
        except BadBroadcast as bad:
            give_up(bad)


def tell_rehearsed(known: Broadcast, done: Broadcast) -> None:
    """What a dry run would have made of it; the number of a new one is not kept."""
    if known.id:
        tell(_("Broadcast {number} would be: {state}"), number=known.id, state=stands(done))
    else:
        tell(_("The broadcast would be: {state}"), state=stands(done))


def stands(broadcast: Broadcast, tally: Mapping[str, int] = MappingProxyType({})) -> str:
    """Its state now, in words. `tally`: what became of it, where it may have begun."""
    return standing_told(broadcast, tally, datetime.now(UTC), language())


def rehearse(ctx: click.Context, do: Callable[[Broadcasts], Done]) -> Done:
    """Likewise, but everything that is written is taken back."""
    with database_of(ctx) as database:
        try:
            with database.rehearse() as connection:
                return do(broadcasts_of(ctx, Transaction(connection, datetime.now(UTC))))
        except BadBroadcast as bad:
            give_up(bad)


def take(ctx: click.Context, doing: Doing, do: Callable[[Broadcasts], Done]) -> Done:
    """Rehearse, ask where something is sent or lost by it, then do it: all of it or nothing."""
    done = rehearse(ctx, do)
    if doing.dry_run:
        tell(_("Nothing was changed."))
        return done
    if doing.risk and not doing.yes:
        click.confirm(say(doing.risk), abort=True, err=True)
    return change(ctx, do)


def give_up(bad: BadBroadcast) -> NoReturn:
    """Say why it cannot be, with all that is wrong, and end the command."""
    for one in bad.every:
        tell(one.why, **one.values)
    sys.exit(1)
