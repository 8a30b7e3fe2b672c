"""The link of a question that is asked again: the same each time, until it is used or too old.

A token is kept nowhere, only its hash. So it is made of what its row holds and of the house's
secret: who reads the database alone can make none.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update

from bot.config import Settings
from bot.dialog import Json, Talk, Transaction
from bot.models import Base
from bot.secret import keep_secret
from bot.services.weblinks import HOURS, WebLink, WebLinks, hashed

_TABLE = Base.metadata.tables["web_link"]
_APART = timedelta(microseconds=1)  # no two links of a question begin at the same moment


class QuestionLinks:
    """The links of all questions."""

    def __init__(self, transaction: Transaction, settings: Settings) -> None:
        self._connection, self._now = transaction.connection, transaction.now
        self._until = self._now + timedelta(hours=HOURS)
        self._links, self._settings = WebLinks(transaction), settings

    def of(self, talk: Talk, purpose: str, target: Mapping[str, Json]) -> str:
        """The token of this question in this talk, good for one use within HOURS from now."""
        begun = self._connection.scalar(self._open(talk, purpose))
        if begun:
            token = self._token(talk, purpose, begun)
            if self._is_asked_again(token, target):
                return token  # else the secret is another by now, and nobody can make that one
        return self._new(talk, purpose, target)

    def _open(self, talk: Talk, purpose: str) -> Select[Any]:
        t = _TABLE.c
        theirs = (t.person_id == talk.person_id, t.address == str(talk.address))
        good = (t.purpose == purpose, t.used_at.is_(None), t.expires_at > self._now)
        return select(func.max(t.created_at)).where(*theirs, *good)

    def _is_asked_again(self, token: str, target: Mapping[str, Json]) -> bool:
        """The language may be another by now, and what was agreed to."""
        fresh = {"target": dict(target), "expires_at": self._until}
        known = update(_TABLE).where(_TABLE.c.token_hash == hashed(token)).values(fresh)
        return self._connection.execute(known).rowcount == 1

    def _new(self, talk: Talk, purpose: str, target: Mapping[str, Json]) -> str:
        t = _TABLE.c
        theirs = (t.person_id == talk.person_id, t.purpose == purpose)
        last = self._connection.scalar(select(func.max(t.created_at)).where(*theirs))
        begun = max(self._now, last + _APART) if last else self._now
        token = self._token(talk, purpose, begun)
        whose = (hashed(token), talk.person_id, str(talk.address))
        self._links.keep(WebLink(*whose, purpose, target, self._until), begun)
        return token

    def _token(self, talk: Talk, purpose: str, begun: datetime) -> str:
        key = hmac.digest(keep_secret(self._settings).encode(), b"citybot question", "sha256")
        named = f"{talk.person_id}\n{talk.address}\n{purpose}\n{begun.isoformat()}"
        return urlsafe_b64encode(hmac.digest(key, named.encode(), "sha256")).decode().rstrip("=")
