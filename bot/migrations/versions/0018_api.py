"""Tokens of programs, what they asked for once, webhooks and the calls to them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("used_at", _AT),
        sa.Column("revoked_at", _AT),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("name", name="uq_api_token_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_deed",
        sa.Column("token_id", _SERIAL, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("done_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("token_id", "key", name="pk_api_deed"),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name="fk_api_deed_token_id"),
    )
    op.create_index("ix_api_deed_done_at", "api_deed", ["done_at"])
    _webhooks()


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text()),
        sa.Column("old_until", _AT),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("failing_since", _AT),
        sa.Column("disabled_at", _AT),
        sa.Column("disabled_why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
        sqlite_autoincrement=True,
    )
    _webhook_calls()


def _webhook_calls() -> None:
    op.create_table(
        "webhook_call",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("webhook_id", _SERIAL, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("due_at", _AT, nullable=False),
        sa.Column("until", _AT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", _AT),
        sa.Column("settled_at", _AT),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_call"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name="fk_webhook_call_webhook_id"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("state IN ('queued', 'sending')")
    op.create_index(
        *("ix_webhook_call_open", "webhook_call", ["due_at", "id"]),
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_webhook_call_webhook_id", "webhook_call", ["webhook_id", "id"])
    op.create_index("ix_webhook_call_created_at", "webhook_call", ["created_at"])


def downgrade() -> None:
    for table in ("webhook_call", "webhook", "api_deed", "api_token"):
        op.drop_table(table)
