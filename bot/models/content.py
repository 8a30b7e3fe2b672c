"""What we know and what was asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, false
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
    author: Mapped[str | None]  # as the audit names them; None before anybody wrote that down


class Question(Base):
    """What was asked, with what became of it.

    `outcome`: answered, declined, not_meant (the answer missed), for_staff (left for a person),
    helped (a person answered: what, who and when; `outbox_id` is how it went out).
    """

    __tablename__ = "question"
    __table_args__ = (
        # All that is filtered by is in it: to count a year's questions, no row has to be read.
        Index("ix_question_outcome", "outcome", "asked_at", "language", "channel"),
        # Questions stay for ever; those that still name a person are few.
        index_where("ix_question_asked_at", "asked_at", where="person_id IS NOT NULL"),
        index_where("ix_question_unsorted", "id", where="NOT is_sorted"),
        index_where("ix_question_article", "article", "asked_at", where="article IS NOT NULL"),
        index_where("ix_question_address", "address", "asked_at", where="address IS NOT NULL"),
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
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    outbox_id: Mapped[int | None] = mapped_column(Serial)
    gap_id: Mapped[int | None] = mapped_column(Serial, index=True)
    is_sorted: Mapped[bool] = mapped_column(server_default=false())  # into the gaps, or into none
    tell: Mapped[bool] = mapped_column(server_default=false())  # wants to hear when we know
    channel: Mapped[str | None]  # where it was asked; stays when the address goes
    article: Mapped[str | None]  # the slug of the article that was the answer


class Gap(Base):
    """Questions on one matter that had no good answer.

    `state`: open, answered (by `article`), out_of_scope, for_a_person, ignored. `people`: how many
    asked; who they were is known for 30 days, how many stays. `merged_into`: the gap it became
    part of. `version` grows with each decision: of two who decide, the second is told.
    """

    __tablename__ = "gap"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime]  # last
    people: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)
    article: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reopened_at: Mapped[datetime | None]
    merged_into: Mapped[int | None] = mapped_column(Serial)
    version: Mapped[int]
    referral: Mapped[dict[str, Any] | None]  # where to turn instead, by language
    heard: Mapped[int] = mapped_column(server_default="0")  # people who heard what was decided
    heard_at: Mapped[datetime | None]  # last
