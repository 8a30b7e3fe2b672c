"""After an event: people are asked once how it was, and what they say is kept with their place."""

from datetime import datetime, time, timedelta

from sqlalchemy import and_, select

from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.message import Choice, Reply
from bot.models import Base
from bot.services.events import Event, Events
from bot.services.notices import Notices
from bot.services.registration import Refused, Registration
from bot.services.seats import Seats

ASKED_AT = time(10)  # on the day after, by the event's clock: nobody is asked at night
TOO_LATE = timedelta(days=14)  # a house that was off for long asks nobody any more
_WERE_THERE = ("confirmed", "attended")
_HELD = ("open", "closed")
_EVENT = Base.metadata.tables["event"]

RATINGS = (
    ("1", _("1 (not good)")),
    ("2", "2"),
    ("3", _("3 (all right)")),
    ("4", "4"),
    ("5", _("5 (very good)")),
)


class Feedback:
    """What people say of events they were at."""

    def __init__(self, transaction: Transaction) -> None:
        self._events, self._seats = Events(transaction), Seats(transaction)
        self._now = transaction.now

    def place(self, event_id: str, person_id: str) -> tuple[Event, Registration]:
        """Where somebody was. Raises Refused for who had no seat there, or before it is over."""
        event, held = self._events.get(event_id), self._seats.find(event_id, person_id)
        if event is None or held is None or held.status not in _WERE_THERE:
            raise Refused(_("I do not find you among those who were there."))
        if not event.is_over(self._now):
            raise Refused(_("This event is not over yet. Please tell me afterwards."))
        return event, held

    def latest(self, person_id: str) -> Event | None:
        """The event somebody was at last."""
        held = [r for r in self._seats.of_person(person_id) if r.status in _WERE_THERE]
        found = self._events.among([r.event_id for r in held]).values()
        over = (event for event in found if event.is_over(self._now) and event.state in _HELD)
        return max(over, key=lambda event: event.ends_at, default=None)

    def give(self, event_id: str, person_id: str, rating: int, comment: str = "") -> None:
        """Keep it; said again, it takes the place of what was said before. Raises Refused."""
        _event, held = self.place(event_id, person_id)
        said = {"rating": rating} | ({"comment": comment} if comment else {})
        self._seats.change(held, feedback=said)


def is_due(event: Event, now: datetime) -> bool:
    """Whether people may be asked now."""
    last = event.ends_at.astimezone(event.local_zone).date()
    at = datetime.combine(last + timedelta(days=1), ASKED_AT, event.local_zone)
    return now >= at


def ask_for_feedback(database: Database, now: datetime) -> int:
    """Ask everybody who had a seat, once for each event; gives how many were asked."""
    over = and_(_EVENT.c.feedback_at.is_(None), _EVENT.c.ends_at < now)
    wanted = select(_EVENT.c.id).where(over, _EVENT.c.state.in_(("open", "closed")))
    with database.read() as connection:
        due = sorted(connection.scalars(wanted))
    asked = 0
    for event_id in due:
        with database.write() as connection:
            asked += _ask(Transaction(connection, now), event_id)
    return asked


def _ask(transaction: Transaction, event_id: str) -> int:
    events, now = Events(transaction), transaction.now
    event = events.lock(event_id)
    if event is None or event.feedback_at or not is_due(event, now):
        return 0
    events.note(event_id, feedback_at=now)
    if now > event.ends_at + TOO_LATE:
        return 0
    there = Seats(transaction).of_event(event_id, *_WERE_THERE)
    told = [(r, _question(event, r.language)) for r in there]
    return Notices(transaction).remind(told, event.ends_at + TOO_LATE)


def _question(event: Event, language: str) -> Reply:
    text = translate(
        language,
        _("How was {event} for you? 1 to 5, please; 5 is very good."),
        event=event.name(language),
    )
    if event.materials:
        text = translate(language, _("The materials are here:")) + "\n\n" + text
    choices = (
        Choice(f"feedback:{event.id}={value}", translate(language, label))
        for value, label in RATINGS
    )
    return Reply(text, tuple(choices), event.materials)
