"""People for a benchmark, made by a few statements: so many cannot be made one by one."""

from datetime import UTC, datetime

from bot.cli.bench.bulk import Bulk
from bot.database import Database


def people_on_telegram(database: Database, count: int, first: int) -> None:
    """So many who have written to us; the numbers of their chats begin at `first`."""
    bulk, now = Bulk(database), datetime.now(UTC)
    for into, chosen in _INSERTS:
        bulk.insert(into, chosen.format(first=first), (0, count), now=now)
    bulk.analyse()


_INSERTS = (
    ("person (id, created_at)", "SELECT 'p' || i, :now FROM n"),
    (
        "address (id, channel, person_id, created_at)",
        "SELECT 'telegram:' || ({first} + i), 'telegram', 'p' || i, :now FROM n",
    ),
    (
        "conversation (address, person_id, language, state, heard_at)",
        "SELECT 'telegram:' || ({first} + i), 'p' || i, 'en', '{{}}', :now FROM n",
    ),
)
