"""What is written once and goes to many, and the topics people ask to hear of."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial, index_where


class Topic(Base):
    """What people may ask to be told of. `kind`: interest, city."""

    __tablename__ = "topic"
    __table_args__ = (CheckConstraint("kind IN ('interest', 'city')", name="kind"),)

    id: Mapped[str] = mapped_column(primary_key=True)  # a slug: green-streets
    kind: Mapped[str]
    title: Mapped[dict[str, Any]]  # by language
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]  # offered to nobody any more


class Subscription(Base):
    """A person who asked to be told of a topic."""

    __tablename__ = "subscription"

    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    since: Mapped[datetime]


class Broadcast(Base):
    """A message to many. Who gets it is a set of rows in the outbox, made when it begins.

    `state`: draft; asked (a second member of the team must agree); due (it begins at `due_at`);
    sending; paused; done (nothing is on its way any more); cancelled. Each change raises
    `revision`. `reach` is what the preview said when it was sent off, `tally` what became of all
    rows, `replies` who replied: kept when the rows are gone. Once it has `replies`, no more count.
    """

    __tablename__ = "broadcast"
    __table_args__ = (
        # What the delivery and the clock look at: few, however many there ever were.
        index_where("ix_broadcast_open", "state", where="state IN ('due', 'sending', 'done')"),
        Index("ix_broadcast_created_at", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    name: Mapped[str]  # for the team
    texts: Mapped[dict[str, Any]]  # by language
    fallback: Mapped[str]  # the language for those whose own is not among them
    links: Mapped[list[Any]]  # label by language, url
    about: Mapped[str]  # event:ID, poll:ID, or ""
    choices: Mapped[list[Any] | None]  # what can be answered: labels by language
    image: Mapped[dict[str, Any] | None]  # kind, base64, name, and what it shows by language
    audience: Mapped[dict[str, Any]]
    minds_night: Mapped[bool]  # whether quiet hours put it off
    state: Mapped[str]
    zone: Mapped[str]  # whose clock is meant below
    wanted_at: Mapped[datetime | None]  # when the team wrote that it is to begin; None: at once
    due_at: Mapped[datetime | None]  # when it begins, once it was sent off
    ends_at: Mapped[datetime | None]  # later it is of no use, and is not said
    hours: Mapped[int]  # for so long it may be said, where no end is written
    reach: Mapped[dict[str, Any] | None]
    tally: Mapped[dict[str, Any] | None]
    replies: Mapped[dict[str, Any] | None]
    made_by: Mapped[str]
    sent_by: Mapped[str | None]
    agreed_by: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    revision: Mapped[int]


class BroadcastText(Base):
    """What a broadcast says in one language, ready to be sent; its rows in the outbox have none."""

    __tablename__ = "broadcast_text"

    broadcast_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("broadcast.id"), primary_key=True, autoincrement=False
    )
    language: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]


class BroadcastReply(Base):
    """A person who replied. `choice`: its place among the choices; None: they wrote something."""

    __tablename__ = "broadcast_reply"
    __table_args__ = (UniqueConstraint("broadcast_id", "person_id"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    broadcast_id: Mapped[int] = mapped_column(Serial, ForeignKey("broadcast.id"))
    person_id: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(index=True)
    choice: Mapped[int | None]
    replied_at: Mapped[datetime] = mapped_column(index=True)


class HandPicked(Base):
    """A person a broadcast names by a code: to be told besides all others, or not at all."""

    __tablename__ = "hand_picked"

    broadcast_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("broadcast.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    wanted: Mapped[bool]


class MassMessage(Base):
    """One message of a broadcast to a list of people, where a platform has that.

    Who is on the list: the rows of the outbox with its number, written before the platform is
    called. `state`: open (it may have been taken: it is asked for again, by the same `key`); taken;
    refused (nobody got it, its list is dissolved); unknown (given up: sent or not, nobody knows).
    `due_at`: when an open one is called for again; when the platform is asked what became of a
    taken one; before when, after a refused one, none is made of this broadcast in this language,
    None: none at all.
    """

    __tablename__ = "mass_message"
    __table_args__ = (
        index_where("ix_mass_message_open", "channel", "due_at", where="state = 'open'"),
        Index("ix_mass_message_broadcast_id", "broadcast_id"),
        Index("ix_mass_message_platform_ref", "channel", "platform_ref"),
        {"sqlite_autoincrement": True},  # a platform must never meet a key twice
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    broadcast_id: Mapped[int] = mapped_column(Serial, ForeignKey("broadcast.id"))
    channel: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    people: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    platform_ref: Mapped[str | None]
    error: Mapped[str | None]


class MassReport(Base):
    """What a platform told of a mass message when it was through.

    Also of one that is not ours: it may come before we have written down which are.
    """

    __tablename__ = "mass_report"

    channel: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    trouble: Mapped[str]  # why it failed, in the platform's words; "" where it did not
    people: Mapped[int]  # on the list
    sent: Mapped[int]  # to how many it was delivered
    heard_at: Mapped[datetime]
