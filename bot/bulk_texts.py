"""What broadcasts say, read once for everybody who gets them."""

from typing import Final

from sqlalchemy import Connection, select

from bot.message import Reply
from bot.models import Base
from bot.stored import reply_from_json

_KEPT: Final = 64  # in memory
_TEXT = Base.metadata.tables["broadcast_text"]


class Texts:
    """What broadcasts say; it never changes once they have begun."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str], Reply] = {}

    def says(self, connection: Connection, broadcast: int, language: str) -> Reply:
        """The reply of a broadcast in that language."""
        reply = self._kept.get((broadcast, language))
        if reply is None:
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            wanted = select(_TEXT.c.body).where(_TEXT.c.broadcast_id == broadcast)
            body = connection.execute(wanted.where(_TEXT.c.language == language)).scalar_one()
            reply = self._kept[broadcast, language] = reply_from_json(body)
        return reply
