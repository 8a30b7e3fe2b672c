"""Events one can register for, who registered, and what people agreed to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial, index_where


class Event(Base):
    """A dated edition of a programme. `state`: draft, open, closed, cancelled.

    Texts for people are JSON by language. `taken` are the seats of everybody who has one or was
    offered one; `reserved` are held back by the organisers. Each change raises `revision`.
    """

    __tablename__ = "event"
    __table_args__ = (
        # Nothing the program does wrong can sell a seat twice: the database refuses it.
        CheckConstraint(
            "taken >= 0 AND reserved >= 0 AND (capacity IS NULL OR taken + reserved <= capacity)",
            name="seats",
        ),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("seats_each >= 1 AND offer_hours >= 0", name="rules"),
        Index("ix_event_starts_at", "starts_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)  # a slug: summer-school-berlin-2027
    programme: Mapped[str | None]  # the slug of its article
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str]  # IANA: the place's wall time
    place: Mapped[str | None]  # a name that is the same in every language; else:
    place_in: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    link: Mapped[str | None]  # where it is held online, or told about
    capacity: Mapped[int | None]  # None: no limit
    reserved: Mapped[int]
    taken: Mapped[int]
    opens_at: Mapped[datetime | None]  # registration; None: as soon as the state is open
    closes_at: Mapped[datetime | None]  # None: when the event starts
    waiting_list: Mapped[bool]
    offer_hours: Mapped[int]  # to answer an offer from the waiting list; 0: moved up at once
    seats_each: Mapped[int]  # the most one registration may take: a household, a group
    for_whom: Mapped[dict[str, Any]]
    contact: Mapped[str | None]
    fields: Mapped[list[Any]]  # what registering people are asked
    state: Mapped[str]
    results: Mapped[dict[str, Any]]  # what came out of it
    materials: Mapped[list[Any]]  # links to what was shown: label, url
    shred_on: Mapped[date]  # the day on which personal answers are deleted
    shredded_at: Mapped[datetime | None]
    feedback_at: Mapped[datetime | None]  # when people were asked how it was
    revision: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Registration(Base):
    """A person's place at an event, or on its waiting list.

    `status`: waiting, offered, confirmed, cancelled, attended, no_show. Rows stay for the counts:
    when a person or their answers must go, what says who it was is blanked.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        Index("ix_registration_queue", "event_id", "status", "requested_at", "id"),
        index_where("ix_registration_offers", "offer_until", where="status = 'offered'"),
        CheckConstraint("seats >= 1", name="seats"),
        {"sqlite_autoincrement": True},  # the order of a waiting list must never go back
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[str | None] = mapped_column(index=True)
    status: Mapped[str]
    seats: Mapped[int]
    reference: Mapped[str | None] = mapped_column(unique=True)  # "7F3-K29-QMB"
    requested_at: Mapped[datetime]  # when what asked for it reached us
    offer_until: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]]  # by field
    language: Mapped[str]
    address: Mapped[str | None]  # where they asked, and are told
    cause: Mapped[str | None]  # the message that asked, as its platform names it
    reason: Mapped[str | None]  # why cancelled: person, passed, lapsed, staff, event, erased
    feedback: Mapped[dict[str, Any] | None]  # rating and comment after the event
    revision: Mapped[int]
    changed_at: Mapped[datetime]


class ConsentText(Base):
    """A text people agree to, word for word; its hash is its version."""

    __tablename__ = "consent_text"

    version: Mapped[str] = mapped_column(primary_key=True)  # SHA-256 of language and text
    purpose: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]


class Consent(Base):
    """That a person agreed to a text, where and when, and whether they took it back."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]  # registration:EVENT, sensitive:EVENT, cross-border:EVENT
    version: Mapped[str] = mapped_column(ForeignKey("consent_text.version"))
    channel: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    evidence: Mapped[str | None]  # the message that agreed, as its platform names it


class WebLink(Base):
    """A page one person may open once: only the hash of its token is kept."""

    __tablename__ = "web_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]  # the talk that goes on afterwards
    purpose: Mapped[str]
    target: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class CheckInLink(Base):
    """The secret page where staff check people in at one event: only the token's hash is kept."""

    __tablename__ = "check_in_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class CheckIn(Base):
    """One thing staff did at the door: `what` is `in` or `out` (undone).

    The latest one of a registration, by `at`, says whether the person is there: a scan that was
    kept in a phone without a network comes late, and counts for the moment it was made.
    """

    __tablename__ = "check_in"
    __table_args__ = (Index("ix_check_in_registration_id_at", "registration_id", "at"),)

    number: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)  # made by the phone: the same one is one
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"))
    registration_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("registration.id"))
    what: Mapped[str]
    outcome: Mapped[str]  # what staff were told, and are told again
    at: Mapped[datetime]
    received_at: Mapped[datetime]
