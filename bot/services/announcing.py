"""Announces what happened to the webhooks that want to hear it, in the transaction it happened in.

Payloads hold references only, numbers and slugs: whoever wants to know more asks the API, with a
token that may.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, insert, select

from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base

UNANSWERED: Final = "question.unanswered"
HANDOFF: Final = "handoff.waiting"
GAP: Final = "gap.closed"
CONFIRMED: Final = "registration.confirmed"
CANCELLED: Final = "registration.cancelled"
POLL: Final = "poll.closed"
TEST: Final = "webhook.test"

EVENTS: Final[Mapping[str, str]] = {
    UNANSWERED: _("a question had no good answer"),
    HANDOFF: _("somebody waits for a person of the team"),
    GAP: _("it was decided what becomes of a gap"),
    CONFIRMED: _("somebody has a seat at an event"),
    CANCELLED: _("somebody's place at an event ended"),
    POLL: _("a poll was counted"),
}
PATIENCE: Final = timedelta(days=3)  # how long a call is tried

_WEBHOOK, _CALL = Base.metadata.tables["webhook"], Base.metadata.tables["webhook_call"]
# Made once: every registration asks it, and nearly always nobody listens.
_LISTENING = select(_WEBHOOK.c.id, _WEBHOOK.c.events).where(_WEBHOOK.c.disabled_at.is_(None))


def announce(transaction: Transaction, event: str, *about: Mapping[str, Any]) -> None:
    """Queue a call to each webhook that listens, one for each of what it is about."""
    if about and (listening := _listening(transaction.connection, event)):
        queue(transaction, listening, event, about)


def queue(
    transaction: Transaction,
    webhooks: Sequence[int],
    event: str,
    about: Iterable[Mapping[str, Any]],
) -> None:
    """Queue calls to these webhooks. All that listen get an event under the same id."""
    now = transaction.now
    rows = []
    for data in about:
        body = {"type": event, "timestamp": now, "data": data}
        row: dict[str, Any] = {
            "message_id": f"msg_{secrets.token_hex(16)}",
            "type": event,
            "state": "queued",
        }
        row |= {"body": orjson.dumps(body, option=orjson.OPT_UTC_Z).decode(), "attempts": 0}
        times = {"created_at": now, "due_at": now, "until": now + PATIENCE}
        rows += [row | times | {"webhook_id": webhook} for webhook in webhooks]
    transaction.connection.execute(insert(_CALL), rows)


def _listening(connection: Connection, event: str) -> list[int]:
    return [row.id for row in connection.execute(_LISTENING) if event in row.events]
