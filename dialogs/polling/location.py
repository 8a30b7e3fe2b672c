"""Where somebody says that they are: a location that was sent, as a place question reads it."""

import orjson

from bot.dialog import Turn
from bot.message import GEO, Message


def position(turn: Turn) -> str:
    """A location that was sent, as "latitude, longitude"; "" when none was."""
    sent = turn.event.attachments if isinstance(turn.event, Message) else ()
    for file in sent:
        if file.kind == GEO and file.url_or_bytes:
            try:
                longitude, latitude = orjson.loads(file.url_or_bytes)["coordinates"][:2]
                return f"{float(latitude)}, {float(longitude)}"
            except (KeyError, TypeError, ValueError, IndexError):
                return ""
    return ""
