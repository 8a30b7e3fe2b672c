"""Somebody says where they are while a reminder is set: from then on that clock counts."""

from zoneinfo import ZoneInfo

import regex

from bot.dialog import Invalid, Json, Turn
from bot.i18n import _
from bot.services.preferences import Preferences
from bot.understanding.places import home_in, tells_home

NO_PLACE = _("I do not know that place. Please write a large city, for example Shanghai.")
_CLAUSE = regex.compile(r"[,.;!，。；！\n]+\s*")
_READ = 1000


def note_home(turn: Turn, value: Json) -> Json:
    """Remember where they are, if that was said. Raises Invalid of a place nobody knows."""
    said = str(value)
    if zone := home_in(said):
        turn.use(Preferences).set_zone(turn.talk.person_id, zone)
    elif tells_home(said):
        raise Invalid(NO_PLACE)
    return value


def note_known_home(turn: Turn, value: Json) -> Json:
    """Likewise where any text is an answer: "I am in trouble" may be one."""
    return note_home(turn, value) if home_in(str(value)) else value


def apart(text: str) -> tuple[str, ZoneInfo | None]:
    """A wish without the clause that says where they are, and the zone of that place.

    "I am in Tokyo, remind me tomorrow at 9 to call" says both at once.
    """
    clauses = _CLAUSE.split(text[:_READ])
    zones = [home_in(clause) for clause in clauses]
    found = next(filter(None, zones), None)
    if found is None or len(clauses) == 1:
        return text, None
    return ", ".join(c for c, zone in zip(clauses, zones, strict=True) if c and not zone), found
