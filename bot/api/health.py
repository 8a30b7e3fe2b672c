"""How the house is: its channels, what waits to be said, and the token that asks."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from bot.api.call import Call
from bot.api.desk import Desk
from bot.dialog import Transaction
from bot.models import Base
from bot.services.channels import WAITS, Channels
from bot.services.channels import Health as Of
from bot.services.questions import Questions

_OUTBOX = Base.metadata.tables["outbox"].c


class Health:
    """Figures, for who watches over the house."""

    def __init__(self, desk: Desk) -> None:
        self._channels = desk.channels

    def token(self, call: Call, _transaction: Transaction) -> dict[str, Any]:
        """The token itself: its name, what it may do, and until when."""
        token = call.token
        scopes = list(token.scopes)
        return {"name": token.name, "scopes": scopes, "expires_at": token.expires_at}

    def channels(self, _call: Call, transaction: Transaction) -> dict[str, Any]:
        """Every channel that is open or has something to say."""
        health = Channels(transaction).health()
        names = sorted({*self._channels, *health})
        return {"items": [self._channel(name, health.get(name, Of())) for name in names]}

    def outbox(self, _call: Call, transaction: Transaction) -> dict[str, Any]:
        """What waits, since when the oldest of it; what could not be handled."""
        connection = transaction.connection
        counted = select(_OUTBOX.state, func.count()).where(WAITS).group_by(_OUTBOX.state)
        late = (WAITS, _OUTBOX.state != "parked", _OUTBOX.due_at <= transaction.now)
        return {
            "waiting": {str(state): int(n) for state, n in connection.execute(counted)},
            "oldest_due_at": connection.scalar(select(func.min(_OUTBOX.due_at)).where(*late)),
            "dead": Questions(transaction).not_handled(),
        }

    def _channel(self, name: str, health: Of) -> dict[str, Any]:
        return {
            "name": name,
            "is_open": name in self._channels,
            "rows": dict(health.rows),
            "troubles": list(_troubles(health)),
        }


def _troubles(health: Of) -> Iterator[dict[str, Any]]:
    for what, pause in (
        ("sending", health.pause),
        ("hearing", health.deaf),
        ("notifying", health.mute),
        ("sending to many at once", health.unlisted),
    ):
        if pause is not None:
            yield {"what": what, "since": pause.since, "reason": pause.reason}
