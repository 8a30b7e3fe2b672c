"""Broadcasts: which there are, whom one would reach and what became of it, and new drafts.

Nothing is sent here: a person looks at a draft, and sends it.
"""

from collections.abc import Mapping
from typing import Any

from bot.api.call import Call, page
from bot.api.desk import Desk
from bot.dialog import Transaction
from bot.services.broadcast import STATES, Broadcast
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_reach import Preview
from bot.services.broadcast_replies import Replies
from bot.services.broadcast_written import half_read, to_plain
from bot.web.problem import NOT_FOUND, Problem

_NOT_TOLD = ("subscription", "left_out")


class Broadcasts:
    """The list, one broadcast, and a new one."""

    def __init__(self, desk: Desk) -> None:
        self._known, self._zone = desk.broadcasts, desk.settings.zone

    def list(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """A page of them, the latest first."""
        state, before = call.asked("state", STATES), call.asked_number("after", 0)
        states = (state,) if state else ()
        found = self._known(transaction).all(states, before, call.limit + 1)
        tallies = Ledger(transaction).tallies(found)
        return page([_in_a_list(one, tallies[one.id]) for one in found], call.limit, "id")

    def show(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """One as the team wrote it, with whom it would reach, or what became of it."""
        found = self._known(transaction).get(call.number)
        if found is None:
            raise Problem(NOT_FOUND)
        return self._whole(found, transaction)

    def write(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """A new draft, which nobody gets before a person sends it. Raises BadBroadcast."""
        known = self._known(transaction)
        draft, mistakes = half_read(call.sent, self._zone)
        mistakes.of(known.check, draft)
        mistakes.refuse()
        return self._whole(known.keep(draft, call.token.actor), transaction)

    def _whole(self, one: Broadcast, transaction: Transaction) -> dict[str, Any]:
        is_begun, replied = one.begun_at is not None, Replies(transaction).of(one)
        reach = one.reach or {}
        preview = None if is_begun else self._known(transaction).preview(one)
        return _in_a_list(one, Ledger(transaction).tally(one)) | {
            "written": to_plain(one),
            "preview": preview and _preview(preview),
            "not_told": {key: reach.get(key, {}) for key in _NOT_TOLD} if is_begun else None,
            "answers": [replied.chose.get(place, 0) for place in range(len(one.choices))],
            "wrote_within_24_hours": replied.wrote,
        }


def _in_a_list(one: Broadcast, tally: Mapping[str, int]) -> dict[str, Any]:
    names = ("id", "name", "state", "made_by", "created_at", "zone", "begins_at", "ends_at")
    return {name: getattr(one, name) for name in names} | {
        "tally": dict(tally),
        "people": sum(tally.values()),
    }


def _preview(preview: Preview) -> dict[str, Any]:
    names = ("channel", "when", "language", "people")
    return {
        "people": preview.people,
        "reached": [dict(zip(names, one, strict=True)) for one in preview.reached],
        "subscription": dict(preview.subscription),
        "left_out": dict(preview.left_out),
        "others": preview.others,
    }
