"""Who wrote a version of an article."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("article_version", sa.Column("author", sa.Text()))


def downgrade() -> None:
    op.drop_column("article_version", "author")
