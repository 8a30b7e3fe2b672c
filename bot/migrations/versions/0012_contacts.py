"""Contacts that people have shown to be theirs, for polls of one vote a contact."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("contact_hash", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_contact_person_id", "contact", ["person_id"])
    op.create_table(
        "contact_code",
        sa.Column("code_hash", sa.Text(), primary_key=True),
        sa.Column("contact_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    # Room beside each row: that who voted is forgotten then needs no index written anew.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE participation SET (fillfactor = 50)")


def downgrade() -> None:
    op.drop_table("contact_code")
    op.drop_table("contact")
