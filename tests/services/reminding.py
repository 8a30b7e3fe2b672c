"""A town with events, people and reminders, for the tests of reminders."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from bot.database import Database
from bot.dialog import Talk, Transaction
from bot.message import Address
from bot.models import Base
from bot.quiet import Quiet
from bot.services.event_reminders import follow
from bot.services.events import Event
from bot.services.firing import Assumed, Fired, fire_due
from bot.services.organising import Organising
from bot.services.registration import Registration, Request
from bot.services.registrations import Registrations
from bot.services.reminder_rules import ReminderRules, Rule
from bot.services.reminders import Reminder, Reminders, Wanted
from bot.understanding.dates import Moment

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)  # a Wednesday, 10:00 in Berlin
STARTS = datetime(2026, 12, 4, 13, tzinfo=UTC)  # Friday of next week, 14:00 in Berlin
EVENING = datetime(2026, 12, 3, 17, tzinfo=UTC)  # 18:00 in Berlin, the evening before
HOUSE = Assumed(BERLIN, Quiet.read("22:00-08:00"))
_TABLES = Base.metadata.tables


class Town:
    """One database, and what people and organisers do there."""

    def __init__(self, database: Database, now: datetime = NOW) -> None:
        self.database, self.now = database, now

    # -- people ------------------------------------------------------------------------------

    def person(self, name: str, channel: str = "telegram", **columns: Any) -> Talk:
        """Somebody who has written to us; `columns` are of the person."""
        address = f"{channel}:{name}"
        with self.database.write() as connection:
            if not connection.execute(
                select(_TABLES["person"].c.id).where(_TABLES["person"].c.id == name)
            ).first():
                row = {"id": name, "created_at": self.now, **columns}
                connection.execute(insert(_TABLES["person"]).values(row))
            row = {"id": address, "channel": channel, "person_id": name, "created_at": self.now}
            connection.execute(insert(_TABLES["address"]).values(row))
        return Talk(name, Address(channel, name), "en")

    def people(self, count: int, channel: str = "telegram") -> None:
        """So many people at once: p0, p1, ..."""
        with self.database.write() as connection:
            names = [f"p{n}" for n in range(count)]
            connection.execute(
                insert(_TABLES["person"]), [{"id": n, "created_at": self.now} for n in names]
            )
            rows = [
                {
                    **{"id": f"{channel}:{n}", "channel": channel},
                    **{"person_id": n, "created_at": self.now},
                }
                for n in names
            ]
            connection.execute(insert(_TABLES["address"]), rows)

    def set_person(self, name: str, **columns: Any) -> None:
        with self.database.write() as connection:
            person = _TABLES["person"]
            connection.execute(update(person).where(person.c.id == name).values(**columns))

    # -- events ------------------------------------------------------------------------------

    def event(self, name: str = "school", *rules: Rule, **parts: Any) -> Event:
        """An open event with these rules instead of the evening before, if any are given."""
        values: dict[str, Any] = {
            "title": {"en": "Summer school", "de": "Sommerschule", "zh": "暑期学校"},
            "starts_at": STARTS,
            "ends_at": STARTS + timedelta(hours=4),
            "zone": "Europe/Berlin",
            "place": "Haus der Statistik",
            "state": "open",
        }
        event = Event(id=name, **(values | parts))
        with self.database.write() as connection:
            transaction = Transaction(connection, self.now)
            Organising(transaction).save(event)
            if rules:
                book = ReminderRules(transaction)
                for rule in book.of_event(name):
                    book.remove(rule.id)
                for rule in rules:
                    book.add(rule)
        return event

    def organise(self, what: Any) -> Any:
        """`what(organising)`, in a transaction of its own."""
        with self.database.write() as connection:
            return what(Organising(Transaction(connection, self.now)))

    def rules(self, what: Any, event: str = "school") -> Any:
        """`what(rules)`; then the event's reminders follow."""
        with self.database.write() as connection:
            transaction = Transaction(connection, self.now)
            done = what(ReminderRules(transaction))
            follow(transaction, event)
            return done

    def register(self, talk: Talk, event: str = "school") -> Registration:
        with self.database.write() as connection:
            registrations = Registrations(Transaction(connection, self.now))
            request = Request(
                event_id=event,
                person_id=talk.person_id,
                requested_at=self.now,
                language=talk.language,
                address=str(talk.address),
            )
            return registrations.register(request).registration

    def cancel(self, talk: Talk, event: str = "school") -> bool:
        with self.database.write() as connection:
            registrations = Registrations(Transaction(connection, self.now))
            return registrations.cancel(event, talk.person_id)

    # -- reminders ---------------------------------------------------------------------------

    def remind(
        self, talk: Talk, at: datetime, text: str = "water the tree", **more: Any
    ) -> Reminder:
        """Somebody asks for a reminder."""
        wanted = Wanted(text=text, moment=Moment(at, BERLIN), **more)
        with self.database.write() as connection:
            return Reminders(Transaction(connection, self.now)).add(talk, wanted)[0]

    def reminders(self, what: Any) -> Any:
        """`what(reminders)`, in a transaction of its own."""
        with self.database.write() as connection:
            return what(Reminders(Transaction(connection, self.now)))

    def tick(self, at: datetime | None = None, most: int = 500) -> Fired:
        """A clock looks, at that moment."""
        self.now = at or self.now
        return fire_due(self.database, lambda: self.now, HOUSE, most)

    # -- what is seen ------------------------------------------------------------------------

    def rows(self, table: str = "reminder") -> list[Any]:
        with self.database.read() as connection:
            named = _TABLES[table]
            return list(connection.execute(select(named).order_by(named.c[0])))

    def states(self) -> list[str]:
        """Every reminder's state, with the reason where there is one."""
        return [" ".join(filter(None, (r.state, r.reason))) for r in self.rows()]

    def sent(self) -> list[tuple[str, str]]:
        """Reminders in the outbox that are still to be delivered: address and first line."""
        said = [r for r in self.rows("outbox") if r.kind == "reminder" and r.state == "queued"]
        return [(r.address, r.body["text"].split("\n")[0]) for r in said]
