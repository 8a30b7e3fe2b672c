"""Who works here: their accounts, one-time links, sessions, and failed tries to sign in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial


class StaffMember(Base):
    """Somebody of the team. Never deleted, only disabled: the audit names them.

    `totp`: the secret of their second factor, sealed with the house's secret. `totp_step`: the
    last 30 seconds whose code was used, for no code counts twice. `recovery`: SHA-256 of each
    recovery code that is left.
    """

    __tablename__ = "staff"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password: Mapped[str | None]  # Argon2id, as PHC writes it; None: not yet chosen
    totp: Mapped[str | None]
    totp_step: Mapped[int]
    recovery: Mapped[list[Any]]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffLink(Base):
    """A link that lets one member choose a password, once. We keep only its hash."""

    __tablename__ = "staff_link"

    digest: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(Serial, ForeignKey("staff.id"), index=True)
    expires_at: Mapped[datetime]


class StaffSession(Base):
    """A browser in which somebody is signed in. The cookie holds the token, we its hash."""

    __tablename__ = "staff_session"

    digest: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(Serial, ForeignKey("staff.id"), index=True)
    browser: Mapped[str]  # as it calls itself, shortened
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]  # when the password was last given


class SignInTry(Base):
    """Failed tries to sign in, or with a code: of a browser, name, network, person, as a hash."""

    __tablename__ = "sign_in_try"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
