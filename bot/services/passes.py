"""The page of one registration: a link made of its reference, signed, the same at every time.

Nothing is stored for it: who reads the database has the references, and cannot make a link. It
ends with the reference, which goes when the answers are deleted or the person is forgotten.
"""

import hmac
import re
from base64 import urlsafe_b64encode

from bot.config import Settings
from bot.secret import keep_secret
from bot.services.references import read_reference

_TOKEN = re.compile(r"([2-9B-Z]{9})-([\w-]{22})", re.ASCII)


class Passes:
    """Makes and reads the tokens with the house's secret."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def make(self, reference: str) -> str:
        """The token of a registration."""
        return f"{reference.replace('-', '')}-{self._signature(reference)}"

    def read(self, token: str) -> str | None:
        """The reference a token is for; None when it is not ours."""
        parts = _TOKEN.fullmatch(token)
        reference = read_reference(parts[1]) if parts else None
        if not parts or not reference:
            return None
        genuine = hmac.compare_digest(parts[2].encode(), self._signature(reference).encode())
        return reference if genuine else None

    def _signature(self, reference: str) -> str:
        key = hmac.digest(keep_secret(self._settings).encode(), b"citybot pass", "sha256")
        mark = hmac.digest(key, reference.encode(), "sha256")
        return urlsafe_b64encode(mark[:16]).decode().rstrip("=")
