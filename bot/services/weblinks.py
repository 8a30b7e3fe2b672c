"""Links to a page that one person may open once: the token is theirs, we keep only its hash."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, insert, select, update

from bot.dialog import Json, Talk, Transaction
from bot.message import FROM_PAGE, Address, Message
from bot.models import Base

HOURS = 24
FORM = "/form/"  # the page of a link: public_url + FORM + token
PLACE = "/r/"  # the page of one registration
DOOR = "/checkin/"  # the page of those who stand at the door
EVENTS = "/events"
KIOSK = "/kiosk/"  # the ballot on a tablet in the street
BALLOT, OF_BALLOT = "/ballot/", "ballot"  # a ballot no messenger sees: its page, its purpose
SCREEN = "/screen/"  # a poll on a large screen
POLLS = "/polls"
RECEIPT = "/polls/receipt"  # where anybody can ask whether a receipt was counted
DONE = "@*.page=done"  # what the page says to the talk, whatever round of the form is open

_TABLE = Base.metadata.tables["web_link"]


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages people can open, and where: `public_url` of the house; "": nowhere."""

    public_url: str

    def __bool__(self) -> bool:
        """Whether people outside can open our pages at all."""
        return bool(self.public_url)

    def at(self, page: str, name: str = "") -> str:
        """The address of a page: `at(FORM, token)`; only the path where nobody is outside."""
        return f"{self.public_url.rstrip('/')}{page}{name}"

    def of_poll(self, poll_id: str, language: str) -> str:
        """The page of a poll in that language; "" where nobody outside can open our pages."""
        return self.at(POLLS, f"/{poll_id}?lang={language}") if self else ""

    def of_receipts(self, language: str) -> str:
        """The page that tells what became of a receipt; "" likewise."""
        return self.at(RECEIPT, f"?lang={language}") if self else ""


@dataclass(frozen=True, slots=True)
class WebLink:
    """What a token is good for. `target` says more: {"event": slug, "fields": [...]}."""

    key: str  # the token's hash: the row's name
    person_id: str
    address: str
    purpose: str
    target: Mapping[str, Any]
    expires_at: datetime


class WebLinks:
    """The links of all people."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def make(self, talk: Talk, purpose: str, target: Mapping[str, Json]) -> str:
        """A new token, good for one use within HOURS. It is shown once and never kept."""
        token = secrets.token_urlsafe(32)
        until = self._now + timedelta(hours=HOURS)
        whose = (hashed(token), talk.person_id, str(talk.address))
        self.keep(WebLink(*whose, purpose, target, until), self._now)
        return token

    def keep(self, link: WebLink, begun: datetime) -> None:
        """A new link; nobody has used it."""
        self._connection.execute(
            insert(_TABLE).values(
                token_hash=link.key,
                person_id=link.person_id,
                address=link.address,
                purpose=link.purpose,
                target=dict(link.target),
                created_at=begun,
                expires_at=link.expires_at,
            )
        )

    def look(self, token: str) -> WebLink | None:
        """What a token is good for, still unused; None when it is unknown, used or too old."""
        return self._one(select(_TABLE).where(_TABLE.c.token_hash == hashed(token), *self._good()))

    def spent(self, token: str) -> WebLink | None:
        """What a token was good for that was used; it may be read to say so, and for no more."""
        t = _TABLE.c
        used = (t.token_hash == hashed(token), t.used_at.is_not(None), t.expires_at > self._now)
        return self._one(select(_TABLE).where(*used))

    def use(self, token: str, answers: Mapping[str, Json]) -> WebLink | None:
        """Use a token up and keep what was filled in; None for all but the first who tries."""
        link = self.look(token)
        if link is None:
            return None
        filled = {**link.target, "answers": dict(answers)}
        done = self._connection.execute(
            update(_TABLE)
            .where(_TABLE.c.token_hash == link.key, *self._good())
            .values(used_at=self._now, target=filled)
        )
        return link if done.rowcount == 1 else None

    def filled(self, person_id: str, purpose: str) -> Mapping[str, Json] | None:
        """What a person filled in last for a purpose; None when they have not yet."""
        t = _TABLE.c
        used = (t.person_id == person_id, t.purpose == purpose, t.used_at.is_not(None))
        wanted = select(t.target).where(*used).order_by(t.used_at.desc(), t.created_at.desc())
        target = self._connection.scalars(wanted.limit(1)).first()
        return target["answers"] if target else None

    def drop(self, person_id: str, purpose: str) -> None:
        """What was filled in has been taken over: it is kept in one place only."""
        t = _TABLE.c
        self._connection.execute(
            _TABLE.delete().where(t.person_id == person_id, t.purpose == purpose)
        )

    def _one(self, wanted: Select[Any]) -> WebLink | None:
        found = self._connection.execute(wanted).one_or_none()
        if found is None:
            return None
        named = (found.token_hash, found.person_id, found.address, found.purpose)
        return WebLink(*named, found.target, found.expires_at)

    def _good(self) -> tuple[Any, ...]:
        return _TABLE.c.used_at.is_(None), _TABLE.c.expires_at > self._now


def went_on(link: WebLink, now: datetime) -> Message:
    """What the page tells the talk when it was filled in: as if the person had said so there."""
    named = f"{FROM_PAGE}{link.key}"
    return Message(named, Address.parse(link.address), "", now, picked=DONE)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
