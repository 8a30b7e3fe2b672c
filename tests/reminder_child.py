"""A clock in a process of its own that kills itself at a chosen step. See test_reminder_crash.py."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import event

from bot.database import Database
from bot.services.firing import fire_due
from tests.crash_child import Steps
from tests.services.reminding import HOUSE


def run(url: str, count: Path, kill_at: int, now: datetime) -> None:
    """Hand over what is due; leaves the number of steps in a file."""
    steps = Steps(kill_at)
    database = Database(url)
    for name in ("before_cursor_execute", "commit"):
        event.listen(database.engine, name, steps.step)
    fire_due(database, lambda: now, HOUSE, most=1)
    database.close()
    count.write_text(str(steps.taken), encoding="utf-8")
