"""What people ask, counted by week: figures that name nobody, and who of the team gets them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial


class Demand(Base):
    """The questions of a week, seen from one side, in one language and channel.

    `face`: all, topic, article, hour (of the week), form (where registrations stopped); `key`:
    which of it. `language` and `channel` are "" for all together: no sum has to be made of people,
    who would count twice. `people_four`: in this week or one of the three before it.
    """

    __tablename__ = "demand"
    __table_args__ = ({"sqlite_with_rowid": False},)

    face: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)  # its Monday, by the clock of the office
    key: Mapped[str] = mapped_column(primary_key=True)
    questions: Mapped[int]
    unanswered: Mapped[int]  # without a good answer, also those whose answer missed
    missed: Mapped[int]  # the person said that the answer missed
    again: Mapped[int]  # answered, and the same person asked on about it within minutes
    people: Mapped[int]
    people_four: Mapped[int]


class DemandWeek(Base):
    """A week that was counted. `is_final`: it is over, and not counted again."""

    __tablename__ = "demand_week"

    week: Mapped[date] = mapped_column(primary_key=True)
    is_final: Mapped[bool]
    counted_at: Mapped[datetime]


class StaffDigest(Base):
    """Who of the team wants the week's figures in their messenger, and where they write to us."""

    __tablename__ = "staff_digest"

    staff_id: Mapped[int] = mapped_column(Serial, ForeignKey("staff.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    told_week: Mapped[date]  # the Monday on or after which they were told last
