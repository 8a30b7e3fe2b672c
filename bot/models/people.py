"""People, the places where they write to us, and where each talk stands."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Person(Base):
    """A human; may have several addresses."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)  # random, says nothing
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]  # wants no message we start ourselves
    zone: Mapped[str | None]  # IANA; None: we were not told
    quiet: Mapped[str | None]  # "22:00-08:00", "" for never; None: as the house has it


class Place(Base):
    """An address of a person: `telegram:42`."""

    __tablename__ = "address"

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]  # unfollowed or blocked us


class Conversation(Base):
    """Where the talk at one address stands; its row is the lock of the conversation."""

    __tablename__ = "conversation"

    address: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    state: Mapped[dict[str, Any]]
    heard_at: Mapped[datetime] = mapped_column(
        index=True
    )  # when the person last wrote; reply windows count from here


class LinkCode(Base):
    """A short code typed on another channel, to say that both addresses are one person's."""

    __tablename__ = "link_code"

    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    expires_at: Mapped[datetime]


class Erasure(Base):
    """Somebody had their data deleted; what a restored backup brings back goes again.

    `digest`: SHA-256 of the random id they had. It says nothing of them, and finds them again.
    """

    __tablename__ = "erasure"

    digest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Arrival(Base):
    """How many came by a link or a poster, a day; nobody stands in it."""

    __tablename__ = "arrival"

    target: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]
