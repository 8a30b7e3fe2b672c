"""What staff and the house did, each entry chained to the one before it."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Serial


class AuditEntry(Base):
    """Somebody did something to something. Never changed, never deleted out of the middle.

    `before_sha`, `after_sha`: SHA-256 of the object as JSON. `hash` covers all other columns but
    `id`, and `prev_hash` with them: who changes an entry must rewrite every later one.
    """

    __tablename__ = "audit_entry"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str]  # staff:anna, cli:anna, house
    action: Mapped[str]  # poll.open
    object: Mapped[str] = mapped_column(index=True)  # poll:bike-lanes
    detail: Mapped[str]  # in a few words; never a choice, never who voted
    before_sha: Mapped[str]  # "" where there was nothing before
    after_sha: Mapped[str]
    prev_hash: Mapped[str] = mapped_column(unique=True)  # one entry follows another, never two
    hash: Mapped[str] = mapped_column(unique=True)
