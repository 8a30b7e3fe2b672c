"""What else a house holds that many people write to: questions, gaps, events, polls, the team."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Date, insert, literal, select, text

from bot.app import House
from bot.cli.bench.bulk import Bulk, picked
from bot.cli.bench.console_rows import CHANNELS, LANGUAGES, Size, Sql
from bot.cli.bench.console_said import ASKED
from bot.cli.bench.due_rows import store
from bot.dialog import Transaction
from bot.models import Base
from bot.services.announcing import GAP
from bot.services.api_tokens import ApiTokens, Wish
from bot.services.audience import Open
from bot.services.audit import Audit, Entry
from bot.services.broadcast import Broadcast, Picture
from bot.services.broadcasts import Broadcasts
from bot.services.demand_counting import DemandCounter
from bot.services.events import Event
from bot.services.fields import Field
from bot.services.keys import Keys
from bot.services.organising import Organising
from bot.services.poll_office import PollOffice
from bot.services.poll_written import read_poll
from bot.services.retention import QUESTIONS
from bot.services.webhooks import Webhooks
from bot.services.weeks import WEEK, week_of
from bot.subjects import theme_of

EVENTS: Final = 48
POLLS: Final = 6
_OUTCOMES: Final = (
    *(*("answered",) * 18, *("declined",) * 3, *("not_meant",) * 2, "helped", "helped"),
)
_FOR_STAFF: Final = 150  # of so many questions one waits for a person
_COUNTED: Final = 8  # weeks that are counted; the year before is like them
_TOTAL: Final = 52  # weeks
_DEMAND, _WEEK = (Base.metadata.tables[name] for name in ("demand", "demand_week"))


@dataclass(frozen=True, slots=True)
class Matters:
    """How many of each, beside the messages."""

    size: Size

    @property
    def questions(self) -> int:
        """In a year: one of five messages is one."""
        return self.size.messages // 5

    @property
    def gaps(self) -> int:
        """Matters without an answer."""
        return max(40, self.size.messages // 1000)

    @property
    def audited(self) -> int:
        """Entries in the audit."""
        return max(60, self.size.messages // 500)


def write_matters(house: House, size: Size) -> None:
    """All of it, as far as it goes into rows by itself; then the house's own services."""
    bulk, matters, now = Bulk(house.database), Matters(size), house.now()
    _questions(house, bulk, matters)
    _gaps(bulk, matters, now)
    _events(house, bulk, size)
    _polls(house, bulk, size)
    store(house.database, 0, size.people)
    _broadcasts(house)
    _outward(house, bulk, matters)
    bulk.analyse()
    _demand(house)


# -- what was asked --------------------------------------------------------------------------


def _questions(house: House, bulk: Bulk, matters: Matters) -> None:
    """A year of them. Who asked is known of the last month alone, as the house keeps it."""
    sql, now, total = Sql(bulk), house.now(), matters.questions
    slugs = sorted({article.slug for article in house.library.articles})
    _lay_out_articles(bulk, slugs)
    year = _TOTAL * WEEK
    asked_at = bulk.later(now - year, f"i * {int(year.total_seconds())} / {total}")
    known = f"i >= {round(total * (1 - QUESTIONS / year))}"
    outcome = f"CASE WHEN i % {_FOR_STAFF} = 3 THEN 'for_staff' ELSE {picked('i', _OUTCOMES)} END"
    few = f"1 + i / 5 % {matters.gaps // 20}"  # what many ask about
    gap = f"CASE WHEN i % 5 = 0 THEN {few} ELSE 1 + i % {matters.gaps} END"
    asked = (
        f"SELECT i, w, {asked_at} AS asked_at, {known} AS known, {outcome} AS outcome, "
        f"{gap} AS gap FROM {sql.writing(matters.size)}"
    )
    bulk.insert(
        "question (id, person_id, address, asked_at, language, text, outcome, confidence, found, "
        "answer, answered_by, answered_at, gap_id, is_sorted, tell, channel, article)",
        f"SELECT q.i + 1, CASE WHEN known THEN {sql.person} END, "
        f"CASE WHEN known THEN {sql.address} END, asked_at, {sql.language}, p.said, outcome, "
        f"(q.i % 100) / 100.0, {bulk.as_('json', 'a.found')}, "
        "CASE WHEN outcome = 'helped' THEN 'Please come to the town hall.' END, "
        "CASE WHEN outcome = 'helped' THEN 'anna' END, "
        "CASE WHEN outcome = 'helped' THEN asked_at END, "
        "CASE WHEN outcome <> 'answered' THEN gap END, TRUE, FALSE, "
        f"{picked('w', CHANNELS)}, CASE WHEN outcome = 'answered' THEN a.slug END "
        f"FROM ({asked}) q "
        f"JOIN bench_asked p ON p.id = {sql.tongue} * {ASKED} + (q.i * 31) % {ASKED} "
        f"JOIN bench_article a ON a.id = q.i * q.i % {len(slugs)}",
        (0, total),
    )
    bulk.run("DROP TABLE bench_article")


def _lay_out_articles(bulk: Bulk, slugs: Sequence[str]) -> None:
    """Each with what else was considered when it was found."""
    rows = []
    for number, slug in enumerate(slugs):
        others = (slug, slugs[number - 1], slugs[number - 2])
        found = [{"slug": s, "score": 2.5, "matched": ["bike", "street"]} for s in others]
        rows.append({"id": number, "slug": slug, "found": orjson.dumps(found).decode()})
    with bulk.database.write() as connection:
        made = "CREATE TABLE bench_article (id integer PRIMARY KEY, slug text, found text)"
        connection.execute(text(made))
        connection.execute(text("INSERT INTO bench_article VALUES (:id, :slug, :found)"), rows)


def _gaps(bulk: Bulk, matters: Matters, now: datetime) -> None:
    """Half of them wait for a decision; a few are what very many people asked."""
    state = picked("i", ("open", "answered", "open", "out_of_scope", "open", "ignored"))
    bulk.insert(
        "gap (id, created_at, asked_at, people, state, version)",
        f"SELECT i + 1, {bulk.later(now - _TOTAL * WEEK, 'i')}, "
        f"{bulk.later(now - timedelta(days=40), 'i * 60')}, "
        f"CASE WHEN i < {matters.gaps // 20} THEN 200 + i ELSE 1 + i % 40 END, {state}, 1 FROM n",
        (0, matters.gaps),
    )


def _demand(house: House) -> None:
    """The last weeks are counted as the house counts; each week before is like one of them."""
    zone, now = ZoneInfo(house.settings.zone), house.now()
    this = week_of(now, zone)
    old = [this - n * WEEK for n in range(_COUNTED, _TOTAL + 2)]
    done = {"week": old[0], "is_final": True, "counted_at": now}
    with house.database.write() as connection:
        connection.execute(insert(_WEEK).values(done))
    DemandCounter(house.database, zone, lambda slug: theme_of(house.library, slug)).count(now)
    names = [column.name for column in _DEMAND.columns]
    with house.database.write() as connection:
        for number, week in enumerate(old):
            like = this - (1 + number % (_COUNTED - 2)) * WEEK
            columns = (literal(week, Date) if n == "week" else _DEMAND.c[n] for n in names)
            rows = select(*columns).where(_DEMAND.c.week == like, _DEMAND.c.face != "form")
            connection.execute(insert(_DEMAND).from_select(names, rows))


# -- events and polls ------------------------------------------------------------------------


def _events(house: House, bulk: Bulk, size: Size) -> None:
    """Of half a year; everybody registered for one of them."""
    sql, now = Sql(bulk), house.now()
    with house.database.write() as connection:
        organising = Organising(Transaction(connection, now))
        for number in range(EVENTS):
            organising.save(_event(number, now))
    status = picked("i", ("confirmed",) * 6 + ("waiting", "cancelled"))
    requested_at = bulk.later(now - timedelta(days=60), f"i * 5184000 / {size.people}")
    bulk.insert(
        "registration (event_id, person_id, status, seats, reference, requested_at, answers, "
        "language, address, revision, changed_at)",
        f"SELECT 'event-' || (i % {EVENTS}), {sql.person}, {status}, 1, {_reference()}, "
        f"{requested_at}, '{{}}', {sql.language}, {sql.address}, 1, {requested_at} "
        "FROM (SELECT i, i AS w FROM n) m",
        (0, size.people),
    )
    bulk.run(
        "UPDATE event SET taken = (SELECT COUNT(*) FROM registration WHERE "
        "event_id = event.id AND status = 'confirmed')"
    )


def _reference() -> str:
    """A reference as people are given one, of the number `i`, as SQL."""
    signs = "23456789BCDFGHJKMNPQRSTVWXZ"
    drawn = [f"substr('{signs}', CAST(1 + i / {27**n} % 27 AS integer), 1)" for n in range(5)]
    return " || ".join(("'222-2'", *drawn[:2], "'-'", *drawn[2:]))


def _event(number: int, now: datetime) -> Event:
    starts_at = now + timedelta(days=4 * (number + 1))
    return Event(
        id=f"event-{number}",
        title={"en": f"Walk {number} through the quarter", "de": f"{number}. Gang durchs Quartier"},
        summary={"en": "We look at streets and talk about them."},
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        zone="Europe/Berlin",
        place="Town hall",
        fields=(Field("diet", "text", {"en": "What do you eat?", "de": "Was essen Sie?"}),),
        state="open",
    )


def _polls(house: House, bulk: Bulk, size: Size) -> None:
    """All of them are open; everybody took part in one."""
    now, keys = house.now(), Keys.of(house.settings)
    with house.database.write() as connection:
        office = PollOffice(Transaction(connection, now), keys, "bench")
        for number in range(POLLS):
            office.save(read_poll(_poll(number, now), now))
            office.open(f"poll-{number}")
    bulk.insert(
        "participation (poll_id, voter_key, channel, language, cast_at)",
        f"SELECT 'poll-' || (w % {POLLS}), {bulk.hexed('w')}, {picked('w', CHANNELS)}, "
        f"{picked('w', LANGUAGES)}, :now FROM (SELECT i AS w FROM n) m",
        (0, size.people),
        now=now,
    )


def _poll(number: int, now: datetime) -> dict[str, object]:
    options = [{"id": o, "label": {"en": o.title()}} for o in ("north", "south", "west")]
    return {
        "id": f"poll-{number}",
        "title": {"en": f"Bike lanes {number}"},
        "closes": (now + timedelta(days=9)).isoformat(),
        "level": "web",
        "next_steps": {"en": "The council decides."},
        "questions": [
            {"id": "where", "kind": "single", "ask": {"en": "Where first?"}, "options": options}
        ],
    }


def _broadcasts(house: House) -> None:
    """Drafts to everybody, with a picture as large as a photograph is made for the web."""
    picture = Picture(
        "image/png", b64encode(bytes(100_000)).decode(), {"en": "A street with trees"}
    )
    with house.database.write() as connection:
        reach = Open.of(house.channels.values())
        broadcasts = Broadcasts(Transaction(connection, house.now()), reach)
        for number in range(30):
            text = {"en": f"Walk {number} is on Monday.", "de": f"Gang {number} ist am Montag."}
            one = Broadcast(name=f"Walk {number}", texts=text, fallback="en", zone="Europe/Berlin")
            broadcasts.save(replace(one, image=picture), "staff:anna")


# -- the team and other systems ---------------------------------------------------------------


def _outward(house: House, bulk: Bulk, matters: Matters) -> None:
    """Tokens, a webhook with its calls, and what the team did."""
    now = house.now()
    with house.database.write() as connection:
        transaction = Transaction(connection, now)
        for number in range(5):
            ApiTokens(transaction).make(Wish(f"program-{number}", ("read",), 90), "anna")
        Webhooks(transaction, house.settings, "anna").add("https://example.org/hook", (GAP,))
        audit = Audit(transaction)
        for number in range(matters.audited):
            audit.write(Entry("staff:anna", "gap.ignored", f"gap:{number}", "no detail"))
    bulk.insert(
        "webhook_call (webhook_id, message_id, type, body, created_at, due_at, until, state, "
        "attempts)",
        "SELECT 1, 'c' || i, 'gap', '{}', :now, :now, :now, 'sent', 1 FROM n",
        (0, matters.audited),
        now=now,
    )
