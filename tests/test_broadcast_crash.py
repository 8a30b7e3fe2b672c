"""Killed ten times in the middle, a broadcast reaches nobody twice, and its ledger is exact (G02)."""

import random
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from bot.bulk import FLIGHT
from bot.database import Database
from tests.broadcasting import City

KILLS = 10
PEOPLE = 1500


def child(url: str, ledger: Path, now: datetime) -> subprocess.Popen[str]:
    """A house that has begun to send."""
    command = [sys.executable, "-m", "tests.broadcast_child", url, str(ledger), now.isoformat()]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_ten_kills_double_nothing_and_the_ledger_is_exact(
    database_url: str, tmp_path: Path
) -> None:
    database, ledger = Database(database_url), tmp_path / "arrived"
    city = City(database)
    for n in range(PEOPLE):
        city.person(f"p{n}", "post")
    broadcast = city.sent(hours=300)
    for _kill in range(KILLS):
        with child(database_url, ledger, city.now) as process:
            try:
                process.wait(random.uniform(0.02, 0.3))
            except subprocess.TimeoutExpired:
                process.kill()
        city.now += timedelta(minutes=2)  # its lease has lapsed by then
    with child(database_url, ledger, city.now) as process:
        assert process.wait(60) == 0
    arrived = Counter(ledger.read_text().split())
    tally = city.tally(broadcast)
    assert max(arrived.values()) == 1
    assert sum(tally.values()) == PEOPLE
    assert set(tally) <= {"sent", "unsure"}
    missing = PEOPLE - len(arrived)
    assert missing <= tally.get("unsure", 0) <= KILLS * FLIGHT
    assert tally["sent"] + tally.get("unsure", 0) - missing == len(arrived)
    database.close()
