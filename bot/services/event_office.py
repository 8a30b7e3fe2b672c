"""What the team does with events and who registered, each step written into the audit chain.

The work is Organising's: whoever has a place is told there, once, in the same transaction.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from bot.dialog import Transaction
from bot.services.audit import Audit, Entry, sha_of
from bot.services.checkins import Checked, CheckIns, Scan
from bot.services.event_reminders import follow
from bot.services.event_written import to_plain
from bot.services.events import Event
from bot.services.organising import Organising, Saved
from bot.services.registration import Registration
from bot.services.reminder_rules import ReminderRules, Rule

Done = TypeVar("Done")


class EventOffice:
    """What may be changed. Raises BadEvent or Refused, then nothing has changed.

    `actor`: who does it, as the audit chain names them: `staff:anna`. Whoever registered is named
    there by the number of the registration, which leads to nobody once they are forgotten.
    """

    def __init__(self, transaction: Transaction, actor: str) -> None:
        self._transaction, self._actor = transaction, actor
        self._organising, self._rules = Organising(transaction), ReminderRules(transaction)

    @property
    def told(self) -> int:
        """How many people were told of what was done here."""
        return self._organising.told

    @property
    def texts(self) -> tuple[str, ...]:
        """A few of the texts they were told."""
        return self._organising.texts

    def known(self, event_id: str) -> Event | None:
        """An event as it stands, held until the transaction ends."""
        return self._organising.known(event_id)

    # -- the event -----------------------------------------------------------------------------

    def save(self, event: Event) -> Saved:
        """Write it as it is now; who has a place is told when its time or place is another."""
        known = self.known(event.id)
        saved = self._organising.save(event)
        if saved != "same":
            action = "event.change" if known else "event.create"
            self._note(action, event.id, "", known, self.known(event.id))
        return saved

    def open(self, event_id: str) -> Event:
        """Let people register."""
        return self._step("event.open", event_id, self._organising.open)

    def close(self, event_id: str) -> Event:
        """Take no more registrations."""
        return self._step("event.close", event_id, self._organising.close)

    def cancel(self, event_id: str) -> tuple[Registration, ...]:
        """It will not be: everybody who had a place is told once; gives them."""
        return self._step("event.cancel", event_id, self._organising.cancel)

    def move(self, event_id: str, starts_at: datetime, ends_at: datetime) -> Event:
        """Give it another time; who has a place is told, and keeps it."""

        def move(name: str) -> Event:
            return self._organising.move(name, starts_at, ends_at)

        return self._step("event.move", event_id, move)

    # -- who registered ------------------------------------------------------------------------

    def admit(self, event_id: str, reference: str) -> Registration:
        """Give a reserved seat to somebody who waits."""
        admitted = self._organising.admit(event_id, reference)
        self._note("event.admit", event_id, _numbered(admitted))
        return admitted

    def remove(self, event_id: str, reference: str) -> Registration:
        """Cancel somebody's registration."""
        removed = self._organising.remove(event_id, reference)
        self._note("event.remove", event_id, _numbered(removed))
        return removed

    def check_in(self, event_id: str, scan: Scan) -> Checked:
        """Note by hand that somebody is there, or is not after all."""
        self.known(event_id)
        checked = CheckIns(self._transaction).take(event_id, scan)
        if checked.registration and checked.outcome in ("in", "out"):
            action = f"event.check-{checked.outcome}"
            self._note(action, event_id, _numbered(checked.registration))
        return checked

    def make_door(self, event: Event) -> str:
        """The token of a new page for the door; those made before stop working."""
        self._note("event.door", event.id)
        return CheckIns(self._transaction).make_link(event)

    def close_door(self, event_id: str) -> int:
        """No page of the door works any more; gives how many there were."""
        gone = CheckIns(self._transaction).void_links(event_id)
        if gone:
            self._note("event.door-void", event_id)
        return gone

    def all_seen(self, event_id: str, is_so: bool) -> int:
        """All who were not seen stayed away, or that is taken back; gives how many."""
        self.known(event_id)
        checkins = CheckIns(self._transaction)
        turned = checkins.close(event_id) if is_so else checkins.reopen(event_id)
        if turned:
            action = "event.stayed-away" if is_so else "event.stayed-away-undo"
            self._note(action, event_id, f"{turned} registrations")
        return turned

    def took_along(self, event_id: str, name: str) -> None:
        """The list of who registered leaves the house as that file."""
        self._note("event.answers", event_id, name)

    # -- reminders -----------------------------------------------------------------------------

    def rules(self, event_id: str) -> tuple[Rule, ...]:
        """When the people of an event are reminded."""
        return self._rules.of_event(event_id)

    def rule(self, rule_id: int) -> Rule | None:
        """One of these rules."""
        return self._rules.get(rule_id)

    def add_rule(self, rule: Rule) -> Rule:
        """Remind the people of an event once more."""
        added = self._rules.add(rule)
        return self._followed("event.remind", added)

    def let_rest(self, rule: Rule, rests: bool) -> Rule:
        """Let a rule rest, or work again."""
        self._rules.set_enabled(rule.id, enabled=not rests)
        return self._followed("event.remind-pause" if rests else "event.remind-resume", rule)

    def remove_rule(self, rule: Rule) -> Rule:
        """A rule is gone, and its reminders are stopped."""
        self._rules.remove(rule.id)
        return self._followed("event.remind-remove", rule)

    # -- ---------------------------------------------------------------------------------------

    def _followed(self, action: str, rule: Rule) -> Rule:
        follow(self._transaction, rule.event_id)
        self._note(action, rule.event_id, f"rule {rule.id}")
        return rule

    def _step(self, action: str, event_id: str, do: Callable[[str], Done]) -> Done:
        before = self.known(event_id)
        done = do(event_id)
        after = self.known(event_id)
        if before != after:
            self._note(action, event_id, "", before, after)
        return done

    def _note(
        self,
        action: str,
        event_id: str,
        detail: str = "",
        before: Event | None = None,
        after: Event | None = None,
    ) -> None:
        shas = (_sha(before), _sha(after))
        Audit(self._transaction).write(
            Entry(self._actor, action, f"event:{event_id}", detail, *shas)
        )


def _numbered(registration: Registration) -> str:
    return f"registration {registration.id}"


def _sha(event: Event | None) -> str:
    written: dict[str, Any] = to_plain(event) if event else {}
    return sha_of(written) if event else ""
