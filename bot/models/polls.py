"""Polls, who took part, and the ballots: no row holds both a person and a choice.

`participation` says who took part, `ballot` what was chosen. What leads from one to the other is a
key that is in no table and no backup (bot/services/keys.py) and is destroyed at closing; then the
ballots become one file in random order, and their rows are deleted.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial


class Poll(Base):
    """A poll. `state`: draft, open, closing, closed, cancelled. Texts are JSON by language."""

    __tablename__ = "poll"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="order"),
        Index("ix_poll_state", "state", "closes_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)  # a slug: bike-lanes-2027
    code: Mapped[str] = mapped_column(unique=True)  # short, to be typed from a poster: K7Q4M
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    questions: Mapped[list[Any]]
    level: Mapped[str]  # web, account, contact, code: what one person is
    mode: Mapped[str]  # named, confidential, web-secret
    live: Mapped[bool]  # interim results are for everybody
    kiosk: Mapped[bool] = mapped_column(server_default=false())  # also on a tablet, by anybody
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    zone: Mapped[str]  # IANA: whose wall time people are told
    state: Mapped[str]
    next_steps: Mapped[dict[str, Any]]  # what happens now
    outcome: Mapped[dict[str, Any]]  # what came of it
    extended: Mapped[list[Any]]  # each: from, until, reason
    wording_sha: Mapped[str]  # of what voters read
    drained_at: Mapped[datetime | None]  # all votes that came in time are in: none is taken now
    closed_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]  # key destroyed, rows of ballots deleted
    revision: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Participation(Base):
    """Somebody took part. Never what they chose."""

    __tablename__ = "participation"
    __table_args__ = (
        UniqueConstraint("poll_id", "person_id"),
        {"info": {"fillfactor": 50}},  # room to be forgotten: closing.py, _settle
    )

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    voter_key: Mapped[str] = mapped_column(primary_key=True)  # a hash of person, code or slip
    person_id: Mapped[str | None] = mapped_column(index=True)  # None: erased, or on a tablet
    channel: Mapped[str]
    language: Mapped[str]
    receipt: Mapped[str | None]  # until closing
    cast_at: Mapped[datetime | None]  # until closing: which of two was first; None on a tablet


class Ballot(Base):
    """One ballot while the poll is open: nothing says whose, nothing says when.

    Kept in the order of its key, not of its coming.
    """

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[str] = mapped_column(primary_key=True)
    ballot_key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]  # in polls of mode `named` alone


class BallotChoice(Base):
    """One mark on a ballot. `option` is `-` for a pass, `?` for "I do not know"."""

    __tablename__ = "ballot_choice"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[str] = mapped_column(primary_key=True)
    ballot_key: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]  # 1; a rank; points; 1, 0 or -1 for a statement
    text: Mapped[str | None]  # of a question that is answered in words


class PollReceipt(Base):
    """A receipt. `state`: cast, withdrawn, joined. Nothing says whose, or for what.

    What is cast is counted once its poll is; older polls say `counted` here.
    """

    __tablename__ = "poll_receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[str] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]


class PollResult(Base):
    """How a poll ended: its ballots as one file, and that file's hash. Written once."""

    __tablename__ = "poll_result"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    file: Mapped[str]  # format: bot/services/recount.py
    sha256: Mapped[str]
    ballots: Mapped[int]
    tally: Mapped[dict[str, Any]]  # what the recount of that file gives
    opinions: Mapped[dict[str, Any]]  # groups of voters, by question of statements
    taking_part: Mapped[list[Any]]  # channel, language, count: as it was at closing
    late: Mapped[int]  # messages that came in time and could not be handled before counting
    counted_at: Mapped[datetime]


class PollText(Base):
    """What somebody wrote, apart from the rest of their ballot. `state`: new, shown, hidden."""

    __tablename__ = "poll_text"

    id: Mapped[str] = mapped_column(primary_key=True)  # random: no order tells who wrote it
    poll_id: Mapped[str] = mapped_column(index=True)
    question: Mapped[str]
    text: Mapped[str]
    state: Mapped[str]


class PollStatement(Base):
    """A statement that somebody added. `state`: new, accepted, refused."""

    __tablename__ = "poll_statement"
    __table_args__ = (
        Index("ix_poll_statement_poll_id", "poll_id", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)  # at random
    poll_id: Mapped[str]
    question: Mapped[str]
    text: Mapped[dict[str, Any]]
    state: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(index=True)  # until looked at, or counted
    added_at: Mapped[datetime]  # when its poll opened: its own time would tell who wrote it


class PollPaper(Base):
    """A tally of paper ballots as one member of staff counted it; two must agree."""

    __tablename__ = "poll_paper"

    poll_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    staff: Mapped[str] = mapped_column(primary_key=True)
    ballots: Mapped[int]
    counts: Mapped[dict[str, Any]]  # question to option to count
    entered_at: Mapped[datetime]


class PollCode(Base):
    """An invitation to vote: only its hash. Used up by the participation of that key."""

    __tablename__ = "poll_code"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[str] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)


class PollKiosk(Base):
    """The secret link of one tablet: only its hash. It ends with the poll."""

    __tablename__ = "poll_kiosk"
    __table_args__ = (UniqueConstraint("poll_id", "place"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"))
    place: Mapped[str]  # where it stands: library
    created_at: Mapped[datetime]


class PollExtension(Base):
    """A wish to close later; a second person must agree."""

    __tablename__ = "poll_extension"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    poll_id: Mapped[str] = mapped_column(index=True)
    until: Mapped[datetime]
    reason: Mapped[dict[str, Any]]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    agreed_by: Mapped[str | None]


class PollFollower(Base):
    """Somebody wants to hear the result, and what came of it; they need not have voted."""

    __tablename__ = "poll_follower"

    poll_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    told_result: Mapped[bool] = mapped_column(server_default=false())
    told_outcome: Mapped[bool] = mapped_column(server_default=false())
