"""What came in and what goes out: the two tables every promise of delivery rests on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
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
    """

    __tablename__ = "outbox"
    __table_args__ = (
        index_where(
            *("ix_outbox_open", "address", "id"),
            where="state IN ('queued', 'sending', 'parked')",
        ),
        index_where("ix_outbox_due", "channel", "due_at", where="state = 'queued'"),
        # The state is in it so that SQLite takes this one before ix_outbox_address.
        index_where("ix_outbox_parked", "address", "state", where="state = 'parked'"),
        index_where("ix_outbox_lease", "lease_until", where="state = 'sending'"),
        index_where("ix_outbox_expires", "expires_at", where="expires_at IS NOT NULL"),
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
    error: Mapped[str | None]
    rewritten: Mapped[str | None]  # what fit() had to change for the channel
