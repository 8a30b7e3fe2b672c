"""Webhooks: which addresses are told what, the secret each is signed with, and switching them off.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from bot.config import Settings
from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.models import Base
from bot.outward import check_url
from bot.services.announcing import EVENTS, TEST, queue
from bot.services.audit import Audit, Entry
from bot.services.second_factor import Seal

BOTH: Final = timedelta(hours=24)  # an old secret signs besides the new one
_TABLE, _CALL = Base.metadata.tables["webhook"], Base.metadata.tables["webhook_call"]
_GONE = _("There is no such webhook.")
_MOST = 50


@dataclass(frozen=True, slots=True)
class Webhook:
    """One of them. `disabled_why`: hand, gone (it said 410), failing (for days)."""

    id: int
    url: str
    events: tuple[str, ...]
    made_by: str
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str


def seal_of(settings: Settings) -> Seal:
    """What locks the secrets."""
    return Seal(settings, b"citybot webhook")


class Webhooks:
    """All of them, bound to a transaction. What changes one is audited. All of it raises Invalid.

    `by`: who does it, as the audit names them.
    """

    def __init__(self, transaction: Transaction, settings: Settings, by: str = "") -> None:
        self._transaction, self._connection = transaction, transaction.connection
        self._now, self._by = transaction.now, by
        self._seal, self._inside = seal_of(settings), settings.webhooks_inside.lower() == "yes"

    def all(self) -> tuple[Webhook, ...]:
        """Every one, the oldest first."""
        return tuple(map(_webhook, self._connection.execute(select(_TABLE).order_by(_TABLE.c.id))))

    def get(self, webhook_id: int) -> Webhook:
        """One of them."""
        return _webhook(self._row(webhook_id))

    def add(self, url: str, events: Collection[str]) -> tuple[Webhook, str]:
        """A new one, and the secret that signs, which is shown once."""
        url = check_url(url, self._inside)
        chosen = [event for event in EVENTS if event in events]
        if not chosen or set(events) - EVENTS.keys():
            raise Invalid(_("Please choose what the webhook is told."))
        if len(self.all()) >= _MOST:
            raise Invalid(_("There are {count} webhooks already."), count=_MOST)
        row: dict[str, Any] = {"url": url, "events": chosen, "made_by": self._by}
        secret, sealed = self._fresh()
        row |= {"secret": sealed, "created_at": self._now}
        made = self._connection.execute(insert(_TABLE).values(row).returning(*_TABLE.c)).one()
        self._note("webhook.add", made.id, f"{url} {' '.join(chosen)}")
        return _webhook(made), secret

    def renew(self, webhook_id: int) -> str:
        """Another secret; the old one signs besides for a day, so that nothing is lost."""
        row, (secret, sealed) = self._row(webhook_id), self._fresh()
        old = {"old_secret": row.secret, "old_until": self._now + BOTH}
        self._set(webhook_id, secret=sealed, **old)
        self._note("webhook.secret", webhook_id)
        return secret

    def disable(self, webhook_id: int) -> None:
        """It is told nothing any more; what happens meanwhile it never hears."""
        self._row(webhook_id)
        self._set(webhook_id, disabled_at=self._now, disabled_why="hand")
        self._note("webhook.disable", webhook_id)

    def enable(self, webhook_id: int) -> None:
        """It is told again, what still waits too."""
        self._row(webhook_id)
        self._set(webhook_id, disabled_at=None, disabled_why=None, failing_since=None)
        self._note("webhook.enable", webhook_id)

    def remove(self, webhook_id: int) -> None:
        """It goes, with its log."""
        row = self._row(webhook_id)
        self._connection.execute(delete(_CALL).where(_CALL.c.webhook_id == webhook_id))
        self._connection.execute(delete(_TABLE).where(_TABLE.c.id == webhook_id))
        self._note("webhook.remove", webhook_id, row.url)

    def test(self, webhook_id: int) -> None:
        """Send it something that means nothing."""
        self._row(webhook_id)
        queue(self._transaction, [webhook_id], TEST, [{"webhook": webhook_id}])

    def _fresh(self) -> tuple[str, str]:
        """A secret as it is shown, and as it is kept."""
        key = secrets.token_bytes(32)
        return f"whsec_{base64.b64encode(key).decode()}", self._seal.close(key)

    def _row(self, webhook_id: int) -> Row[Any]:
        wanted = select(_TABLE).where(_TABLE.c.id == webhook_id)
        if (row := self._connection.execute(wanted).first()) is None:
            raise Invalid(_GONE)
        return row

    def _set(self, webhook_id: int, **values: Any) -> None:
        self._connection.execute(update(_TABLE).where(_TABLE.c.id == webhook_id).values(values))

    def _note(self, action: str, webhook_id: int, detail: str = "") -> None:
        Audit(self._transaction).write(Entry(self._by, action, f"webhook:{webhook_id}", detail))


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        row.id,
        row.url,
        tuple(row.events),
        row.made_by,
        row.created_at,
        row.failing_since,
        row.disabled_at,
        row.disabled_why or "",
    )
