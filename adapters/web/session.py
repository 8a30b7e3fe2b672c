"""Whose talk a browser goes on with: a signed token, of which only a hash is ever stored."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256

from bot.message import Address

IDLE = timedelta(days=30)  # a token not used for so long is not taken any more
RENEWED = timedelta(days=1)  # a token in use is issued anew this often
_REMEMBERED = 4096  # tokens that were found to be ours
_TOKEN = re.compile(r"([\w-]{24})\.(\d{1,11})(r?)\.([\w-]{43})", re.ASCII)


class Stale(Exception):
    """The token is not ours, too old, or of a session that was ended."""


@dataclass(frozen=True)  # without slots: it keeps its address
class Session:
    """One browser's talk.

    id       known to that browser only: 144 random bits
    renewed  the token is not the first one: what was said may be so old that it is shredded
    """

    id: str
    issued_at: datetime
    renewed: bool = False

    @cached_property
    def address(self) -> Address:
        """Where this talk lives in our database: a hash that does not lead back to the id."""
        return Address("web", sha256(self.id.encode()).hexdigest()[:32])

    def is_due(self, now: datetime) -> bool:
        """Whether the token should be issued anew."""
        return now - self.issued_at > RENEWED


class Sessions:
    """Begins sessions, and writes and reads their tokens: `id.issued.signature`.

    `issued` ends in `r` once the token was renewed.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"citybot web session", "sha256")
        self._marking = hmac.digest(secret.encode(), b"citybot web mark", "sha256")
        self._signed = lru_cache(_REMEMBERED)(self._read)

    def begin(self, now: datetime) -> Session:
        """A new session nobody else can guess."""
        return Session(secrets.token_urlsafe(18), now)

    def renew(self, session: Session, now: datetime) -> Session:
        """The same talk with its thirty days beginning again."""
        return replace(session, issued_at=now, renewed=True)

    def token(self, session: Session) -> str:
        """What the browser keeps."""
        again = "r" if session.renewed else ""
        body = f"{session.id}.{int(session.issued_at.timestamp())}{again}"
        return f"{body}.{self._signature(body)}"

    def read(self, token: str, now: datetime) -> Session:
        """The session of a token. Raises Stale when it is forged or its time is over."""
        session = self._signed(token)
        if now - session.issued_at > IDLE:
            raise Stale
        return session

    def _read(self, token: str) -> Session:
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise Stale
        body, _dot, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            raise Stale
        issued_at = datetime.fromtimestamp(int(match[2]), UTC)
        return Session(match[1], issued_at, renewed=bool(match[3]))

    def mark(self, session: Session, what: str) -> str:
        """A name for something of this session, always the same one, 32 characters.

        Keyed: it does not tell whose it is, not even to who knows the address, and nobody can
        make it for somebody else's session.
        """
        named = f"{session.address.user}:{what}".encode()
        return hmac.digest(self._marking, named, "sha256").hex()[:32]

    def _signature(self, body: str) -> str:
        signed = hmac.digest(self._key, body.encode(), "sha256")
        return urlsafe_b64encode(signed).decode().rstrip("=")
