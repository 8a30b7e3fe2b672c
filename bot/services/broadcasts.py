"""Broadcasts: written, looked at, sent off, held, and what the clock does with them.

Every step is one guarded statement, so that a double click, two tabs or two clocks make one step,
and is written into the audit chain in the same transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from bot.database import allow_minutes
from bot.dialog import Transaction
from bot.i18n import _
from bot.mass_reports import is_asked_for
from bot.message import Reply
from bot.models import Base
from bot.services.actors import are_two, person_of
from bot.services.audience import Open, Wanted
from bot.services.audience_check import refuse_forgotten
from bot.services.audit import Audit, Entry, sha_of
from bot.services.broadcast import UNDO, BadBroadcast, Broadcast
from bot.services.broadcast_check import check_broadcast
from bot.services.broadcast_heard import Hears
from bot.services.broadcast_reach import Preview, not_told, preview, queueing
from bot.services.broadcast_rows import as_row, from_row
from bot.services.broadcast_steps import refusal
from bot.services.broadcast_texts import Saying
from bot.services.broadcast_written import to_plain
from bot.services.poll_office import ONE_LOGIN
from bot.stored import reply_to_json

_TABLES = Base.metadata.tables
_TABLE, _TEXT, _PICKED = (_TABLES[n] for n in ("broadcast", "broadcast_text", "hand_picked"))
_OUTBOX = _TABLES["outbox"]


def _nothing(_text: str) -> None:
    """Where nobody writes one: no dialog is there to hear it."""


class Broadcasts:
    """All of them. What cannot be raises BadBroadcast, then nothing has changed.

    `limit`: above so many people a second member of the team must agree; 0: never.
    `hears`: what a text means that is typed; no choice may be called so.
    """

    def __init__(
        self, transaction: Transaction, open_: Open, limit: int = 0, hears: Hears = _nothing
    ) -> None:
        self.transaction, self._open, self._limit = transaction, open_, limit
        self._hears = hears
        self._connection, self._now = transaction.connection, transaction.now

    def get(self, number: int) -> Broadcast | None:
        """One by number."""
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == number)).first()
        return None if row is None else from_row(row)

    def all(
        self, states: Sequence[str] = (), before: int = 0, most: int = 50
    ) -> tuple[Broadcast, ...]:
        """The latest first. `before`: only those with a lower number."""
        wanted = select(_TABLE).order_by(_TABLE.c.id.desc()).limit(most)
        if states:
            wanted = wanted.where(_TABLE.c.state.in_(states))
        if before:
            wanted = wanted.where(_TABLE.c.id < before)
        return tuple(map(from_row, self._connection.execute(wanted)))

    # -- writing -----------------------------------------------------------------------------

    def save(self, broadcast: Broadcast, actor: str) -> Broadcast:
        """Write a draft, a new one where it has no number; gives it as it stands."""
        self.check(broadcast)
        return self.keep(broadcast, actor)

    def check(self, broadcast: Broadcast) -> None:
        """Raises BadBroadcast with everything that keeps it from being sent."""
        nameable = self._nameable(broadcast.id)
        check_broadcast(self.transaction, broadcast, self._hears, nameable)

    def keep(self, broadcast: Broadcast, actor: str) -> Broadcast:
        """As save, though it cannot be sent yet: for one that was written by other rules."""
        values = as_row(broadcast) | {"changed_at": self._now}
        if broadcast.id:
            self._move(broadcast, ("draft",), values)
            number = broadcast.id
        else:
            new = {"state": "draft", "made_by": actor, "created_at": self._now, "revision": 1}
            made = insert(_TABLE).values(values | new).returning(_TABLE.c.id)
            number = self._connection.execute(made).scalar_one()
        self._note(number, actor, "broadcast.write", sha_of(to_plain(broadcast)))
        return self._known(number)

    def pick(self, number: int, people: Mapping[str, bool], actor: str) -> None:
        """Name people by hand: to be told besides all others (True), or not at all."""
        known = self.picked(number)
        if known == people:
            return
        self._connection.execute(delete(_PICKED).where(_PICKED.c.broadcast_id == number))
        rows = [
            {"broadcast_id": number, "person_id": person, "wanted": wanted}
            for person, wanted in people.items()
        ]
        if rows:
            self._connection.execute(insert(_PICKED), rows)
        told = sum(people.values())
        detail = f"{told} to be told, {len(people) - told} not to be told"
        self._note(number, actor, "broadcast.name-people", detail=detail)

    def picked(self, number: int) -> dict[str, bool]:
        """Who was named by hand: to be told, or not."""
        p = _PICKED.c
        rows = self._connection.execute(
            select(p.person_id, p.wanted).where(p.broadcast_id == number)
        )
        return dict(rows.all())

    def discard(self, broadcast: Broadcast, actor: str) -> None:
        """Throw a draft away."""
        self._move(broadcast, ("draft",), {"state": "cancelled", "done_at": self._now})
        self._note(broadcast.id, actor, "broadcast.discard")

    # -- looking -----------------------------------------------------------------------------

    def preview(self, broadcast: Broadcast) -> Preview:
        """Whom it would reach now."""

        def says(language: str) -> Reply | None:
            # What it is about may not be there any more: whoever sends it hears so.
            try:
                return Saying(self.transaction, broadcast).in_language(language)
            except BadBroadcast:
                return None

        return preview(self._connection, self._wanted(broadcast), says)

    # -- sending -----------------------------------------------------------------------------

    def send(self, broadcast: Broadcast, actor: str) -> Broadcast:
        """Send it off: it begins when it is due, and not before it could be taken back.

        Where it reaches more people than one may write to alone, somebody else must agree first.
        """
        saying = Saying(self.transaction, broadcast)
        for language in broadcast.languages:
            saying.in_language(language)
        self.check(broadcast)
        preview = self.preview(broadcast)
        if not preview.people:
            raise BadBroadcast(_("Nobody would get this: please look at whom it is for."))
        state = "asked" if self._limit and preview.people > self._limit else "due"
        values = self._times(broadcast) | {"state": state, "sent_by": actor}
        self._move(broadcast, ("draft",), values | {"reach": preview.to_json()})
        self._note(broadcast.id, actor, "broadcast.send", detail=f"{preview.people} people")
        return self._known(broadcast.id)

    def agree(self, broadcast: Broadcast, actor: str) -> Broadcast:
        """A second member of the team agrees."""
        asker = broadcast.sent_by or ""
        if person_of(asker) == person_of(actor):
            raise BadBroadcast(_("A second person must agree, not the one who asked."))
        if not are_two(asker, actor):
            raise BadBroadcast(ONE_LOGIN)
        values = self._times(broadcast) | {"state": "due", "agreed_by": actor}
        self._move(broadcast, ("asked",), values)
        self._note(broadcast.id, actor, "broadcast.agree")
        return self._known(broadcast.id)

    def take_back(self, broadcast: Broadcast, actor: str) -> Broadcast:
        """Before it has begun: a draft again."""
        gone = ("sent_by", "agreed_by", "due_at", "ends_at", "reach")
        values: dict[str, Any] = {"state": "draft", **dict.fromkeys(gone)}
        self._move(broadcast, ("asked", "due"), values)
        self._note(broadcast.id, actor, "broadcast.take-back")
        return self._known(broadcast.id)

    def pause(self, broadcast: Broadcast, actor: str) -> Broadcast:
        """Send no more of it, until it goes on. What is on its way arrives."""
        return self._step(broadcast, actor, "sending", "paused", "broadcast.pause")

    def resume(self, broadcast: Broadcast, actor: str) -> Broadcast:
        """Go on."""
        return self._step(broadcast, actor, "paused", "sending", "broadcast.resume")

    def cancel(self, broadcast: Broadcast, actor: str) -> Broadcast:
        """Send no more of it, for good, not to those either who look or write only later.

        What is on its way arrives. One that nobody waits for any more stays finished.
        """
        if broadcast.state == "done" and not self._is_waited_for(broadcast):
            raise BadBroadcast(_("It is finished: nobody waits for it any more."))
        values = {"state": "cancelled", "done_at": self._now}
        self._move(broadcast, ("asked", "due", "sending", "paused", "done"), values)
        self._note(broadcast.id, actor, "broadcast.cancel")
        return self._known(broadcast.id)

    def begin(self, broadcast: Broadcast) -> int:
        """Its moment has come: queue it to everybody it is for, in one statement; how many.

        Who it is for is decided now: who comes later is not in it. When they have become so many
        that somebody else must agree, it waits for that, and nobody is queued.
        """
        allow_minutes(self._connection)
        refuse_forgotten(self.transaction, broadcast.audience)
        if self._has_outgrown(broadcast):
            return 0
        saying = Saying(self.transaction, broadcast)
        wanted = self._wanted(broadcast)
        reach = {**(broadcast.reach or {}), **not_told(self._connection, wanted)}
        started = {"state": "sending", "begun_at": self._now, "reach": reach}
        self._move(broadcast, ("due",), started)
        bodies = {code: reply_to_json(saying.in_language(code)) for code in broadcast.languages}
        texts = [
            {"broadcast_id": broadcast.id, "language": code, "body": body}
            for code, body in bodies.items()
        ]
        self._connection.execute(insert(_TEXT), texts)
        queued = queueing(wanted, broadcast.ends_at)
        counted = {"preserve_rowcount": True}  # else PostgreSQL's is not looked at after an INSERT
        return self._connection.execute(queued, execution_options=counted).rowcount

    # -- ---------------------------------------------------------------------------------------

    def _nameable(self, number: int) -> set[str]:
        """Channels: those that are open, and those it named before they were closed."""
        before = self.get(number) if number else None
        return {*self._open.channels, *(before.audience.channels if before else ())}

    def _has_outgrown(self, broadcast: Broadcast) -> bool:
        """Since one person alone sent it off, for later."""
        if broadcast.agreed_by or not self._limit:
            return False
        preview = self.preview(broadcast)
        if preview.people <= self._limit:
            return False
        self._move(broadcast, ("due",), {"state": "asked", "reach": preview.to_json()})
        told = f"{preview.people} people"
        self._note(broadcast.id, "house", "broadcast.outgrown", detail=told)
        return True

    def _is_waited_for(self, broadcast: Broadcast) -> bool:
        """Also a list is that may have been taken: it is called for again until that is known."""
        o = _OUTBOX.c
        of = (o.broadcast_id == broadcast.id, o.kind == "broadcast")
        waits = o.state.in_(("queued", "sending", "parked", "unsure"))
        known = or_(o.state != "unsure", is_asked_for(o.mass_id))
        return self._connection.scalar(select(o.id).where(*of, waits, known).limit(1)) is not None

    def _wanted(self, broadcast: Broadcast) -> Wanted:
        return Wanted(
            *(broadcast.audience, broadcast.id, broadcast.languages, broadcast.fallback),
            now=self._now,
            begins_at=self._begins(broadcast) if broadcast.minds_night else None,
            open=self._open,
        )

    def _begins(self, broadcast: Broadcast) -> datetime:
        """When it begins, if it were sent off now where it is not yet."""
        wanted = broadcast.due_at or broadcast.wanted_at or self._now
        return max(wanted, self._now + UNDO)

    def _times(self, broadcast: Broadcast) -> dict[str, datetime]:
        begins = max(broadcast.wanted_at or self._now, self._now + UNDO)
        return {"due_at": begins, "ends_at": begins + timedelta(hours=broadcast.hours)}

    def _step(
        self, broadcast: Broadcast, actor: str, before: str, after: str, action: str
    ) -> Broadcast:
        self._move(broadcast, (before,), {"state": after})
        self._note(broadcast.id, actor, action)
        return self._known(broadcast.id)

    def _move(self, broadcast: Broadcast, states: Sequence[str], values: Mapping[str, Any]) -> None:
        """Change it, if it still is as it was looked at."""
        b = _TABLE.c
        is_known = (b.id == broadcast.id, b.revision == broadcast.revision, b.state.in_(states))
        changed = {"revision": b.revision + 1, "changed_at": self._now, **values}
        if self._connection.execute(update(_TABLE).where(*is_known).values(changed)).rowcount:
            return
        raise refusal(self.get(broadcast.id), broadcast.revision)

    def _known(self, number: int) -> Broadcast:
        found = self.get(number)
        if found is None:
            raise BadBroadcast(_("There is no broadcast {number}."), number=number)
        return found

    def _note(
        self, number: int, actor: str, action: str, after: str = "", detail: str = ""
    ) -> None:
        entry = Entry(actor, action, f"broadcast:{number}", detail, after=after)
        Audit(self.transaction).write(entry)
