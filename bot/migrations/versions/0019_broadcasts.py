"""Broadcasts, topics, and the outbox as their ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_TO_MANY = sa.text("kind = 'broadcast'")
_ENDS = "expires_at IS NOT NULL"
_ENDS_OPEN = f"{_ENDS} AND state IN ('queued', 'parked')"  # not what was ever sent
_WAITING = sa.text("state = 'queued' AND kind = 'broadcast'")


def upgrade() -> None:
    _topics()
    _broadcasts()
    op.add_column("outbox", sa.Column("broadcast_id", _SERIAL))
    op.add_column("outbox", sa.Column("language", sa.Text()))
    # One index for the queue of a broadcast and for its ledger.
    op.create_index(
        *("ix_outbox_broadcast", "outbox", ["broadcast_id", "state", "channel", "due_at", "id"]),
        sqlite_where=_TO_MANY,
        postgresql_where=_TO_MANY,
    )
    op.drop_index("ix_outbox_bulk", "outbox")
    _expiring(_ENDS_OPEN)


def _expiring(where: str) -> None:
    op.drop_index("ix_outbox_expires", "outbox")
    op.create_index(
        *("ix_outbox_expires", "outbox", ["expires_at"]),
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _topics() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("closed_at", _AT),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
        sa.CheckConstraint("kind IN ('interest', 'city')", name="kind"),
    )
    op.create_table(
        "subscription",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("since", _AT, nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "person_id", name="pk_subscription"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_subscription_topic_id"),
    )
    op.create_index("ix_subscription_person_id", "subscription", ["person_id"])


def _broadcasts() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("fallback", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("image", sa.JSON()),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("minds_night", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("wanted_at", _AT),
        sa.Column("due_at", _AT),
        sa.Column("ends_at", _AT),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("reach", sa.JSON()),
        sa.Column("tally", sa.JSON()),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text()),
        sa.Column("agreed_by", sa.Text()),
        *(sa.Column(name, _AT, nullable=False) for name in ("created_at", "changed_at")),
        *(sa.Column(name, _AT) for name in ("begun_at", "done_at")),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("state IN ('due', 'sending', 'done')")
    op.create_index(
        *("ix_broadcast_open", "broadcast", ["state"]),
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_broadcast_created_at", "broadcast", ["created_at"])
    _beside()


def _beside() -> None:
    op.create_table(
        "broadcast_text",
        sa.Column("broadcast_id", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "language", name="pk_broadcast_text"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name="fk_broadcast_text_broadcast_id"
        ),
    )
    op.create_table(
        "hand_picked",
        sa.Column("broadcast_id", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id", name="pk_hand_picked"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name="fk_hand_picked_broadcast_id"
        ),
    )
    op.create_index("ix_hand_picked_person_id", "hand_picked", ["person_id"])


def downgrade() -> None:
    _expiring(_ENDS)
    op.create_index(
        *("ix_outbox_bulk", "outbox", ["channel", "due_at", "id"]),
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.drop_index("ix_outbox_broadcast", "outbox")
    op.drop_column("outbox", "language")
    op.drop_column("outbox", "broadcast_id")
    for table in ("hand_picked", "broadcast_text", "broadcast", "subscription", "topic"):
        op.drop_table(table)
