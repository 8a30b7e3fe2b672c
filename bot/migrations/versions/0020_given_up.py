"""Messages that were given up are counted without reading all the others."""

from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    dead = text("state = 'dead'")
    stuck = text("state IN ('failed', 'unsure', 'expired')")
    op.create_index(
        *("ix_outbox_stuck", "outbox", ["channel", "state", "id"]),
        sqlite_where=stuck,
        postgresql_where=stuck,
    )
    op.create_index("ix_inbox_dead", "inbox", ["id"], sqlite_where=dead, postgresql_where=dead)
