"""The pages of events: all of them, one, its form, its questions, who registered, reminders."""

from typing import Final

EVENTS: Final = "/console/events"
PROGRAMMES: Final = "/console/programmes"
