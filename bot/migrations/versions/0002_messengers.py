"""Messengers: replies in parts, what platforms still allow, paused channels, tokens, linking."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INSTANT = sa.DateTime(timezone=True)
_QUEUED = "state = 'queued'"
_TABLES = ("allowance", "channel_state", "platform_token", "link_code", "arrival")


def upgrade() -> None:
    _outbox()
    _platforms()
    _people()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_outbox_bulk", "outbox")
    op.drop_index("ix_outbox_due", "outbox")
    _index_where("ix_outbox_due", _QUEUED)
    op.drop_column("outbox", "maybe_sent")
    op.drop_column("outbox", "parts_sent")


def _outbox() -> None:
    op.add_column(
        "outbox", sa.Column("parts_sent", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "outbox", sa.Column("maybe_sent", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.drop_index("ix_outbox_due", "outbox")
    _index_where("ix_outbox_due", f"{_QUEUED} AND kind <> 'broadcast'", "id")
    _index_where("ix_outbox_bulk", f"{_QUEUED} AND kind = 'broadcast'", "id")


def _platforms() -> None:
    op.create_table(
        "allowance",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address", "source", name="pk_allowance"),
    )
    op.create_table(
        "channel_state",
        sa.Column("channel", sa.Text(), primary_key=True),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("paused_until", _INSTANT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_table(
        "platform_token",
        sa.Column("account", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lease_until", _INSTANT),
        sa.Column("token", sa.Text()),
        sa.Column("expires_at", _INSTANT),
        sa.Column("refreshed_at", _INSTANT),
        sa.Column("forced", sa.Integer(), nullable=False),
        sa.Column("forced_at", _INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error_kind", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("retry_at", _INSTANT),
    )


def _people() -> None:
    op.create_table(
        "link_code",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
    )
    op.create_index("ix_link_code_person_id", "link_code", ["person_id"])
    op.create_table(
        "arrival",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("target", "source", "day", name="pk_arrival"),
    )


def _index_where(name: str, where: str, *more: str) -> None:
    condition = sa.text(where)
    columns = ["channel", "due_at", *more]
    op.create_index(name, "outbox", columns, sqlite_where=condition, postgresql_where=condition)
