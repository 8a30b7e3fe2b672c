"""What people ask, counted by week; where a question was asked and what answered it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY = ("face", "language", "channel", "week", "key")
_COUNTS = ("questions", "unanswered", "missed", "again", "people", "people_four")


def upgrade() -> None:
    op.add_column("question", sa.Column("channel", sa.Text()))
    op.add_column("question", sa.Column("article", sa.Text()))
    _fill_in()
    _index_again("outcome", "asked_at", "language", "channel")
    answered = sa.text("article IS NOT NULL")
    op.create_index(
        *("ix_question_article", "question", ["article", "asked_at"]),
        sqlite_where=answered,
        postgresql_where=answered,
    )
    _make_counts()
    op.create_table(
        "staff_digest",
        sa.Column("staff_id", _SERIAL, sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("told_week", sa.Date(), nullable=False),
    )
    op.create_index("ix_staff_digest_person_id", "staff_digest", ["person_id"])


def _index_again(*columns: str) -> None:
    op.drop_index("ix_question_outcome", "question")
    op.create_index("ix_question_outcome", "question", columns)


def _make_counts() -> None:
    op.create_table(
        "demand",
        *(
            sa.Column(name, sa.Date() if name == "week" else sa.Text(), primary_key=True)
            for name in _KEY
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "demand_week",
        sa.Column("week", sa.Date(), primary_key=True),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
    )


def _fill_in() -> None:
    """What the rows there are say of it."""
    if op.get_bind().dialect.name == "sqlite":
        channel = "substr(address, 1, instr(address, ':') - 1)"
        article = "json_extract(found, '$[0].slug')"
    else:
        channel, article = "split_part(address, ':', 1)", "found->0->>'slug'"
    question = sa.table("question", *map(sa.column, ("channel", "article", "address", "outcome")))
    known, answered = (
        question.c.address.is_not(None),
        question.c.outcome.in_(("answered", "not_meant")),
    )
    op.execute(sa.update(question).where(known).values(channel=sa.text(channel)))
    op.execute(sa.update(question).where(answered).values(article=sa.text(article)))


def downgrade() -> None:
    for table in ("staff_digest", "demand_week", "demand"):
        op.drop_table(table)
    op.drop_index("ix_question_article", "question")
    _index_again("outcome", "asked_at")
    for name in ("article", "channel"):
        op.drop_column("question", name)
