"""Contacts that people have shown to be theirs: only hashes, never an address or a number."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Contact(Base):
    """A confirmed e-mail address or phone number, and whose it is."""

    __tablename__ = "contact"

    contact_hash: Mapped[str] = mapped_column(primary_key=True)  # keyed: bot/services/contacts.py
    person_id: Mapped[str] = mapped_column(index=True)
    confirmed_at: Mapped[datetime]


class ContactCode(Base):
    """A code that was sent to a contact, to be written to us once."""

    __tablename__ = "contact_code"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    contact_hash: Mapped[str]
    expires_at: Mapped[datetime]
