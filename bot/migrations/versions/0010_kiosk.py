"""Polls one may also vote in on a tablet in the street, and the secret links of the tablets."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column(
        "poll", sa.Column("kiosk", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "poll_kiosk",
        sa.Column("token_hash", sa.Text(), primary_key=True),
        sa.Column("poll_id", sa.Text(), sa.ForeignKey("poll.id"), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("poll_id", "place", name="uq_poll_kiosk_poll_id_place"),
    )


def downgrade() -> None:
    op.drop_table("poll_kiosk")
    op.drop_column("poll", "kiosk")
