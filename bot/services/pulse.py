"""Whether something changed that staff pages show: one mark a page, cheap to be taken often."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import case, func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.webhook_calls import PAGE

_TABLES = Base.metadata.tables
_QUESTION, _GAP, _CHANNEL = (_TABLES[name].c for name in ("question", "gap", "channel_state"))
_READ, _TALK = _TABLES["transcribed"].c, _TABLES["transcript"].c
_TOKEN, _WEBHOOK, _CALL = (_TABLES[name].c for name in ("api_token", "webhook", "webhook_call"))
_VERSION: Final = _TABLES["article_version"].c
_BROADCAST, _OUTBOX = _TABLES["broadcast"].c, _TABLES["outbox"].c
_LATEST: Final = 50  # broadcasts: a page of them
_ALL: Final = "today"  # the page that shows something of everything


class Pulse:
    """Takes the marks."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def marks(self) -> Mapping[str, str]:
        """Page name -> what differs as soon as the page would."""
        waiting = select(func.count()).where(_QUESTION.outcome == "for_staff")
        newest = select(func.max(_QUESTION.id))
        gaps = select(func.count(), func.sum(_GAP.version), func.max(_GAP.asked_at))
        channels = select(_CHANNEL.channel, _CHANNEL.since, _CHANNEL.reason)
        read = select(_READ.source, _READ.upto).order_by(_READ.source)
        held = select(_TALK.id, _TALK.held_until).where(_TALK.held_by.is_not(None))
        talking = self._rows(held.order_by(_TALK.id))
        tokens = select(_TOKEN.id, _TOKEN.used_at, _TOKEN.revoked_at).order_by(_TOKEN.id)
        webhooks = select(_WEBHOOK.id, _WEBHOOK.failing_since, _WEBHOOK.disabled_at)
        calls = select(_CALL.id, _CALL.state).order_by(_CALL.id.desc()).limit(PAGE)
        called = self._rows(webhooks.order_by(_WEBHOOK.id)) + self._rows(calls)
        marks = {
            "questions": self._rows(newest) + self._rows(waiting),
            "gaps": self._rows(gaps),
            "articles": self._rows(select(func.max(_VERSION.id))),
            "broadcasts": self._rows(self._broadcasts()),
            "channels": self._rows(channels.order_by(_CHANNEL.channel)),
        }
        today = {_ALL: "".join((*marks.values(), talking))}
        heard = self._rows(read)
        beside = {"conversations": heard + talking, "people": heard}
        return marks | today | beside | {"tokens": self._rows(tokens), "webhooks": called}

    def _broadcasts(self) -> Any:
        """How far those are that are being sent; what was sent once is not counted anew."""
        sent = (_OUTBOX.broadcast_id == _BROADCAST.id, _OUTBOX.kind == "broadcast")
        through = select(func.count()).where(*sent, _OUTBOX.state == "sent").scalar_subquery()
        moving = _BROADCAST.state == "sending"
        count = case((moving, through), else_=0)
        wanted = select(_BROADCAST.id, _BROADCAST.revision, count)
        return wanted.order_by(_BROADCAST.id.desc()).limit(_LATEST)

    def _rows(self, wanted: Any) -> str:
        return repr([tuple(row) for row in self._connection.execute(wanted)])
