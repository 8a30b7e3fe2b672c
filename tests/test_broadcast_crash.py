"""Killed ten times in the middle, a broadcast reaches nobody twice, and its ledger is exact (G02)."""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

from bot.bulk import FLIGHT
from bot.database import Database
from tests import broadcast_child
from tests.broadcasting import City
from tests.forked import ended, ready

KILLS = 10
PEOPLE = 1500


def test_ten_kills_double_nothing_and_the_ledger_is_exact(
    database_url: str, tmp_path: Path
) -> None:
    database, ledger = Database(database_url), tmp_path / "arrived"
    city = City(database)
    for n in range(PEOPLE):
        city.person(f"p{n}", "post")
    broadcast = city.sent(hours=300)
    for _kill in range(KILLS):
        house = ready(broadcast_child.run, database_url, ledger, city.now)
        house.join(random.uniform(0.02, 0.3))
        house.kill()  # if it goes on
        ended(house)
        city.now += timedelta(minutes=2)  # its lease has lapsed by then
    assert ended(ready(broadcast_child.run, database_url, ledger, city.now)) == 0
    arrived = Counter(ledger.read_text().split())
    tally = city.tally(broadcast)
    assert max(arrived.values()) == 1
    assert sum(tally.values()) == PEOPLE
    assert set(tally) <= {"sent", "unsure"}
    missing = PEOPLE - len(arrived)
    assert missing <= tally.get("unsure", 0) <= KILLS * FLIGHT
    assert tally["sent"] + tally.get("unsure", 0) - missing == len(arrived)
    database.close()
