"""What a link into the talk leads to, in words: the title of its event or poll."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.dialog import Transaction
from bot.services.events import Events
from bot.services.invites import Invite
from bot.services.polls import Polls
from bot.services.texts import Texts, in_language


def destination(transaction: Transaction, invite: Invite, language: str) -> str:
    """The title in that language; "" where it leads to something that has none."""
    dialog, _separator, wanted = invite.target.partition(":")
    titles = _TITLES.get(dialog)
    return in_language(titles(transaction, wanted), language) if titles and wanted else ""


def _of_event(transaction: Transaction, event_id: str) -> Texts:
    event = Events(transaction).get(event_id)
    return event.title if event and event.state != "draft" else {}


def _of_poll(transaction: Transaction, poll_id: str) -> Texts:
    poll = Polls(transaction).get(poll_id)
    return poll.title if poll and poll.state != "draft" else {}


_TITLES: Final[Mapping[str, Callable[[Transaction, str], Texts]]] = {
    "registration": _of_event,
    "events": _of_event,
    "poll": _of_poll,
}
