"""Links that open a talk at a certain place: signed, and telling where they hung.

A code is what all platforms take behind a link: at most 64 of A-Z a-z 0-9 _ -
(https://core.telegram.org/bots/features#deep-linking). It looks like
`k3jd9xqa_poster_answer_kalkbreite-zurich`: signature, source, target.
"""

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256

from bot.config import Settings
from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Arrival
from bot.rows import dialect_of, insert_into
from bot.secret import keep_secret

LONGEST = 64
_PART = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Invite:
    """Where a link leads (`answer:kalkbreite-zurich`, a dialog's name) and where it was found."""

    target: str
    source: str


class Signer:
    """Makes and reads codes with the house's secret."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def make(self, invite: Invite, longest: int = LONGEST) -> str:
        """The code. Raises ValueError for what does not fit into `longest` characters."""
        parts = (invite.source, *invite.target.split(":"))
        if not all(_PART.fullmatch(part) for part in parts):
            raise ValueError(_("Only small letters, figures and hyphens fit into a link."))
        body = "_".join(parts)
        code = f"{self._signature(body)}_{body}"
        if len(code) > longest:
            raise ValueError(_("Place and source together are too long for a link."))
        return code

    def read(self, code: str) -> Invite | None:
        """What a code says; None when it is not ours, or was changed."""
        signature, _separator, body = code.partition("_")
        source, _separator, target = body.partition("_")
        genuine = hmac.compare_digest(signature.encode(), self._signature(body).encode())
        return Invite(target.replace("_", ":"), source) if genuine and target else None

    def _signature(self, body: str) -> str:
        key = keep_secret(self._settings).encode()
        mark = hmac.digest(key, f"invite:{body}".encode("utf-8", "replace"), sha256)
        return b32encode(mark[:5]).decode().lower()


class Invites:
    """Invites as a turn uses them: read, and counted."""

    def __init__(self, transaction: Transaction, signer: Signer) -> None:
        self._transaction, self._signer = transaction, signer

    def make(self, invite: Invite) -> str:
        """The code. Raises ValueError for what does not fit into a link."""
        return self._signer.make(invite)

    def follow(self, code: str) -> Invite | None:
        """What the code says; somebody came by it, which is counted without saying who."""
        invite = self._signer.read(code)
        if invite is not None:
            self._count(invite)
        return invite

    def _count(self, invite: Invite) -> None:
        connection = self._transaction.connection
        row = {"target": invite.target, "source": invite.source, "count": 1}
        row |= {"day": self._transaction.now.date()}
        came = insert_into(dialect_of(connection), Arrival).values(row)
        again = came.on_conflict_do_update(
            index_elements=["target", "source", "day"], set_={"count": Arrival.count + 1}
        )
        connection.execute(again)
