"""Contacts people have shown to be theirs: by a code that came to that address or number.

We send no mail and no text message ourselves: staff make codes and send or hand them out; whoever
writes one to us can read what goes to that contact. Of a contact only a hash is kept, keyed with
the house's secret: without that nobody can try out addresses. A new secret makes new contacts.
"""

import hmac
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from bot.dialog import Transaction
from bot.models import Contact, ContactCode
from bot.rows import dialect_of, insert_into
from bot.services.answers import read_answer
from bot.services.audit import Audit, Entry
from bot.services.fields import Field
from bot.services.receipts import new_contact_code

VALID = timedelta(days=30)  # of a code: letters take their time
_MAIL = Field(id="contact", kind="email", ask={})
_PHONE = Field(id="contact", kind="phone", ask={})


def read_contact(text: str, zone: str) -> str:
    """An e-mail address in small letters, or "+49301234567". Raises Invalid."""
    field = _MAIL if "@" in text else _PHONE
    return str(read_answer(field, text, zone)).casefold()


def contact_of(connection: Connection, person_id: str) -> str | None:
    """The hash of the contact a person confirmed first; None for somebody who has none."""
    theirs = select(Contact.contact_hash).where(Contact.person_id == person_id)
    ordered = theirs.order_by(Contact.confirmed_at, Contact.contact_hash)
    return connection.scalar(ordered.limit(1))


class Contacts:
    """The contacts of all people."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def give_out(self, contacts: Iterable[str], secret: str, actor: str) -> dict[str, str]:
        """A new code for each contact as read_contact() gives it; they are shown once.

        Codes that went there before hold as long as they were to.
        """
        codes = {contact: new_contact_code() for contact in contacts}
        ends = self._transaction.now + VALID
        rows = [
            {"code_hash": _hash(code), "contact_hash": _keyed(contact, secret), "expires_at": ends}
            for contact, code in codes.items()
        ]
        if rows:
            self._connection.execute(insert(ContactCode), rows)
            entry = Entry(actor, "contact.codes", "contact", f"{len(rows)} codes")
            Audit(self._transaction).write(entry)
        return codes

    def confirm(self, code: str, person_id: str) -> bool:
        """Who writes the code has the contact from now on, whoever had it before; once."""
        used = delete(ContactCode).where(ContactCode.code_hash == _hash(code))
        found = self._connection.execute(
            used.returning(ContactCode.contact_hash, ContactCode.expires_at)
        ).first()
        if found is None or found.expires_at <= self._transaction.now:
            return False
        theirs = {"person_id": person_id, "confirmed_at": self._transaction.now}
        new = insert_into(dialect_of(self._connection), Contact.__table__).values(
            contact_hash=found.contact_hash, **theirs
        )
        taken = new.on_conflict_do_update(index_elements=["contact_hash"], set_=theirs)
        self._connection.execute(taken)
        return True

    def has(self, person_id: str) -> bool:
        """Whether this person has confirmed any contact."""
        return contact_of(self._connection, person_id) is not None


def _keyed(contact: str, secret: str) -> str:
    return hmac.digest(secret.encode(), f"contact|{contact}".encode(), sha256).hex()


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()
