"""What the team sees of a conversation: found by words and labels, answered by a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Dialect, Index, Table, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.models.base import Base, Serial, index_where


class Words(TypeDecorator[str]):
    """The words of a text, with blanks between them, as each database searches them."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        from sqlalchemy.dialects.postgresql import TSVECTOR  # heavy, and not for SQLite

        return dialect.type_descriptor(TSVECTOR())


class Transcript(Base):
    """A conversation as the team lists it; written a few seconds behind it, see transcribing.

    `held_by`: who of the team talks with the person, until `held_until`; the assistant is silent.
    `answered_at`: when somebody of the team last wrote.
    """

    __tablename__ = "transcript"
    __table_args__ = (
        Index("ix_transcript_heard_at", "heard_at", "id"),
        Index("ix_transcript_channel", "channel", "heard_at", "id"),
        Index("ix_transcript_language", "language", "heard_at", "id"),
        index_where("ix_transcript_held", "held_until", where="held_by IS NOT NULL"),
        {"sqlite_autoincrement": True},  # a number never means somebody else later
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    address: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    language: Mapped[str]
    heard_at: Mapped[datetime]
    held_by: Mapped[str | None]
    held_until: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class TranscriptLine(Base):
    """What one message or reply is found by. `source`: inbox or outbox, and the row's id there.

    The words are those of the redacted text: nobody is found by their number. What a poll is about
    has no line.
    """

    __tablename__ = "transcript_line"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_transcript_line_transcript_id", "transcript_id", "source", "source_id"),
        Index("ix_transcript_line_said_at", "said_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    transcript_id: Mapped[int] = mapped_column(Serial)
    source: Mapped[str]
    source_id: Mapped[int] = mapped_column(Serial)
    said_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Words)


class TranscriptDialog(Base):
    """A dialog that has said something in a conversation; `team` for a person."""

    __tablename__ = "transcript_dialog"
    __table_args__ = (Index("ix_transcript_dialog_dialog", "dialog", "transcript_id"),)

    transcript_id: Mapped[int] = mapped_column(Serial, primary_key=True)
    dialog: Mapped[str] = mapped_column(primary_key=True)


class TranscriptLabel(Base):
    """A word that the team put on a conversation."""

    __tablename__ = "transcript_label"
    __table_args__ = (Index("ix_transcript_label_label", "label", "transcript_id"),)

    transcript_id: Mapped[int] = mapped_column(Serial, primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    put_by: Mapped[str]
    put_at: Mapped[datetime]


class TranscriptNote(Base):
    """What one of the team wrote about a conversation for the others."""

    __tablename__ = "transcript_note"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    transcript_id: Mapped[int] = mapped_column(Serial, index=True)
    text: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]


class Transcribed(Base):
    """How far inbox and outbox have been read for the transcripts."""

    __tablename__ = "transcribed"

    source: Mapped[str] = mapped_column(primary_key=True)
    upto: Mapped[int] = mapped_column(Serial)


class CannedAnswer(Base):
    """An answer the team gives often, by language."""

    __tablename__ = "canned_answer"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(unique=True)
    texts: Mapped[dict[str, Any]]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


# Migration 0015 says the same. The ascii tokenizer parts at blanks alone: which words there are is
# ours to say (services/search_words.py), for SQLite knows none of Chinese.
SEARCHED = {
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
_LINES = TranscriptLine.metadata.tables[TranscriptLine.__tablename__]


def _make_searchable(table: Table) -> None:
    for dialect, statements in SEARCHED.items():
        for statement in statements:
            # SQLAlchemy leaves the arguments of DDL without types.
            made = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made)


_make_searchable(_LINES)
