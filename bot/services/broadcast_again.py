"""A broadcast once more, to those it did not reach."""

from dataclasses import replace

from sqlalchemy import select

from bot.models import Base
from bot.services.audience import Audience, Wanted, conditions
from bot.services.audience_check import refuse_forgotten
from bot.services.broadcast import Broadcast
from bot.services.broadcasts import Broadcasts

_PERSON = Base.metadata.tables["person"].c


def once_more(broadcasts: Broadcasts, known: Broadcast, actor: str) -> Broadcast:
    """A new draft of the same, in which who was named by hand and not reached is named again.

    What keeps it from being sent meanwhile, as that what it is about is not there any more, or that
    a choice is called what another dialog hears, is mended in the draft: see Broadcasts.check.
    Raises BadBroadcast where nobody knows any more whom it did not reach.
    """
    audience = replace(known.audience, missed=known.id, named=False)
    refuse_forgotten(broadcasts.transaction, audience)
    fresh = replace(known, id=0, audience=audience, state="draft", wanted_at=None)
    draft = broadcasts.keep(fresh, actor)
    broadcasts.pick(draft.id, dict.fromkeys(_named_and_missed(broadcasts, known), True), actor)
    return draft


def _named_and_missed(broadcasts: Broadcasts, known: Broadcast) -> list[str]:
    """What is asked of all others, a topic perhaps, was never asked of them."""
    transaction = broadcasts.transaction
    by_hand = Audience(named=True, missed=known.id)
    wanted = Wanted(by_hand, known.id, texts=(), fallback="", now=transaction.now)
    found = select(_PERSON.id).where(*conditions(wanted)).order_by(_PERSON.id)
    return list(transaction.connection.scalars(found))
