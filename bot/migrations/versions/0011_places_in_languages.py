"""The place of an event in several languages."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("event", sa.Column("place_in", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("event", "place_in")
