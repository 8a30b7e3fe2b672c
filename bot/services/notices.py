"""Tells people what happened to their place at an event; each notice is a row of the outbox.

It is written in the transaction of what happened, so that neither is ever there without the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot import outbox
from bot.dialog import Transaction
from bot.i18n import _, translate, translate_plural
from bot.message import Address, Choice, Reply
from bot.models import Base
from bot.services.calendar import invitation
from bot.services.event_texts import moment, when
from bot.services.events import Event
from bot.services.preferences import Preferences
from bot.services.registration import Registration
from bot.services.standing import pass_it_on, take_it
from bot.services.withdrawing import about, stand, withdraw

_OUTBOX, _PLACE = Base.metadata.tables["outbox"], Base.metadata.tables["address"]
_PERSON = Base.metadata.tables["person"]
_CHUNK = 500  # people looked up in one statement
_TEXTS = 3
_AFTER = timedelta(days=1)  # how long after an event it may still matter what became of it


class Notices:
    """What people are told without having asked at that moment."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now
        self._preferences = Preferences(transaction)
        self.told = 0  # how many people were written to
        self.texts: tuple[str, ...] = ()  # what they read: a few of those that differ

    def offered(self, event: Event, registration: Registration) -> None:
        """A seat is free for somebody who waits."""
        until = registration.offer_until or event.starts_at
        language, seats = registration.language, registration.seats
        text = translate_plural(
            language,
            _(
                "Good news: a seat is free for you at {event}, {when}. It is yours if you take it "
                "by {until}; then it goes to the next person."
            ),
            _(
                "Good news: {count} seats are free for you at {event}, {when}. They are yours if "
                "you take them by {until}; then they go to the next person."
            ),
            seats,
            event=event.name(language),
            when=when(event, language),
            until=self._by_both_clocks(registration, until, event),
        )
        choices = (
            Choice(f"place:yes={event.id}", take_it(language, seats)),
            Choice(f"place:no={event.id}", pass_it_on(language, seats)),
        )
        self.tell(registration, Reply(text, choices, about=about(event, "offered")), until)

    def _by_both_clocks(self, registration: Registration, at: datetime, event: Event) -> str:
        """A deadline in the event's time and, where they told us another, by the person's clock."""
        language, person = registration.language, registration.person_id
        own = self._preferences.of(person).zone if person else None
        there = moment(language, at, event.zone)
        if not own or at.astimezone(own).utcoffset() == at.astimezone(event.local_zone).utcoffset():
            return there
        return translate(
            language,
            _("{moment}, which is {own}"),
            moment=there,
            own=moment(language, at, str(own)),
        )

    def moved_up(self, event: Event, registration: Registration) -> None:
        """Somebody who waited has a seat."""
        text = _("Good news: you have a seat at {event}, {when}. Your reference is {reference}.")
        several = _(
            "Good news: you have {count} seats at {event}, {when}. Your reference is {reference}."
        )
        reply = _reply(event, registration, text, files=True, several=several)
        told = replace(reply, about=about(event, "seated"))
        self.tell(registration, told, event.ends_at + _AFTER)

    def lapsed(self, event: Event, registration: Registration) -> None:
        """Nobody answered an offer in time."""
        text = _(
            "The time to take the seat at {event} is over, and it went to the next person. You may "
            "register again; then you wait at the end of the list."
        )
        several = _(
            "The time to take the seats at {event} is over, and they went to the next person. You "
            "may register again; then you wait at the end of the list."
        )
        self._say(event, registration, text, several)

    def removed(self, event: Event, registration: Registration) -> None:
        """Staff took somebody off the list."""
        text = _("The organisers have cancelled your registration for {event}, {when}. {contact}")
        self._say(event, registration, text)

    def cancelled(self, event: Event, ended: Sequence[Registration]) -> None:
        """The event will not be: everybody who had a place is told."""
        text = _(
            "{event}, {when}, is cancelled. Your registration has ended; you need not do anything. "
            "{contact}"
        )
        self.take_back(event, ended)
        told = [(r, _reply(event, r, text, r.status == "confirmed")) for r in ended]
        self._add(told, "confirmation", event.ends_at + _AFTER)

    def moved(self, known: Event, event: Event, kept: Sequence[Registration]) -> None:
        """The event, `known` as it was, has a new time or place; the registrations stay.

        Who has not heard of an earlier move yet hears only of this one; of none, when it is back
        where they know it to be.
        """
        text = _(
            "{event} has changed: it is now {when}. Your registration stays as it is. {contact}"
        )
        unheard = self.take_back(event, kept, "moved:")
        told = []
        for r in kept:
            was = unheard.get(r.person_id or "", stand(known))
            if was != stand(event):
                reply = _reply(event, r, text, r.status == "confirmed")
                told.append((r, replace(reply, about=about(event, f"moved:{was}"))))
        self._add(told, "confirmation", event.ends_at + _AFTER)

    def take_back(
        self, event: Event, registrations: Sequence[Registration], what: str = ""
    ) -> dict[str, str]:
        """What these people were to be told of the event is not true any more; gives it, by person.

        Only what has not begun to go out; `what`: only of that.
        """
        at = {
            address: person
            for person, addresses in self._places(registrations).items()
            for address in addresses
        }
        unheard: dict[str, str] = {}
        for some in _chunks(tuple(at)):
            found = withdraw(self._connection, self._now, some, about(event, what))
            unheard |= {at[address]: told for address, told in found.items()}
        return unheard

    def changed_on_page(self, event: Event, registration: Registration) -> None:
        """Answers or seats were changed by the link of the registration."""
        text = _("Your registration for {event} was changed on its web page. {contact}")
        self._say(event, registration, text)

    def cancelled_on_page(self, event: Event, registration: Registration) -> None:
        """The place was given back by the link of the registration."""
        text = _(
            "Your registration for {event}, {when}, was cancelled on its web page. If that was not "
            "you, please tell us. {contact}"
        )
        self._say(event, registration, text)

    def _say(self, event: Event, registration: Registration, text: str, several: str = "") -> None:
        reply = _reply(event, registration, text, several=several)
        self.tell(registration, reply, event.ends_at + _AFTER)

    def tell(self, registration: Registration, reply: Reply, until: datetime | None = None) -> bool:
        """Put it into the outbox, where the person can be reached; False when nowhere.

        Who asked us to write nothing first finds it when they write again. Not sent after `until`.
        """
        return self._add([(registration, reply)], "confirmation", until) == 1

    def remind(self, told: Sequence[tuple[Registration, Reply]], until: datetime) -> int:
        """Likewise, for what is not about the place itself: who stopped us is left alone."""
        stopped = self._stopped([r for r, _reply in told])
        wanted = [(r, reply) for r, reply in told if r.person_id not in stopped]
        return self._add(wanted, "reminder", until)

    def _add(
        self,
        told: Sequence[tuple[Registration, Reply]],
        kind: outbox.Kind,
        until: datetime | None,
    ) -> int:
        """Many at once, in a few statements; gives how many can be reached."""
        places = self._places([r for r, _reply in told])
        reached = [(r, reply, to) for r, reply in told if (to := _best(r, places))]
        drafts = [
            outbox.Draft(Address.parse(to), reply, kind=kind, expires_at=until)
            for _r, reply, to in reached
        ]
        added = outbox.add(self._connection, drafts, self._now)
        self.told += len(added)
        texts = (reply.text for _r, reply, _to in reached)
        self.texts = tuple(dict.fromkeys((*self.texts, *texts)))[:_TEXTS]
        stopped = self._stopped([r for r, _reply, _to in reached])
        pairs = zip(added, reached, strict=True)
        self._park([row.id for row, (r, _reply, _to) in pairs if r.person_id in stopped])
        return len(added)

    def _park(self, rows: Sequence[int]) -> None:
        for some in _chunks(rows):
            parked = update(_OUTBOX).where(_OUTBOX.c.id.in_(some)).values(state="parked")
            self._connection.execute(parked)

    def _places(self, registrations: Sequence[Registration]) -> dict[str, list[str]]:
        """The addresses of these people that they have not left, the oldest first."""
        p, found = _PLACE.c, defaultdict[str, list[str]](list)
        for people in _chunks([r.person_id for r in registrations]):
            there = select(p.person_id, p.id).where(p.person_id.in_(people), p.left_at.is_(None))
            for person, place in self._connection.execute(there.order_by(p.created_at, p.id)):
                found[person].append(place)
        return found

    def _stopped(self, registrations: Sequence[Registration]) -> frozenset[str]:
        """Who of them wants no message that we begin."""
        stopped: set[str] = set()
        for people in _chunks([r.person_id for r in registrations]):
            who = (_PERSON.c.id.in_(people), _PERSON.c.stopped_at.is_not(None))
            stopped |= set(self._connection.scalars(select(_PERSON.c.id).where(*who)))
        return frozenset(stopped)


def _best(registration: Registration, places: Mapping[str, Sequence[str]]) -> str | None:
    """Where they registered, else another address of theirs."""
    theirs = places.get(registration.person_id or "", ())
    return registration.address if registration.address in theirs else next(iter(theirs), None)


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """No database takes any number of values in one statement."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _reply(
    event: Event, registration: Registration, text: str, files: bool = False, several: str = ""
) -> Reply:
    """`several`: the text for who holds more than one seat, where that is another."""
    language, asked = registration.language, _("Questions? {contact}")
    contact = translate(language, asked, contact=event.contact) if event.contact else ""
    told = translate_plural(
        language,
        text,
        several or text,
        registration.seats,
        event=event.name(language),
        when=when(event, language),
        reference=registration.reference or "",
        contact=contact,
    )
    elsewhere = _("No files can be sent in this chat. Write “calendar file” to get it elsewhere.")
    file = replace(invitation(event, registration), instead=translate(language, elsewhere))
    return Reply(told.strip(), attachments=(file,) if files else ())
