"""Polls, who took part, ballots, results, and the chain of what staff did."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _audit()
    _poll()
    _ballots()
    _result()
    _statement()
    _office()


def downgrade() -> None:
    for table in (
        *("poll_follower", "poll_extension", "poll_code", "poll_paper", "poll_statement"),
        *("poll_text", "poll_result", "poll_receipt", "ballot_choice", "ballot"),
        *("participation", "poll", "audit_entry"),
    ):
        op.drop_table(table)


def _text(name: str, nullable: bool = False, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, primary_key=primary_key)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _at(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, _INSTANT, nullable=nullable)


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        _at("at"),
        *(_text(name) for name in ("actor", "action", "object", "detail")),
        *(_text(name) for name in ("before_sha", "after_sha", "prev_hash", "hash")),
        sa.UniqueConstraint("prev_hash", name="uq_audit_entry_prev_hash"),
        sa.UniqueConstraint("hash", name="uq_audit_entry_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entry_object", "audit_entry", ["object"])


def _poll() -> None:
    op.create_table(
        "poll",
        _text("id", primary_key=True),
        _text("code"),
        *(_json(name) for name in ("title", "summary", "questions")),
        *(_text(name) for name in ("level", "mode")),
        sa.Column("live", sa.Boolean(), nullable=False),
        _at("opens_at"),
        _at("closes_at"),
        *(_text(name) for name in ("zone", "state")),
        *(_json(name) for name in ("next_steps", "outcome", "extended")),
        _text("wording_sha"),
        *(_at(name, nullable=True) for name in ("drained_at", "closed_at", "purged_at")),
        sa.Column("revision", sa.Integer(), nullable=False),
        _at("created_at"),
        _at("changed_at"),
        sa.UniqueConstraint("code", name="uq_poll_code"),
        sa.CheckConstraint("closes_at > opens_at", name="order"),
    )
    op.create_index("ix_poll_state", "poll", ["state", "closes_at"])


def _ballots() -> None:
    op.create_table(
        "participation",
        _text("poll_id", primary_key=True),
        _text("voter_key", primary_key=True),
        _text("person_id", nullable=True),
        *(_text(name) for name in ("channel", "language")),
        _text("receipt", nullable=True),
        _at("cast_at", nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name="fk_participation_poll_id"),
        sa.UniqueConstraint("poll_id", "person_id", name="uq_participation_poll_id_person_id"),
    )
    op.create_index("ix_participation_person_id", "participation", ["person_id"])
    op.create_table(
        "ballot",
        _text("poll_id", primary_key=True),
        _text("ballot_key", primary_key=True),
        _text("name", nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_choice",
        *(_text(n, primary_key=True) for n in ("poll_id", "ballot_key", "question", "option")),
        sa.Column("value", sa.Integer(), nullable=False),
        _text("text", nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_receipt",
        _text("poll_id", primary_key=True),
        _text("receipt", primary_key=True),
        _text("state"),
        sqlite_with_rowid=False,
    )


def _result() -> None:
    op.create_table(
        "poll_result",
        _text("poll_id", primary_key=True),
        *(_text(name) for name in ("file", "sha256")),
        sa.Column("ballots", sa.Integer(), nullable=False),
        *(_json(name) for name in ("tally", "opinions", "taking_part")),
        sa.Column("late", sa.Integer(), nullable=False),
        _at("counted_at"),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name="fk_poll_result_poll_id"),
    )
    op.create_table(
        "poll_text",
        _text("id", primary_key=True),
        *(_text(name) for name in ("poll_id", "question", "text", "state")),
    )
    op.create_index("ix_poll_text_poll_id", "poll_text", ["poll_id"])


def _statement() -> None:
    op.create_table(
        "poll_statement",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        *(_text(name) for name in ("poll_id", "question")),
        _json("text"),
        _text("state"),
        _text("person_id", nullable=True),
        _at("added_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_poll_statement_poll_id", "poll_statement", ["poll_id", "state"])
    op.create_index("ix_poll_statement_person_id", "poll_statement", ["person_id"])


def _office() -> None:
    op.create_table(
        "poll_paper",
        *(_text(name, primary_key=True) for name in ("poll_id", "place", "staff")),
        sa.Column("ballots", sa.Integer(), nullable=False),
        _json("counts"),
        _at("entered_at"),
    )
    op.create_table(
        "poll_code",
        *(_text(name, primary_key=True) for name in ("poll_id", "code_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_extension",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        _text("poll_id"),
        _at("until"),
        _json("reason"),
        _text("asked_by"),
        _at("asked_at"),
        _text("agreed_by", nullable=True),
    )
    op.create_index("ix_poll_extension_poll_id", "poll_extension", ["poll_id"])
    op.create_table(
        "poll_follower",
        *(_text(name, primary_key=True) for name in ("poll_id", "person_id")),
        sa.Column("told_result", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("told_outcome", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_poll_follower_person_id", "poll_follower", ["person_id"])
