"""What the clock looks at for events: offers that lapse, feedback that is due, old answers."""

from datetime import datetime

from bot.database import Database
from bot.services.feedback import ask_for_feedback
from bot.services.organising import shred_registrations
from bot.services.registrations import lapse_offers


def look_after_events(database: Database, now: datetime) -> None:
    """Do what is due; the rows decide, so two clocks are harmless."""
    lapse_offers(database, now)
    ask_for_feedback(database, now)
    shred_registrations(database, now)
