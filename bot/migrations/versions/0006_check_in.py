"""Who was at an event: the secret page of its staff, and what they did at the door."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "check_in_link",
        sa.Column("token_hash", sa.Text(), primary_key=True),
        sa.Column("event_id", sa.Text(), sa.ForeignKey("event.id"), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
    )
    op.create_index("ix_check_in_link_event_id", "check_in_link", ["event_id"])
    op.create_table(
        "check_in",
        sa.Column("number", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), sa.ForeignKey("event.id"), nullable=False),
        sa.Column(
            "registration_id", sa.BigInteger(), sa.ForeignKey("registration.id"), nullable=False
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("id", name="uq_check_in_id"),
    )
    op.create_index("ix_check_in_registration_id_at", "check_in", ["registration_id", "at"])


def downgrade() -> None:
    op.drop_table("check_in")
    op.drop_table("check_in_link")
