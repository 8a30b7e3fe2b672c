"""Questions without a good answer, grouped by what they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gap",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("article", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Text()),
        sa.Column("reopened_at", sa.DateTime(timezone=True)),
        sa.Column("merged_into", _SERIAL),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_gap_state", "gap", ["state"])
    op.add_column("question", sa.Column("gap_id", _SERIAL))
    op.create_index("ix_question_gap_id", "question", ["gap_id"])
    for name in ("is_sorted", "tell"):
        op.add_column(
            "question", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    unsorted = sa.text("NOT is_sorted")
    op.create_index(
        *("ix_question_unsorted", "question", ["id"]),
        sqlite_where=unsorted,
        postgresql_where=unsorted,
    )


def downgrade() -> None:
    op.drop_index("ix_question_unsorted", "question")
    op.drop_index("ix_question_gap_id", "question")
    for name in ("tell", "is_sorted", "gap_id"):
        op.drop_column("question", name)
    op.drop_table("gap")
