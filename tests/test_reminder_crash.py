"""D02: kill -9 between any two steps of a clock: every reminder is handed over once."""

import multiprocessing
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.database import Database
from tests import reminder_child
from tests.services.reminding import NOW, Town

HOUR = timedelta(hours=1)
DUE = NOW + HOUR
# Forked, not spawned: this process holds no threads and no open database when it forks.
processes = multiprocessing.get_context("fork")


def run(*args: object) -> int:
    """Run the child to its end; -9 when it killed itself."""
    child = processes.Process(target=reminder_child.run, args=args)
    child.start()
    child.join(30)
    assert child.exitcode is not None, "the child hangs"
    return int(child.exitcode)


def fill(url: str) -> None:
    """Two people, each with a reminder that is due: two batches."""
    with closing(Database(url)) as database:
        town = Town(database)
        with database.write() as connection:
            for table in ("outbox", "reminder", "address", "person"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        for name in ("anna", "ben"):
            town.remind(town.person(name), DUE, name)


def counted(url: str) -> tuple[Counter[str], Counter[str]]:
    """How often each address is written to, and the states of the reminders."""
    with closing(Database(url)) as database:
        town = Town(database)
        return Counter(r.address for r in town.rows("outbox")), Counter(town.states())


def hand_over(url: str, steps: Path) -> None:
    """By another clock. PostgreSQL needs a moment to see that the first is dead: its rows are held."""
    for _look in range(50):
        reminder_child.run(url, steps, 0, DUE)
        if not counted(url)[1]["due"]:
            return
        time.sleep(0.1)


def test_a_clock_that_is_killed_at_any_step_loses_and_repeats_nothing(
    database_url: str, tmp_path: Path
) -> None:
    steps, due = tmp_path / "steps", DUE
    fill(database_url)
    assert run(database_url, steps, 0, due) == 0
    taken = int(steps.read_text(encoding="utf-8"))
    assert taken > 10
    left_undone = 0
    for kill_at in range(1, taken + 1):
        fill(database_url)
        assert run(database_url, steps, kill_at, due) == -9
        left_undone += counted(database_url)[1]["due"] > 0
        hand_over(database_url, steps)
        once = dict.fromkeys(("telegram:anna", "telegram:ben"), 1)
        assert counted(database_url) == (once, {"handed": 2}), f"killed at step {kill_at}"
    assert left_undone > taken // 2  # else the kills came too late to show anything
