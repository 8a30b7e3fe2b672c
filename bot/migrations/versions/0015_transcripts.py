"""What the team sees of conversations: found by words, labelled, answered by a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0015"
down_revision = "0014"
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_SEARCHED = {
    "sqlite": (
        "CREATE VIRTUAL TABLE transcript_word USING fts5(words, content='transcript_line', "
        "content_rowid='id', tokenize='ascii', detail='none', columnsize=0)",
        "CREATE TRIGGER transcript_word_in AFTER INSERT ON transcript_line BEGIN "
        "INSERT INTO transcript_word (rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER transcript_word_out AFTER DELETE ON transcript_line BEGIN "
        "INSERT INTO transcript_word (transcript_word, rowid, words) "
        "VALUES ('delete', old.id, old.words); END",
    ),
    "postgresql": ("CREATE INDEX transcript_word ON transcript_line USING gin (words)",),
}


def upgrade() -> None:
    _transcripts()
    _beside_them()
    op.add_column("outbox", sa.Column("dialog", sa.Text()))
    known = sa.text("address IS NOT NULL")
    op.create_index(
        *("ix_question_address", "question", ["address", "asked_at"]),
        sqlite_where=known,
        postgresql_where=known,
    )
    for statement in _SEARCHED[op.get_bind().dialect.name]:
        op.execute(statement)


def _transcripts() -> None:
    op.create_table(
        "transcript",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("heard_at", _AT, nullable=False),
        sa.Column("held_by", sa.Text()),
        sa.Column("held_until", _AT),
        sa.Column("answered_at", _AT),
        sa.UniqueConstraint("address", name="uq_transcript_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transcript_heard_at", "transcript", ["heard_at", "id"])
    for name in ("channel", "language"):
        op.create_index(f"ix_transcript_{name}", "transcript", [name, "heard_at", "id"])
    held = sa.text("held_by IS NOT NULL")
    op.create_index(
        *("ix_transcript_held", "transcript", ["held_until"]),
        sqlite_where=held,
        postgresql_where=held,
    )
    words = sa.Text() if op.get_bind().dialect.name == "sqlite" else TSVECTOR()
    op.create_table(
        "transcript_line",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("transcript_id", _SERIAL, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", _SERIAL, nullable=False),
        sa.Column("said_at", _AT, nullable=False),
        sa.Column("words", words, nullable=False),
        sa.UniqueConstraint("source", "source_id", name="uq_transcript_line_source_source_id"),
        sqlite_autoincrement=True,
    )
    named = ["transcript_id", "source", "source_id"]
    op.create_index("ix_transcript_line_transcript_id", "transcript_line", named)
    op.create_index("ix_transcript_line_said_at", "transcript_line", ["said_at"])


def _beside_them() -> None:
    op.create_table(
        "transcript_dialog",
        sa.Column("transcript_id", _SERIAL, primary_key=True),
        sa.Column("dialog", sa.Text(), primary_key=True),
    )
    op.create_index("ix_transcript_dialog_dialog", "transcript_dialog", ["dialog", "transcript_id"])
    op.create_table(
        "transcript_label",
        sa.Column("transcript_id", _SERIAL, primary_key=True),
        sa.Column("label", sa.Text(), primary_key=True),
        sa.Column("put_by", sa.Text(), nullable=False),
        sa.Column("put_at", _AT, nullable=False),
    )
    op.create_index("ix_transcript_label_label", "transcript_label", ["label", "transcript_id"])
    op.create_table(
        "transcript_note",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("transcript_id", _SERIAL, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", _AT, nullable=False),
    )
    op.create_index("ix_transcript_note_transcript_id", "transcript_note", ["transcript_id"])
    op.create_table(
        "transcribed",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("upto", _SERIAL, nullable=False),
    )
    op.create_table(
        "canned_answer",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.UniqueConstraint("name", name="uq_canned_answer_name"),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE transcript_word")
    op.drop_index("ix_question_address", "question")
    op.drop_column("outbox", "dialog")
    for table in (
        *("canned_answer", "transcribed", "transcript_note", "transcript_label"),
        *("transcript_dialog", "transcript_line", "transcript"),
    ):
        op.drop_table(table)
