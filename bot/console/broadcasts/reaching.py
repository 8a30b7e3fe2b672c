"""What the pages of broadcasts share: the service, one broadcast, and how its parts are called."""

from collections.abc import Mapping

from bot.console.desk import Desk
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import translate
from bot.quiet import Assumed
from bot.services.audience import Open
from bot.services.broadcast import Broadcast
from bot.services.broadcasts import Broadcasts
from bot.web.problem import NOT_FOUND, Problem


def broadcasts_of(desk: Desk, transaction: Transaction) -> Broadcasts:
    """The broadcasts, as this house sends them."""
    open_ = Open(desk.reach, desk.fetched, desk.masses, Assumed.of(desk.settings))
    return Broadcasts(transaction, open_, desk.settings.broadcast_limit, desk.hears)


async def the_broadcast(desk: Desk, visit: Visit) -> Broadcast:
    """The one the address names. Raises Problem."""
    number = int(visit.part("id"))
    found = await desk.look(lambda t: broadcasts_of(desk, t).get(number))
    if found is None:
        raise Problem(NOT_FOUND)
    return found


def called(visit: Visit, names: Mapping[str, str]) -> dict[str, str]:
    """Names in the language of who looks."""
    return {name: translate(visit.language, said) for name, said in names.items()}
