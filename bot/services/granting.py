"""What the team does for a person who asks for it: a file of their data, deletion, a consent ended.

Each stands in the audit in the transaction that does it, without a word of whom it was for: the
person is called by the beginning of a random id that goes with them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.acquaintances import short
from bot.services.agreements import withdraw_all
from bot.services.audit import Audit, Entry
from bot.services.consents import Consents
from bot.services.erasures import Erasures
from bot.services.events import Event, Events
from bot.services.keys import Keys
from bot.services.privacy import Privacy
from bot.services.registrations import Registrations

_TABLES = Base.metadata.tables
_PERSON, _TALK = _TABLES["person"], _TABLES["conversation"]


class Granting:
    """Bound to a transaction. `actor`: who of the team does it."""

    def __init__(self, transaction: Transaction, keys: Keys, actor: str) -> None:
        self._transaction, self._connection = transaction, transaction.connection
        self._privacy, self._actor = Privacy(transaction, keys), actor

    def export(self, person_id: str) -> dict[str, list[dict[str, Any]]] | None:
        """Everything kept about them that the team may see; None where there is nobody.

        What is about a poll, and what was promised to stay between them and the assistant, only
        the person gets, in the chat: see `open_to_the_team`.
        """
        if not self._is_there(person_id):
            return None
        kept = open_to_the_team(self._privacy.export(person_id))
        self._write("person.export", person_id)
        return kept

    def erase(self, person_id: str) -> datetime | None:
        """Delete them everywhere; gives when it was done, also where that was before.

        None: nobody ever had this id. Twice is once: the second finds them gone.
        """
        self._hold(person_id)
        if self._is_there(person_id):
            self._privacy.erase(person_id)
            self._write("person.erase", person_id)
        return self.erased_at(person_id)

    def erased_at(self, person_id: str) -> datetime | None:
        """When they were deleted; None: they were not."""
        return Erasures(self._transaction).at(person_id)

    def withdraw(self, person_id: str, purpose: str) -> bool:
        """They take back what they agreed to; what rests on it goes. False: it did not hold.

        Without the consent for an event, or for keeping data abroad, nobody can be registered:
        the place is given back, the person is told, and the answers go. Without the one for what
        is specially protected, those answers go.
        """
        what, _colon, event_id = purpose.partition(":")
        consents = Consents(self._transaction)
        if not self._is_there(person_id) or not consents.valid(person_id, purpose):
            return False
        if event := Events(self._transaction).get(event_id):
            self._end(person_id, event, what)
        if what in ("registration", "cross-border"):
            withdraw_all(consents, person_id, event_id)
        consents.withdraw(person_id, purpose)
        self._write("consent.withdraw", person_id, purpose)
        return True

    def _end(self, person_id: str, event: Event, what: str) -> None:
        """What was given because they had agreed."""
        registrations = Registrations(self._transaction)
        held = registrations.seats.find(event.id, person_id)
        if held is None:
            return
        protected = {field.id for field in event.fields if field.sensitive}
        if what == "sensitive":
            kept = {name: value for name, value in held.answers.items() if name not in protected}
            registrations.seats.change(held, answers=kept)
            return
        if held.is_active and held.reference and not event.is_over(self._transaction.now):
            registrations.remove(event.id, held.reference)
        if ended := registrations.seats.find(event.id, person_id):
            registrations.seats.change(ended, answers={})

    def _is_there(self, person_id: str) -> bool:
        here = select(func.count()).where(_PERSON.c.id == person_id)
        return bool(self._connection.scalar(here))

    def _hold(self, person_id: str) -> None:
        """As a turn does, the talks first: nobody takes one for them, or erases them, meanwhile."""
        talks = select(_TALK.c.address).where(_TALK.c.person_id == person_id)
        themselves = select(_PERSON.c.id).where(_PERSON.c.id == person_id)
        for those in (talks.order_by(_TALK.c.address), themselves):
            self._connection.execute(those.with_for_update()).all()

    def _write(self, action: str, person_id: str, detail: str = "") -> None:
        done = Entry(self._actor, action, f"person:{short(person_id)}", detail)
        Audit(self._transaction).write(done)


def open_to_the_team(
    kept: Mapping[str, list[dict[str, Any]]],
) -> dict[str, list[dict[str, Any]]]:
    """A person's data without what no role may see.

    That is: what was said in turns nobody else sees, where a talk stands in the middle of such a
    one, and which polls somebody takes part in or wants to hear of.
    """
    secret = {row["inbox_id"] for row in kept["outbox"] if row["dialog"] is None}
    without = {
        "inbox": [row | {"payload": None} if row["id"] in secret else row for row in kept["inbox"]],
        "outbox": [
            row | {"body": None} if row["dialog"] is None else row for row in kept["outbox"]
        ],
        "conversation": [row | {"state": None} for row in kept["conversation"]],
    }
    polls = ("participation", "poll_follower", "poll_statement")
    return {**kept, **without, **{name: [] for name in polls if name in kept}}
