"""What organisers do with polls: write, open, close, extend, cancel, and say what came of it.

Every step is written into the audit chain, in the same transaction.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update

from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.actors import are_two, person_of
from bot.services.audit import Audit, Entry, sha_of
from bot.services.keys import Keys
from bot.services.poll_check import check_poll
from bot.services.poll_written import BadPoll
from bot.services.polls import Extension, Poll, Polls, original
from bot.services.receipts import hash_of, new_invitation, new_poll_code
from bot.services.texts import Texts

ONE_LOGIN = _(
    "Both names were given at one login. The second person needs a login of their own, or signs "
    "with their staff password: --sign"
)
Saved = Literal["new", "changed", "same"]

_TABLES = Base.metadata.tables
_PART, _CODE, _EXTENSION = (
    _TABLES["participation"],
    _TABLES["poll_code"],
    _TABLES["poll_extension"],
)
_POLL_CODE = _TABLES["poll"].c.code
_KEPT = (
    *("state", "code", "extended", "outcome", "drained_at", "closed_at", "purged_at", "revision"),
    "wording_sha",
)


class PollOffice:
    """What may be changed about polls. All of it raises BadPoll, then nothing has changed.

    `actor`: who does it, as the audit chain names them: `staff:anna`.
    """

    def __init__(self, transaction: Transaction, keys: Keys, actor: str) -> None:
        self._transaction, self._keys, self._actor = transaction, keys, actor
        self._connection, self._now = transaction.connection, transaction.now
        self._polls = Polls(transaction)

    def save(self, poll: Poll) -> Saved:
        """Write a poll. Once somebody has voted, what voters read stays as it is."""
        check_poll(poll)
        known = self._polls.lock(poll.id)
        if known is None:
            self._add(poll)
            return "new"
        poll = replace(poll, **{name: getattr(known, name) for name in _KEPT})
        known = replace(known, questions=tuple(map(original, known.questions)))
        if known.state != "draft":
            poll = replace(poll, opens_at=known.opens_at)
        if poll == known:
            return "same"
        self._refuse_late_changes(known, poll)
        self._put(known, poll, "poll.change")
        return "changed"

    def open(self, poll_id: str) -> Poll:
        """Let people vote, from `opens_at` on; makes the key that keeps ballots apart from them."""
        poll = self._known(poll_id)
        if poll.state != "draft":
            raise BadPoll(_("{poll} is not a draft."), poll=poll_id)
        if not poll.next_steps:
            text = _("{poll}: please write what happens with the result (next_steps).")
            raise BadPoll(text, poll=poll_id)
        if poll.closes_at <= self._now:
            raise BadPoll(_("{poll} would be over before it opens."), poll=poll_id)
        self._keys.make(poll_id)
        return self._put(poll, replace(poll, state="open"), "poll.open")

    def open_draft(self, poll_id: str) -> None:
        """Likewise, where that has not happened yet: a file can be brought in again."""
        if self._known(poll_id).state == "draft":
            self.open(poll_id)

    def close(self, poll_id: str) -> Poll:
        """Close now, earlier than was said; what reached us until this moment counts."""
        poll = self._open(poll_id)
        if self._now <= poll.opens_at:
            return self.cancel(poll_id, "closed before it began")
        closed = replace(poll, closes_at=min(poll.closes_at, self._now), state="closing")
        return self._put(poll, closed, "poll.closing", "closed by hand")

    def cancel(self, poll_id: str, reason: str) -> Poll:
        """There will be no result; the ballots are deleted."""
        poll = self._known(poll_id)
        if poll.state not in ("draft", "open"):
            raise BadPoll(_("{poll} is not open."), poll=poll_id)
        return self._put(poll, replace(poll, state="cancelled"), "poll.cancel", reason)

    # -- closing later -----------------------------------------------------------------------

    def ask_extension(self, poll_id: str, until: datetime, reason: Texts) -> None:
        """Wish to close later; a second person must agree before the closing minute."""
        poll = self._open(poll_id)
        if until <= poll.closes_at:
            raise BadPoll(_("{poll} closes later than that already."), poll=poll_id)
        if not reason:
            raise BadPoll(_("Please give a reason: voters will read it."))
        wish = {"poll_id": poll_id, "until": until, "reason": dict(reason)}
        wish |= {"asked_by": self._actor, "asked_at": self._now}
        self._connection.execute(insert(_EXTENSION).values(wish))
        self._note("poll.extension-asked", poll_id, f"until {until.isoformat()}")

    def agree_extension(self, poll_id: str) -> Poll:
        """Agree to the wish that somebody else had last; voters are told with the poll."""
        poll, e = self._open(poll_id), _EXTENSION.c
        wished = select(_EXTENSION).where(e.poll_id == poll_id, e.agreed_by.is_(None))
        wish = self._connection.execute(wished.order_by(e.id.desc()).limit(1)).one_or_none()
        if wish is None or wish.until <= poll.closes_at:
            raise BadPoll(_("Nobody has asked to extend {poll}."), poll=poll_id)
        if person_of(wish.asked_by) == person_of(self._actor):
            raise BadPoll(_("A second person must agree, not the one who asked."))
        if not are_two(wish.asked_by, self._actor):
            raise BadPoll(ONE_LOGIN)
        agreed = update(_EXTENSION).where(e.id == wish.id).values(agreed_by=self._actor)
        self._connection.execute(agreed)
        told = Extension(before=poll.closes_at, until=wish.until, reason=wish.reason)
        extended = replace(poll, closes_at=wish.until, extended=(*poll.extended, told))
        detail = f"asked by {wish.asked_by}, until {wish.until.isoformat()}"
        return self._put(poll, extended, "poll.extend", detail)

    # -- what people are told of it ----------------------------------------------------------

    def say_next_steps(self, poll_id: str, texts: Texts) -> Poll:
        """What happens now with the result; languages that are not written anew stay."""

        def said(poll: Poll) -> Poll:
            return replace(poll, next_steps={**poll.next_steps, **texts})

        return self._say(poll_id, said, "poll.next-steps")

    def say_outcome(self, poll_id: str, texts: Texts) -> Poll:
        """What came of it, likewise: those who wanted to hear are told."""
        if self._known(poll_id).state != "closed":
            raise BadPoll(_("{poll} is not counted yet."), poll=poll_id)

        def said(poll: Poll) -> Poll:
            return replace(poll, outcome={**poll.outcome, **texts})

        return self._say(poll_id, said, "poll.outcome")

    def invite(self, poll_id: str, count: int) -> tuple[str, ...]:
        """So many new invitations to vote; they are shown once, and only their hashes are kept."""
        poll = self._known(poll_id)
        if poll.level != "code" or poll.state not in ("draft", "open"):
            raise BadPoll(_("{poll} needs no invitation codes."), poll=poll_id)
        codes: set[str] = set()
        while len(codes) < count:
            codes.add(new_invitation())
        rows = [{"poll_id": poll_id, "code_hash": hash_of(code)} for code in sorted(codes)]
        self._connection.execute(insert(_CODE), rows)
        self._note("poll.invite", poll_id, f"{count} invitations")
        return tuple(codes)

    # -- ---------------------------------------------------------------------------------------

    def _add(self, poll: Poll) -> None:
        code = new_poll_code()
        while self._connection.execute(select(_POLL_CODE).where(_POLL_CODE.in_([code]))).first():
            code = new_poll_code()
        poll = replace(poll, code=code, state="draft")
        self._polls.add(poll)
        self._note("poll.create", poll.id, after=sha_of(poll.wording()))

    def _say(self, poll_id: str, change: Callable[[Poll], Poll], action: str) -> Poll:
        poll = self._known(poll_id)
        if poll.state == "cancelled":
            raise BadPoll(_("{poll} was cancelled."), poll=poll_id)
        return self._put(poll, change(poll), action)

    def _put(self, before: Poll, after: Poll, action: str, detail: str = "") -> Poll:
        written = self._polls.put(after)
        self._note(action, after.id, detail, sha_of(_hashed(before)), sha_of(_hashed(after)))
        return written

    def _note(
        self, action: str, poll_id: str, detail: str = "", before: str = "", after: str = ""
    ) -> None:
        entry = Entry(self._actor, action, f"poll:{poll_id}", detail, before, after)
        Audit(self._transaction).write(entry)

    def _known(self, poll_id: str) -> Poll:
        poll = self._polls.lock(poll_id)
        if poll is None:
            raise BadPoll(_("There is no poll {poll}."), poll=poll_id)
        return poll

    def _open(self, poll_id: str) -> Poll:
        poll = self._known(poll_id)
        if poll.state != "open" or poll.closes_at <= self._now:
            raise BadPoll(_("{poll} is not open."), poll=poll_id)
        return poll

    def _refuse_late_changes(self, known: Poll, poll: Poll) -> None:
        if known.state not in ("draft", "open"):
            raise BadPoll(_("{poll} is over; only what came of it can be added."), poll=poll.id)
        if known.state == "open" and poll.closes_at != known.closes_at:
            raise BadPoll(_("{poll} is open: extend it, or close it."), poll=poll.id)
        if poll.wording() == known.wording() and poll.zone == known.zone:
            return
        voted = select(func.count()).where(_PART.c.poll_id == poll.id)
        if self._connection.scalar(voted):
            raise BadPoll(_("Somebody has voted already: {poll} stays as it is."), poll=poll.id)


def _hashed(poll: Poll) -> dict[str, Any]:
    """All of a poll that organisers decide, as the audit chain hashes it."""
    return {
        **poll.wording(),
        "state": poll.state,
        "opens_at": poll.opens_at.isoformat(),
        "closes_at": poll.closes_at.isoformat(),
        "next_steps": dict(poll.next_steps),
        "outcome": dict(poll.outcome),
    }
