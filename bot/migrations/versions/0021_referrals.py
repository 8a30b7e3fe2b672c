"""Where to turn with what is not our subject, and how many heard what was decided of a gap."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("gap", sa.Column("referral", sa.JSON()))
    op.add_column("gap", sa.Column("heard", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("gap", sa.Column("heard_at", sa.DateTime(timezone=True)))
