"""What a person of the team answered to a question that was left for them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("question", sa.Column("answer", sa.Text()))
    op.add_column("question", sa.Column("answered_by", sa.Text()))
    op.add_column("question", sa.Column("answered_at", sa.DateTime(timezone=True)))
    op.add_column(
        "question",
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
    )


def downgrade() -> None:
    for column in ("outbox_id", "answered_at", "answered_by", "answer"):
        op.drop_column("question", column)
