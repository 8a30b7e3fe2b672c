"""What people agreed to: the text word for word, when, where, and whether they took it back."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert, select, update

from bot.dialog import Talk, Transaction
from bot.models import Base, ConsentText
from bot.rows import dialect_of, insert_into

_TABLE, _TEXT = Base.metadata.tables["consent"], Base.metadata.tables["consent_text"]


@dataclass(frozen=True, slots=True)
class Given:
    """One consent as it stands. `version` names the very text that was read."""

    purpose: str
    version: str
    text: str
    channel: str
    given_at: datetime
    withdrawn_at: datetime | None


def version_of(text: str, language: str) -> str:
    """The version of a text: another word makes another version."""
    return sha256(f"{language}\n{text}".encode()).hexdigest()


class Consents:
    """The consents of all people."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now

    def give(self, talk: Talk, purpose: str, text: str, evidence: str | None = None) -> str:
        """Somebody agreed to this text; gives its version. Agreeing twice is once."""
        version = self._keep(purpose, text, talk.language)
        if any(g.version == version for g in self.valid(talk.person_id, purpose)):
            return version
        self._connection.execute(
            insert(_TABLE).values(
                person_id=talk.person_id,
                purpose=purpose,
                version=version,
                channel=talk.address.channel,
                given_at=self._now,
                evidence=evidence,
            )
        )
        return version

    def withdraw(self, person_id: str, purpose: str) -> int:
        """Take back what was agreed to for a purpose; gives how many consents that were."""
        c = _TABLE.c
        held = (c.person_id == person_id, c.purpose == purpose, c.withdrawn_at.is_(None))
        ended = update(_TABLE).where(*held).values(withdrawn_at=self._now)
        return self._connection.execute(ended).rowcount

    def valid(self, person_id: str, purpose: str) -> tuple[Given, ...]:
        """What somebody agreed to for a purpose and has not taken back."""
        return tuple(
            given
            for given in self.of_person(person_id)
            if given.purpose == purpose and given.withdrawn_at is None
        )

    def of_person(self, person_id: str) -> tuple[Given, ...]:
        """All a person ever agreed to, the oldest first."""
        c = _TABLE.c
        columns = (c.purpose, c.version, _TEXT.c.text, c.channel, c.given_at, c.withdrawn_at)
        wanted = (
            select(*columns)
            .join(_TEXT, _TEXT.c.version == c.version)
            .where(c.person_id == person_id)
            .order_by(c.given_at, c.id)
        )
        return tuple(Given(*row) for row in self._connection.execute(wanted))

    def _keep(self, purpose: str, text: str, language: str) -> str:
        """The text itself, once."""
        version = version_of(text, language)
        row = {"version": version, "purpose": purpose.partition(":")[0], "language": language}
        kept = insert_into(dialect_of(self._connection), ConsentText)
        kept = kept.values(text=text, created_at=self._now, **row)
        self._connection.execute(kept.on_conflict_do_nothing())
        return version
