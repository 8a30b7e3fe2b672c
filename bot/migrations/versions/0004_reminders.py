"""Rules of reminders, reminders, and a person's time zone and quiet hours."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("person", sa.Column("zone", sa.Text()))
    op.add_column("person", sa.Column("quiet", sa.Text()))
    _rule()
    _reminder()
    _reminder_indexes()


def downgrade() -> None:
    op.drop_table("reminder")
    op.drop_table("reminder_rule")
    op.drop_column("person", "quiet")
    op.drop_column("person", "zone")


def _rule() -> None:
    op.create_table(
        "reminder_rule",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Text(), sa.ForeignKey("event.id"), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text()),
        sa.Column("wall", sa.Text()),
        sa.Column("workday", sa.Text()),
        sa.Column("statuses", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "anchor IN ('start', 'end', 'wall')", name=op.f("ck_reminder_rule_anchor")
        ),
        sa.CheckConstraint("late_minutes >= 0", name=op.f("ck_reminder_rule_late")),
    )
    op.create_index("ix_reminder_rule_event_id", "reminder_rule", ["event_id"])


def _reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text()),
        sa.Column("rule_id", _SERIAL),
        sa.Column("planned_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("late_after", _INSTANT, nullable=False),
        sa.Column("over_at", _INSTANT),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("wall", sa.Text()),
        sa.Column("relative", sa.JSON()),
        sa.Column("text", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("settled_at", _INSTANT),
        sa.Column("outbox_id", _SERIAL),
        sqlite_autoincrement=True,
    )


def _reminder_indexes() -> None:
    _index_where("ix_reminder_due", ["due_at", "id"], "state = 'due'")
    _index_where(
        "uq_reminder_occurrence",
        ["rule_id", "person_id", "planned_at"],
        "rule_id IS NOT NULL",
        unique=True,
    )
    op.create_index("ix_reminder_person_id", "reminder", ["person_id", "due_at"])
    _index_where("ix_reminder_event_id", ["event_id", "person_id"], "event_id IS NOT NULL")
    _index_where("ix_reminder_settled_at", ["settled_at"], "settled_at IS NOT NULL")


def _index_where(name: str, columns: list[str], where: str, unique: bool = False) -> None:
    """A partial index: small, because only rows that matter to it are in it."""
    condition = sa.text(where)
    op.create_index(
        *(name, "reminder", columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )
