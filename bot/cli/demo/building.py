"""Builds the example city: its people, events, polls, broadcasts, and what has happened so far."""

from datetime import datetime

from bot.cli.demo.agreeing import agree
from bot.cli.demo.city import City
from bot.cli.demo.gatherings import hold_events
from bot.cli.demo.mailings import write_to_many
from bot.cli.demo.traces import arrive
from bot.cli.demo.votes import count_polls, open_polls
from bot.config import Settings
from bot.database import Database
from bot.services.keys import Keys


def build(database: Database, settings: Settings, city: City, now: datetime) -> None:
    """All of it or nothing, but for what follows from the time: a clock would make up for that."""
    keys = Keys.of(settings)
    with database.write() as connection:
        arrive(connection, city, now)
        hold_events(connection, city, now)
        agree(connection, settings, city)
        open_polls(connection, keys, city, now)
    count_polls(database, keys, city, now)
    write_to_many(database, city, now)
