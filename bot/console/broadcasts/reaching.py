"""What the pages of broadcasts share: one of them, what keeps it back, how its parts are called."""

from collections.abc import Mapping
from typing import Final

from bot.console.desk import Desk
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.web.problem import NOT_FOUND, Problem

NOT_SENT: Final = _("It cannot be sent as it is. Please look at this:")


def hindrance(desk: Desk, transaction: Transaction, known: Broadcast) -> BadBroadcast | None:
    """What keeps a draft from being sent that was written by other rules, or long ago."""
    try:
        desk.broadcasts(transaction).check(known)
    except BadBroadcast as bad:
        return bad
    return None


async def the_broadcast(desk: Desk, visit: Visit) -> Broadcast:
    """The one the address names. Raises Problem."""
    number = int(visit.part("id"))
    found = await desk.look(lambda t: desk.broadcasts(t).get(number))
    if found is None:
        raise Problem(NOT_FOUND)
    return found


def called(visit: Visit, names: Mapping[str, str]) -> dict[str, str]:
    """Names in the language of who looks."""
    return {name: translate(visit.language, said) for name, said in names.items()}
