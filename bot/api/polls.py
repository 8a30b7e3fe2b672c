"""Polls: which there are, opening and closing them, and what came out, as anybody may see it."""

from typing import Any

from bot.api.call import Call, after, page
from bot.api.desk import Desk
from bot.dialog import Transaction
from bot.services import polls
from bot.services.keys import Keys
from bot.services.poll_office import PollOffice
from bot.services.poll_plain import to_plain
from bot.services.polls import STATES, Poll
from bot.services.published import as_plain
from bot.services.results import result
from bot.web.problem import NOT_FOUND, Problem


class Polls:
    """The list, one poll, what is done with it, and its result."""

    def __init__(self, desk: Desk) -> None:
        self._keys = Keys.of(desk.settings)

    def list(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """A page of them, in the order of their ids."""
        state = call.asked("state", STATES)
        found = [p for p in polls.Polls(transaction).every() if not state or p.state == state]
        shown = after(found, [poll.id for poll in found], call)
        return page([_in_a_list(poll) for poll in shown], call.limit, "id")

    def show(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """One as its organisers wrote it."""
        poll = _known(call, transaction)
        return _in_a_list(poll) | {"written": to_plain(poll)}

    def open(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """Let people vote."""
        call.only()
        return _in_a_list(self._office(call, transaction).open(_known(call, transaction).id))

    def close(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """Close it now; it is counted some seconds later."""
        call.only()
        return _in_a_list(self._office(call, transaction).close(_known(call, transaction).id))

    def results(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """What anybody may see of it now: the team, and its programs, see no more than that."""
        found = result(transaction.connection, _known(call, transaction))
        if found.is_shown:
            return as_plain(found)
        return {"poll": found.poll.id, "standing": found.standing}

    def _office(self, call: Call, transaction: Transaction) -> PollOffice:
        return PollOffice(transaction, self._keys, call.token.actor)


def _known(call: Call, transaction: Transaction) -> Poll:
    poll = polls.Polls(transaction).get(call.part("slug"))
    if poll is None:
        raise Problem(NOT_FOUND)
    return poll


def _in_a_list(poll: Poll) -> dict[str, Any]:
    names = ("id", "code", "state", "opens_at", "closes_at", "zone", "level", "mode")
    return {name: getattr(poll, name) for name in names} | {"title": dict(poll.title)}
