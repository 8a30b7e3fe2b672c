"""What is to be said at a time: the rules of events, and every single reminder."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial, index_where


class ReminderRule(Base):
    """When the people of an event are reminded.

    `anchor`: start or end of the event, `days` and `minutes` from it (before is negative), at the
    time `at` of that day where one is given; or `wall`: that wall time in the event's own zone.
    `workday`: DE or CN; a day that is none there becomes the working day before it.
    """

    __tablename__ = "reminder_rule"
    __table_args__ = (
        CheckConstraint("anchor IN ('start', 'end', 'wall')", name="anchor"),
        CheckConstraint("late_minutes >= 0", name="late"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), index=True)
    anchor: Mapped[str]
    days: Mapped[int]
    minutes: Mapped[int]
    at: Mapped[str | None]  # "18:00"
    wall: Mapped[str | None]  # "2027-03-01T09:00"
    workday: Mapped[str | None]
    statuses: Mapped[list[Any]]  # of registrations: who is reminded
    texts: Mapped[dict[str, Any]]  # by language: what is said besides what the event says itself
    late_minutes: Mapped[int]  # so much later it is not said any more
    enabled: Mapped[bool]
    created_at: Mapped[datetime]


class Reminder(Base):
    """One reminder for one person, asked for by themselves or made from a rule.

    `state`: due; handed (the outbox row `outbox_id` says what became of it); expired (too late to
    be of use); cancelled, with the `reason`: person, changed (the rule, the event or the
    registration is another), event (it will not be), left, stopped, joined.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        # What the clock looks at: it grows with what is due, not with what is stored.
        index_where("ix_reminder_due", "due_at", "id", where="state = 'due'"),
        # A rule reminds a person of one moment once, whoever looks and however often.
        index_where(
            *("uq_reminder_occurrence", "rule_id", "person_id", "planned_at"),
            unique=True,
            where="rule_id IS NOT NULL",
        ),
        Index("ix_reminder_person_id", "person_id", "due_at"),
        index_where("ix_reminder_event_id", "event_id", "person_id", where="event_id IS NOT NULL"),
        index_where("ix_reminder_settled_at", "settled_at", where="settled_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    person_id: Mapped[str]
    address: Mapped[str]  # where they asked; another of theirs when they have left it
    language: Mapped[str]
    event_id: Mapped[str | None]
    rule_id: Mapped[int | None] = mapped_column(Serial)
    planned_at: Mapped[datetime]  # the moment that was meant
    due_at: Mapped[datetime]  # when it is looked at next: quiet hours may put it off
    late_after: Mapped[datetime]  # later it is of no use
    over_at: Mapped[datetime | None]  # quiet hours put it off no further than this
    zone: Mapped[str]  # whose clock was meant
    wall: Mapped[str | None]  # what it was to show; None: a distance from when it was said
    relative: Mapped[dict[str, Any] | None]  # to the event, so that it moves with it
    text: Mapped[str | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outbox_id: Mapped[int | None] = mapped_column(Serial)
