"""Builds the example city: its people, its events, its polls, with what has happened until now."""

from datetime import datetime

from bot.cli.demo.city import City
from bot.cli.demo.gatherings import hold_events
from bot.cli.demo.traces import arrive
from bot.cli.demo.votes import count_polls, open_polls
from bot.database import Database
from bot.services.keys import Keys


def build(database: Database, keys: Keys, city: City, now: datetime) -> None:
    """All of it or nothing, but for the counting: a clock of the house would make up for that."""
    with database.write() as connection:
        arrive(connection, city, now)
        hold_events(connection, city, now)
        open_polls(connection, keys, city, now)
    count_polls(database, keys, city, now)
