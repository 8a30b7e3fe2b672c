"""Updates as Telegram writes them: https://core.telegram.org/bots/api#update"""

from datetime import UTC, datetime
from typing import Any

from adapters.telegram.hearing import Heard, hear
from adapters.telegram.reading import update_of
from adapters.telegram.us import Us

Json = dict[str, Any]
US = Us(7, "CityTestBot")
DATE = 1_780_000_000
AT = datetime.fromtimestamp(DATE, UTC)
ANNA: Json = {"id": 42, "is_bot": False, "first_name": "Anna", "language_code": "de"}
PRIVATE: Json = {"id": 42, "type": "private", "first_name": "Anna"}
GROUP: Json = {"id": -100_555, "type": "supergroup", "title": "Neighbours"}
BOT: Json = {"id": 7, "is_bot": True, "first_name": "City", "username": "CityTestBot"}


def message(**content: Any) -> Json:
    """A message of Anna's in her private chat, unless it says otherwise."""
    return {"message_id": 5, "date": DATE, "chat": PRIVATE, "from": ANNA} | content


def mark(kind: str, offset: int, length: int, **more: Any) -> Json:
    """An entity."""
    return {"type": kind, "offset": offset, "length": length, **more}


def heard(update: Json, us: Us = US) -> Heard | None:
    """What we make of an update with the number 900."""
    return hear(update_of({"update_id": 900, **update}), us)
