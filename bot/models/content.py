"""What we know and what was asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial, index_where


class ArticleVersion(Base):
    """An edit by staff: a version of an article on top of the file; the highest one counts."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("slug", "lang", "version"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    slug: Mapped[str]
    lang: Mapped[str]
    version: Mapped[int]
    content: Mapped[str]  # the file's text: front matter and body
    created_at: Mapped[datetime]


class Question(Base):
    """What was asked, with what became of it.

    `outcome`: answered, declined, not_meant (the answer missed), for_staff (left for a person).
    """

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_outcome", "outcome", "asked_at"),
        # Questions stay for ever; those that still name a person are few.
        index_where("ix_question_asked_at", "asked_at", where="person_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    person_id: Mapped[str | None] = mapped_column(index=True)
    address: Mapped[str | None]
    asked_at: Mapped[datetime]
    language: Mapped[str]
    text: Mapped[str]
    outcome: Mapped[str]
    confidence: Mapped[float]
    found: Mapped[list[Any]]  # the candidates: slug, score, matched words
