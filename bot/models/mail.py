"""What came in and what goes out: the two tables every promise of delivery rests on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial, index_where


class Inbox(Base):
    """One event of a platform, kept once. `state`: new, done, dead, ignored.

    `event_id` is unique in its channel and holds the bot account where there are several.
    `payload` goes when its time is over; the key stays, so that a repeat is still recognised.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "event_id"),
        index_where("ix_inbox_waiting", "address", "id", where="state = 'new'"),
        index_where("ix_inbox_dead", "id", where="state = 'dead'"),
        Index("ix_inbox_address", "address"),
        Index("ix_inbox_received_at", "received_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    channel: Mapped[str]
    event_id: Mapped[str]
    address: Mapped[str | None]
    payload: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime]
    state: Mapped[str]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    error: Mapped[str | None]


class Outbox(Base):
    """One reply to one address.

    `state`: queued sending sent parked failed expired cancelled unsure.
    `kind`: reply, confirmation, reminder (all at least once) or broadcast (at most once).
    `dialog`: which one said it, "" for none; `team:anna`: a person; None: the team is not to
    see it, or it is from before we kept this.
    `broadcast_id`: which one it is of; its text stands in broadcast_text, in that `language`.
    `mass_id`: the mass message on whose list it stands, or stood when it was sent.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        index_where(
            *("ix_outbox_open", "address", "id"),
            where="state IN ('queued', 'sending', 'parked')",
        ),
        # Replies have an index of their own: a million rows of a broadcast do not stand before one.
        # The id is in it: of ten thousand due at once, a claim reads as many as it takes.
        index_where(
            *("ix_outbox_due", "channel", "due_at", "id"),
            where="state = 'queued' AND kind <> 'broadcast'",
        ),
        # What somebody waits for is sent before reminders, however many of these are due.
        index_where(
            *("ix_outbox_answers", "channel", "due_at", "id"),
            where="state = 'queued' AND kind IN ('reply', 'confirmation')",
        ),
        # The queue of a broadcast, and its ledger.
        index_where(
            *("ix_outbox_broadcast", "broadcast_id", "state", "channel", "due_at", "id"),
            where="kind = 'broadcast'",
        ),
        # The state is in it so that SQLite takes this one before ix_outbox_address.
        index_where("ix_outbox_parked", "address", "state", where="state = 'parked'"),
        # What the team looks at: few, however much was ever sent.
        index_where(
            *("ix_outbox_stuck", "channel", "state", "id"),
            where="state IN ('failed', 'unsure', 'expired')",
        ),
        index_where("ix_outbox_lease", "lease_until", where="state = 'sending'"),
        index_where(
            *("ix_outbox_expires", "expires_at"),
            where="expires_at IS NOT NULL AND state IN ('queued', 'parked')",
        ),
        Index("ix_outbox_address", "address", "id"),
        Index("ix_outbox_created_at", "created_at"),
        {"sqlite_autoincrement": True},  # a device's cursor must never meet an id twice
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    channel: Mapped[str]
    address: Mapped[str]
    inbox_id: Mapped[int | None] = mapped_column(Serial, index=True)
    kind: Mapped[str]
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[str]
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    platform_ref: Mapped[str | None]
    parts_sent: Mapped[int] = mapped_column(server_default="0")  # of a reply in several messages
    maybe_sent: Mapped[bool] = mapped_column(server_default=false())  # a try whose end is unknown
    error: Mapped[str | None]
    rewritten: Mapped[str | None]  # what fit() had to change for the channel
    dialog: Mapped[str | None]
    broadcast_id: Mapped[int | None] = mapped_column(Serial)
    language: Mapped[str | None]
    mass_id: Mapped[int | None] = mapped_column(Serial)


class Allowance(Base):
    """What a platform still lets us send to an address: so many messages, until then.

    `source`: what opened it, a `message` or a `tap` (a menu, a follow, a scan); or the limit it is,
    `10 in 30 s`, and then `until` is when its bucket is full again, see ration.
    """

    __tablename__ = "allowance"

    address: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    left: Mapped[int]


class ChannelState(Base):
    """A channel that pauses because it is not set up correctly; no row: it works.

    `channel`: its name, or the name and `:in` where it is hearing that does not work, see hearing.
    """

    __tablename__ = "channel_state"

    channel: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    paused_until: Mapped[datetime]
    failures: Mapped[int]
    reason: Mapped[str]


class PlatformToken(Base):
    """An access token that all processes of a channel share.

    `version` is the lease and its fence: whoever raised it last may renew the token, until
    `lease_until`. The token is sealed by the channel; what lies here opens nothing.
    """

    __tablename__ = "platform_token"

    account: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    lease_until: Mapped[datetime | None]
    token: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]
    forced: Mapped[int]  # renewals in a row that had to be forced
    forced_at: Mapped[datetime | None]
    failures: Mapped[int]  # in a row
    error_kind: Mapped[str | None]
    error: Mapped[str | None]
    retry_at: Mapped[datetime | None]  # not before
