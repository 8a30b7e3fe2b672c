"""The first tables: people and their talks, inbox and outbox, questions, edits of articles."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_OPEN = "state IN ('queued', 'sending', 'parked')"


def upgrade() -> None:
    _people()
    _inbox()
    _outbox()
    _content()


def downgrade() -> None:
    for table in (
        "article_version",
        "question",
        "outbox",
        "inbox",
        "conversation",
        "address",
        "person",
    ):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("stopped_at", _INSTANT),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("left_at", _INSTANT),
    )
    op.create_index("ix_address_person_id", "address", ["person_id"])
    op.create_table(
        "conversation",
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("heard_at", _INSTANT, nullable=False),
    )
    op.create_index("ix_conversation_person_id", "conversation", ["person_id"])
    op.create_index("ix_conversation_heard_at", "conversation", ["heard_at"])


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("payload", sa.JSON()),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("error", sa.Text()),
        sa.UniqueConstraint("channel", "event_id", name="uq_inbox_channel_event_id"),
        sqlite_autoincrement=True,
    )
    _index_where("ix_inbox_waiting", "inbox", ["address", "id"], "state = 'new'")
    op.create_index("ix_inbox_address", "inbox", ["address"])
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("inbox_id", _SERIAL),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", _INSTANT),
        sa.Column("settled_at", _INSTANT),
        sa.Column("platform_ref", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("rewritten", sa.Text()),
        sqlite_autoincrement=True,
    )
    _index_where("ix_outbox_open", "outbox", ["address", "id"], _OPEN)
    _index_where("ix_outbox_due", "outbox", ["channel", "due_at"], "state = 'queued'")
    _index_where("ix_outbox_parked", "outbox", ["address", "state"], "state = 'parked'")
    _index_where("ix_outbox_lease", "outbox", ["lease_until"], "state = 'sending'")
    _index_where("ix_outbox_expires", "outbox", ["expires_at"], "expires_at IS NOT NULL")
    op.create_index("ix_outbox_address", "outbox", ["address", "id"])
    op.create_index("ix_outbox_inbox_id", "outbox", ["inbox_id"])
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])


def _content() -> None:
    op.create_table(
        "article_version",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("slug", "lang", "version", name="uq_article_version_slug_lang_version"),
    )
    op.create_table(
        "question",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("person_id", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
    )
    op.create_index("ix_question_person_id", "question", ["person_id"])
    op.create_index("ix_question_outcome", "question", ["outcome", "asked_at"])
    _index_where("ix_question_asked_at", "question", ["asked_at"], "person_id IS NOT NULL")


def _index_where(name: str, table: str, columns: list[str], where: str) -> None:
    """A partial index: small, because only rows that still matter are in it."""
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
