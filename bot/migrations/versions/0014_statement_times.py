"""When a statement was added told who wrote it: it says when its poll opened."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(
        sa.text(
            "UPDATE poll_statement SET added_at = "
            "(SELECT opens_at FROM poll WHERE poll.id = poll_statement.poll_id) "
            "WHERE poll_id IN (SELECT id FROM poll)"
        )
    )


def downgrade() -> None:
    """The times are gone."""
