"""Who wrote a statement that others vote on is found by nothing: no time, no order, no person."""

from typing import Any

from sqlalchemy import update

from bot.config import Settings
from bot.dialog import Transaction
from bot.models import Base
from bot.services.closing import Closer
from bot.services.keys import Keys
from bot.services.moderation import Moderation
from knowledge.library import Library
from tests.clock import Clock
from tests.dialogs.polling import one_of_each
from tests.script import Chat
from tests.services.polls.station import COUNTED, NOON, Station
from tests.services.polls.test_secrecy import tables

WRITERS = 8
STATEMENT = Base.metadata.tables["poll_statement"]


def shared(station: Station) -> set[str]:
    """Values of statements, beside the poll's, that rows of other tables have, too."""
    rows = tables(station)
    poll = {str(value) for row in rows["poll"] for value in row.values()}
    others = {
        str(value)
        for name, found in rows.items()
        if name not in ("poll", "poll_statement")
        for row in found
        for value in row.values()
    }
    values = {
        str(row[k]) for row in rows["poll_statement"] for k in ("id", "person_id", "added_at")
    }
    return (values & others) - poll - {"None"}


async def test_no_value_of_a_statement_leads_to_who_wrote_it(
    settings: Settings, library: Library
) -> None:
    clock = Clock(NOON)
    async with Chat.opened(settings, library, clock, ("telegram",)) as first:
        station = Station(first.house.database, settings.data_dir / "keys")
        poll = station.open(one_of_each()[3])
        for number in range(WRITERS):
            clock.at = NOON.replace(minute=number, microsecond=1000 + number)
            writer = first.another(f"writer-{number}", "telegram")
            await writer.say("a", picked=f"poll-statement:{poll.id}")
            await writer.say(f"There are {'too ' * number}few trees.")
        written = sorted(station.rows("poll_statement"), key=lambda row: len(str(row["text"])))
        ids = [row["id"] for row in written]
        assert len(ids) == WRITERS
        assert ids != sorted(ids)
        # Until somebody looks at it, one knows whose it is: nobody may fill the list alone.
        assert shared(station) == {row["person_id"] for row in written}
        with station.database.write() as connection:
            for one in ids[1:]:
                judged: Any = ("lanes", str(one))
                Moderation(Transaction(connection, NOON)).judge(judged, "accepted", "staff:bert")
        assert shared(station) == {written[0]["person_id"]}
        with station.database.write() as connection:  # as an older version wrote it
            connection.execute(update(STATEMENT).values(added_at=clock.at))
        assert len(shared(station)) == 2
        Closer(station.database, Keys.of(settings)).close("lanes", COUNTED)
        assert shared(station) == set()
