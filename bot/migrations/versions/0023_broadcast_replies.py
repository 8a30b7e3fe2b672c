"""Choices of a broadcast, and who replied to it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("choices", sa.JSON()))
    op.add_column("broadcast", sa.Column("replies", sa.JSON()))
    op.create_table(
        "broadcast_reply",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("broadcast_id", _SERIAL, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("person_id", "address")),
        sa.Column("choice", sa.Integer()),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_reply"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name="fk_broadcast_reply_broadcast_id"
        ),
        sa.UniqueConstraint(
            "broadcast_id", "person_id", name="uq_broadcast_reply_broadcast_id_person_id"
        ),
    )
    for name in ("person_id", "address", "replied_at"):
        op.create_index(f"ix_broadcast_reply_{name}", "broadcast_reply", [name])


def downgrade() -> None:
    op.drop_table("broadcast_reply")
    op.drop_column("broadcast", "replies")
    op.drop_column("broadcast", "choices")
