"""What programs do for the team: tokens they show, deeds they asked for once, webhooks we call."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial, index_where


class ApiToken(Base):
    """What a program shows to be let in. We keep the hash of its secret part.

    Never deleted, only revoked: the audit names it.
    """

    __tablename__ = "api_token"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]  # SHA-256
    scopes: Mapped[list[Any]]
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # to the minute
    revoked_at: Mapped[datetime | None]


class ApiDeed(Base):
    """A request that changed something, with its answer: asked again, it gets the same one."""

    __tablename__ = "api_deed"

    token_id: Mapped[int] = mapped_column(Serial, ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  # Idempotency-Key, as it was sent
    digest: Mapped[str]  # of the request: another one under this key is refused
    answer: Mapped[str]  # JSON
    done_at: Mapped[datetime] = mapped_column(index=True)


class Webhook(Base):
    """An address of another system that is told what happens here.

    `secret`: what signs, sealed with the house's own. After a change `old_secret` signs besides,
    until `old_until`. `failing_since`: nothing arrived since then.
    """

    __tablename__ = "webhook"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    url: Mapped[str]
    events: Mapped[list[Any]]
    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_until: Mapped[datetime | None]
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None]  # hand, gone, failing


class WebhookCall(Base):
    """One event on its way to one webhook. `state`: queued, sending, sent, failed.

    At least once: `message_id` stays the same however often it is sent.
    """

    __tablename__ = "webhook_call"
    __table_args__ = (
        index_where(
            *("ix_webhook_call_open", "due_at", "id"), where="state IN ('queued', 'sending')"
        ),
        Index("ix_webhook_call_webhook_id", "webhook_id", "id"),
        Index("ix_webhook_call_created_at", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    webhook_id: Mapped[int] = mapped_column(Serial, ForeignKey("webhook.id"))
    message_id: Mapped[str]
    type: Mapped[str]
    body: Mapped[str]  # the very bytes that are signed
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    until: Mapped[datetime]  # when we give up
    state: Mapped[str]
    attempts: Mapped[int]  # also the fence: who claimed last has the highest
    lease_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    status: Mapped[int | None]  # what was answered last
    error: Mapped[str | None]  # why it did not arrive, a word of ours
