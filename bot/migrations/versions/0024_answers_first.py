"""What somebody waits for is found without reading the reminders that are due."""

from alembic import op
from sqlalchemy import text

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    waited_for = text("state = 'queued' AND kind IN ('reply', 'confirmation')")
    op.create_index(
        *("ix_outbox_answers", "outbox", ["channel", "due_at", "id"]),
        sqlite_where=waited_for,
        postgresql_where=waited_for,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_answers", "outbox")
