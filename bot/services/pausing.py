"""Lets a channel pause because the team wants it, and go on; each process looks every few seconds.

What people write meanwhile is heard and answered; the answers wait.
"""

from datetime import UTC, datetime

from sqlalchemy import delete, update

from bot.dialog import Invalid, Transaction
from bot.hearing import held
from bot.i18n import _
from bot.models import ChannelState, Outbox
from bot.rows import dialect_of, insert_into
from bot.services.audit import Audit, Entry
from bot.services.staff import Member

BY_TEAM = _("The team has paused it.")
_FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class Pausing:
    """Of one channel, bound to a transaction."""

    def __init__(self, transaction: Transaction, channel: str) -> None:
        self._transaction, self._channel = transaction, channel
        self._connection = transaction.connection

    def pause(self, member: Member) -> None:
        """Nothing is sent from now on. Raises Invalid when it is so already."""
        row = {"channel": held(self._channel), "since": self._transaction.now}
        row |= {"paused_until": _FOR_EVER, "failures": 0, "reason": BY_TEAM}
        new = insert_into(dialect_of(self._connection), ChannelState).values(row)
        done = new.on_conflict_do_nothing().returning(ChannelState.channel)
        if self._connection.scalar(done) is None:
            raise Invalid(_("It pauses already."))
        self._write(member, "channel.pause")

    def go_on(self, member: Member) -> None:
        """What the team paused goes on; what paused by itself is tried again now. Raises Invalid.

        Only what was tried before is brought forward: what is planned for later stays so.
        """
        keys = (held(self._channel), self._channel)
        ended = delete(ChannelState).where(ChannelState.channel.in_(keys))
        if not self._connection.execute(ended).rowcount:
            raise Invalid(_("It does not pause."))
        now = self._transaction.now
        tried = (Outbox.channel == self._channel, Outbox.state == "queued")
        later = (Outbox.due_at > now, Outbox.error.is_not(None))
        self._connection.execute(update(Outbox).where(*tried, *later).values(due_at=now))
        self._write(member, "channel.go-on")

    def _write(self, member: Member, action: str) -> None:
        done = Entry(member.actor, action, f"channel:{self._channel}")
        Audit(self._transaction).write(done)
