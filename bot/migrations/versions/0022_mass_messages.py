"""Messages that a platform takes for a list of people at once, and what it told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("mass_id", _SERIAL))
    _messages()
    op.create_table(
        "mass_report",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("channel", "ref", "trouble")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("people", "sent")),
        sa.Column("heard_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "ref", name="pk_mass_report"),
    )


def _messages() -> None:
    op.create_table(
        "mass_message",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("broadcast_id", _SERIAL, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("channel", "language", "state")),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("due_at", _AT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", _AT),
        *(sa.Column(name, sa.Text()) for name in ("platform_ref", "error")),
        sa.PrimaryKeyConstraint("id", name="pk_mass_message"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name="fk_mass_message_broadcast_id"
        ),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_mass_message_open",
        "mass_message",
        ["channel", "due_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_mass_message_broadcast_id", "mass_message", ["broadcast_id"])
    op.create_index("ix_mass_message_platform_ref", "mass_message", ["channel", "platform_ref"])


def downgrade() -> None:
    op.drop_table("mass_report")
    op.drop_table("mass_message")
    op.drop_column("outbox", "mass_id")
