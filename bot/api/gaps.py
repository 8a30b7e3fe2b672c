"""Gaps: what people ask about without an answer, and what becomes of each."""

from dataclasses import asdict
from typing import Any

from bot.api.call import Call, page
from bot.api.desk import Desk
from bot.api.problems import bad_field
from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.services import gaps
from bot.services.articles import Overtaken
from bot.services.gap_news import Contact, Decision
from bot.services.gaps import LEAST, STATES, Gap
from bot.web.problem import NOT_FOUND, Problem

_OVERTAKEN = _("Somebody else has published this article meanwhile. Please try once more.")


class Gaps:
    """The list, one gap, and a decision."""

    def __init__(self, desk: Desk) -> None:
        self._editing = desk.editing
        self._contact = Contact(desk.settings.organisation, desk.settings.contact)

    def list(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """A page of those in one state, in the order of their numbers."""
        state, last = call.asked("state", STATES, "open"), call.asked_number("after", 0)
        least = call.asked_number("people", LEAST)
        found = gaps.Gaps(transaction).after(last, call.limit + 1, state, least)
        return page([*map(_plain, found)], call.limit, "id")

    def show(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """One with its questions; if it was merged, the one it became part of."""
        return _plain(_known(call, transaction))

    def decide(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """What becomes of it. An article learns its wordings; who wanted to hear is told."""
        call.only("state", "version", "article")
        gap, state, version = _known(call, transaction), call.word("state", STATES), _version(call)
        slug = self._article(call) if state == "answered" else ""
        decision = Decision(state, version, slug, contact=self._contact)
        told = gaps.Gaps(transaction).decide(gap.id, decision, call.token)
        if slug:
            self._publish(transaction, slug, gap, call.token.actor)
        return _plain(_known(call, transaction)) | {"told": told}

    def _article(self, call: Call) -> str:
        """Only who may write articles gives one wordings."""
        call.needs("edit")
        return call.text("article", 100)

    def _publish(self, transaction: Transaction, slug: str, gap: Gap, author: str) -> None:
        """In force within seconds, when the house rereads its articles."""
        standing = self._editing.standing(transaction, slug)
        if standing is None:
            raise bad_field("article")
        try:
            draft = self._editing.taught(standing.draft, gap.samples)
            self._editing.publish(transaction, draft, author)
        except Overtaken as error:
            raise Invalid(_OVERTAKEN) from error


def _known(call: Call, transaction: Transaction) -> Gap:
    gap = gaps.Gaps(transaction).get(call.number)
    if gap is None:
        raise Problem(NOT_FOUND)
    return gap


def _version(call: Call) -> int:
    version = call.sent.get("version")
    if type(version) is not int or not 0 < version < 2**31:  # True is an int, too
        raise bad_field("version")
    return version


def _plain(gap: Gap) -> dict[str, Any]:
    plain = asdict(gap) | {"answered_share": gap.answered_share, "since": dict(gap.since)}
    return plain | {"samples": [asdict(sample) for sample in gap.samples]}
