"""Events, registrations, and what people agreed to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_SEATS = "taken >= 0 AND reserved >= 0 AND (capacity IS NULL OR taken + reserved <= capacity)"


def upgrade() -> None:
    _event()
    _registration()
    _consent()
    _web_link()


def downgrade() -> None:
    for table in ("web_link", "consent", "consent_text", "registration", "event"):
        op.drop_table(table)


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("programme", sa.Text()),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("link", sa.Text()),
        sa.Column("capacity", sa.Integer()),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("opens_at", _INSTANT),
        sa.Column("closes_at", _INSTANT),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("seats_each", sa.Integer(), nullable=False),
        sa.Column("for_whom", sa.JSON(), nullable=False),
        sa.Column("contact", sa.Text()),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("materials", sa.JSON(), nullable=False),
        sa.Column("shred_on", sa.Date(), nullable=False),
        sa.Column("shredded_at", _INSTANT),
        sa.Column("feedback_at", _INSTANT),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.CheckConstraint(_SEATS, name=op.f("ck_event_seats")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_event_order")),
        sa.CheckConstraint("seats_each >= 1 AND offer_hours >= 0", name=op.f("ck_event_rules")),
    )
    op.create_index("ix_event_starts_at", "event", ["starts_at"])


def _registration() -> None:
    op.create_table(
        "registration",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Text(), sa.ForeignKey("event.id"), nullable=False),
        sa.Column("person_id", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("requested_at", _INSTANT, nullable=False),
        sa.Column("offer_until", _INSTANT),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("cause", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("feedback", sa.JSON()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("event_id", "person_id", name="uq_registration_event_id_person_id"),
        sa.UniqueConstraint("reference", name="uq_registration_reference"),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_registration_seats")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registration_person_id", "registration", ["person_id"])
    op.create_index(
        "ix_registration_queue", "registration", ["event_id", "status", "requested_at", "id"]
    )
    offered = sa.text("status = 'offered'")
    op.create_index(
        *("ix_registration_offers", "registration", ["offer_until"]),
        sqlite_where=offered,
        postgresql_where=offered,
    )


def _consent() -> None:
    op.create_table(
        "consent_text",
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
    )
    op.create_table(
        "consent",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), sa.ForeignKey("consent_text.version"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("given_at", _INSTANT, nullable=False),
        sa.Column("withdrawn_at", _INSTANT),
        sa.Column("evidence", sa.Text()),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"])


def _web_link() -> None:
    op.create_table(
        "web_link",
        sa.Column("token_hash", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT),
    )
    op.create_index("ix_web_link_person_id", "web_link", ["person_id"])
    op.create_index("ix_web_link_expires_at", "web_link", ["expires_at"])
