"""People, the places where they write to us, and where each talk stands."""

from datetime import datetime
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
