"""`citybot demo`: what a newcomer sees, what it never does, and that nothing of it stays."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from bot.cli import citybot
from bot.cli.demo import traces
from bot.cli.demo.building import build
from bot.cli.demo.city import CHANNEL, the_city
from bot.cli.demo.talks import hold_talks
from bot.config import Settings
from bot.database import Database
from bot.dialog import Talk, Transaction
from bot.message import Address, Capabilities
from bot.models import Base, Outbox, Question
from bot.services.acquaintances import Acquaintances
from bot.services.acquaintances import Wanted as Sought
from bot.services.agreements import agreement
from bot.services.audience import Open
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcasts import Broadcasts
from bot.services.consents import Consents
from bot.services.conversations import Conversations
from bot.services.conversations import Wanted as Talks
from bot.services.demand import Demand, Scope
from bot.services.event_ticks import look_after_events
from bot.services.events import Events
from bot.services.funnel import funnels
from bot.services.gap_sorting import sort_questions
from bot.services.gaps import Gaps
from bot.services.registrations import Registrations
from bot.services.retention import shred
from bot.services.seats import Seats
from bot.services.texts import in_language
from bot.services.topics import Topics
from bot.services.transcribing import transcribe
from bot.services.transcript import Transcripts
from bot.services.weeks import WEEK, week_of
from knowledge.library import Library
from tests.copies import copy_of
from tests.eventful import asking, meet, run
from tests.services.reminding import Town

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
CITY = the_city(NOW.date())
BERLIN = ZoneInfo("Europe/Berlin")
KEPT = {"audit_entry", "alembic_version", "consent_text"}  # never taken out again, by design


class Newcomer:
    """Somebody who tries the program in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *said: str, type_in: str = "") -> Result:
        return CliRunner().invoke(
            citybot, ["--data-dir", str(self.folder), *said], input=type_in, catch_exceptions=False
        )

    def meets(self, *people: str) -> None:
        database = Database(f"sqlite:///{self.folder / 'citybot.sqlite3'}")
        database.upgrade()
        meet(database, *people)
        database.close()


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    monkeypatch.setattr("bot.cli.speech.language", lambda: "en")
    return Newcomer(tmp_path)


@pytest.fixture(scope="module")
def shown_around(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Somebody who has called `citybot demo`: called once, as it takes its time."""
    newcomer = Newcomer(tmp_path_factory.mktemp("demo"))
    assert newcomer("demo").exit_code == 0
    return newcomer


@pytest.fixture
def visitor(shown_around: Newcomer, newcomer: Newcomer) -> Newcomer:
    """The same, with a copy of that folder."""
    shutil.copytree(shown_around.folder, newcomer.folder, dirs_exist_ok=True)
    return newcomer


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def built_once(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[str]:
    """The example city, on each kind of database."""
    if request.param == "sqlite":
        empty = f"sqlite:///{request.getfixturevalue('_sqlite_template')}"
    else:
        empty = request.getfixturevalue("_postgres").url
    folder = tmp_path_factory.mktemp("built")
    with copy_of(empty, folder) as url:
        with closing(Database(url)) as database:
            build(database, Settings(data_dir=folder), CITY, NOW)
        yield url


@pytest.fixture(scope="module")
def talked_once(built_once: str, tmp_path_factory, library: Library) -> Iterator[str]:
    """The same with its month of talks, and what they left sorted into gaps."""
    folder = tmp_path_factory.mktemp("talked")
    with copy_of(built_once, folder) as url:
        with closing(Database(url)) as database:
            hold_talks(database, Settings(data_dir=folder), library, NOW)
            sort_questions(database, NOW, library.marks)
        yield url


@pytest.fixture
def built(built_once: str, tmp_path: Path) -> Iterator[Database]:
    with copy_of(built_once, tmp_path) as url, closing(Database(url)) as database:
        yield database


@pytest.fixture
def talked(talked_once: str, tmp_path: Path) -> Iterator[Database]:
    with copy_of(talked_once, tmp_path) as url, closing(Database(url)) as database:
        yield database


def sent(database: Database) -> Counter[str]:
    """How many messages are in each state."""
    with database.read() as connection:
        return Counter(connection.scalars(select(Outbox.state)))


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has, where it has any."""
    with database.read() as connection:
        counts = {
            t.name: connection.scalar(select(func.count()).select_from(t))
            for t in Base.metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}


def test_a_newcomer_sees_events_of_every_kind_and_both_kinds_of_polls(visitor) -> None:
    events = json.loads(visitor("event", "list", "--all", "-o", "json").stdout)
    assert {e["id"]: (e["state"], e["taken"], e["capacity"], e["waiting"]) for e in events} == {
        "example-dialogue": ("open", 22, 40, 0),
        "example-learning-journey": ("open", 12, 14, 4),
        "example-study-trip": ("cancelled", 0, 20, 0),
        "example-summer-school": ("open", 17, 30, 0),
    }
    over = json.loads(visitor("event", "show", "example-dialogue", "-o", "json").stdout)
    counted = {status: n["registrations"] for status, n in over["registrations"].items()}
    assert counted == {"attended": 17, "no_show": 5}
    polls = json.loads(visitor("poll", "list", "-o", "json").stdout)
    assert {p["id"]: p["state"] for p in polls} == {
        "example-benches": "open",
        "example-bicycle-street": "closed",
    }
    figures = json.loads(visitor("poll", "results", "example-bicycle-street", "-o", "json").stdout)
    assert (figures["ballots"], figures["warnings"]) == (30, [])
    assert visitor("poll", "results", "example-benches").exit_code == 3  # secret while it is open
    assert visitor("audit", "verify").exit_code == 0


def test_everything_in_it_is_said_to_be_an_example_in_every_language() -> None:
    signs = {"en": "Example: ", "de": "Beispiel: ", "zh": "示例："}
    for written in (*CITY.events, *CITY.polls):
        for language, sign in signs.items():
            assert in_language(written["title"], language).startswith(sign), written["id"]
            assert written["summary"][language], written["id"]


def test_each_of_its_people_has_a_page_of_their_own() -> None:
    ids = {person.id for person in CITY.people}
    assert len({id_[:8] for id_ in ids}) == len(CITY.people)  # what the audit calls them by
    assert all(re.fullmatch("[0-9a-f]{32}", id_) for id_ in ids)
    assert ids == {person.id for person in the_city(NOW.date() + timedelta(days=90)).people}


def test_twice_is_once(visitor) -> None:
    again = visitor("demo")
    assert (again.exit_code, again.stdout) == (0, "")
    assert again.stderr.startswith("The example city is here already.")


def test_it_refuses_a_database_with_real_people(newcomer) -> None:
    newcomer.meets("anna")
    refused = newcomer("demo")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Real people use this database (1 addresses)")
    assert json.loads(newcomer("event", "list", "--all", "-o", "json").stdout) == []


def test_it_leaves_an_event_alone_that_only_has_the_same_name(newcomer) -> None:
    file = newcomer.folder / "own.yaml"
    file.write_text(
        "- {id: example-dialogue, title: Ours, starts: 2127-07-05 09:00, ends: 2127-07-05 17:00}"
    )
    newcomer("event", "import", str(file))
    refused = newcomer("demo")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "example-dialogue is there already and is no example.\n",
    )
    assert newcomer("demo", "--remove").stderr == "There is no example city here.\n"
    assert len(json.loads(newcomer("event", "list", "-o", "json").stdout)) == 1


def test_a_rehearsal_changes_nothing(newcomer) -> None:
    rehearsed = newcomer("demo", "--dry-run")
    assert rehearsed.stdout.splitlines() == [*CITY.event_ids, *CITY.poll_ids]
    assert json.loads(newcomer("event", "list", "--all", "-o", "json").stdout) == []


def test_a_rehearsed_removal_changes_nothing(visitor) -> None:
    visitor("demo", "--remove", "--dry-run")
    assert len(json.loads(visitor("event", "list", "--all", "-o", "json").stdout)) == 4


def test_nothing_is_ever_sent_to_people_who_do_not_exist(built: Database) -> None:
    first, before = CITY.people[0].id, sent(built)
    run(built, lambda t: Registrations(t).cancel("example-learning-journey", first), NOW)
    town = Town(built)
    for days in range(70):
        town.tick(NOW + timedelta(days=days))
        look_after_events(built, NOW + timedelta(days=days))
        look_after_broadcasts(built, NOW + timedelta(days=days), Open({CHANNEL: Capabilities()}))
    assert sent(built) == before


def test_a_guest_stands_behind_those_who_wait(built: Database) -> None:
    meet(built, "anna")
    request = asking("anna", NOW, event_id="example-learning-journey")
    done = run(built, lambda t: Registrations(t).register(request), NOW)
    assert done.registration.status == "waiting"
    assert run(built, lambda t: Seats(t).place(done.registration), NOW) == 5


def test_a_month_of_talks_leaves_answers_and_gaps_across_languages(talked: Database) -> None:
    with talked.read() as connection:
        by = select(Question.outcome, func.count()).group_by(Question.outcome)
        outcomes = dict(connection.execute(by).all())
        states = set(connection.scalars(select(Outbox.state)))
        asked = connection.scalars(select(Question.asked_at)).all()
        gaps = Gaps(Transaction(connection, NOW)).find("open")
    assert outcomes["answered"] >= 25
    assert outcomes["for_staff"] >= 2
    assert min(outcomes["declined"], outcomes["not_meant"]) >= 1
    assert states == {"sent", "failed", "unsure"}  # nothing waits to go out
    assert NOW - timedelta(days=60) < min(asked) < NOW - timedelta(days=50)
    assert NOW - timedelta(days=2) < max(asked) < NOW
    assert len(gaps) >= 3
    assert all(gap.people >= 3 for gap in gaps)
    assert sum(len(gap.languages) > 1 for gap in gaps) >= 2
    assert max(len(gap.languages) for gap in gaps) == 3


def test_most_talks_can_be_read_on_the_first_day(talked: Database) -> None:
    transcribe(talked, NOW)
    shred(talked, NOW)
    with talked.read() as connection:
        page = Conversations(Transaction(connection, NOW)).find(Talks())
        one = Transcripts(Transaction(connection, NOW)).get(page.found[0].id)
    assert len(page.found) == len(CITY.people)
    assert sum(bool(talk.last) for talk in page.found) >= 25
    assert one is not None
    assert {line.side for line in one.lines if line.kept == "text"} == {"person", "assistant"}


def test_everybody_was_met_before_anything_was_heard_of_them(talked: Database) -> None:
    with talked.read() as connection:
        people = Acquaintances(Transaction(connection, NOW)).find(Sought()).found
    assert len(people) == len(CITY.people)
    assert all(one.last_at and one.first_at < one.last_at < NOW for one in people)
    assert len({one.first_at for one in people}) == len(people)
    assert sum(one.consents > 0 for one in people) >= 15


def test_the_month_before_can_be_compared_and_some_registrations_end_early(
    talked: Database,
) -> None:
    last = week_of(NOW, BERLIN) - WEEK
    with talked.read() as connection:
        demand = Demand(Transaction(connection, NOW))
        month, before = (demand.total(Scope(at - 3 * WEEK, at)) for at in (last, last - 4 * WEEK))
        (one,) = (f for f in funnels(Transaction(connection, NOW)) if f.began > f.registered)
    assert month.questions > before.questions > 5
    assert one.event.id == "example-summer-school"
    assert one.stopped == {"seats": 3, "name": 5, "email": 0, "themes": 5}


def test_one_broadcast_was_sent_and_one_is_a_draft(built: Database) -> None:
    with built.read() as connection:
        draft, done = Broadcasts(Transaction(connection, NOW), Open({})).all()
        tally = Ledger(Transaction(connection, NOW)).tally(done)
        topics = Topics(Transaction(connection, NOW)).all()
    assert (draft.state, done.state) == ("draft", "done")
    assert tally == done.tally == {"sent": 17, "failed": 2, "unsure": 1}
    assert {topic.id: topic.people for topic in topics} == {
        "example-berlin": 10,
        "example-green-streets": 15,
    }


def test_nothing_stays_when_the_people_of_its_oldest_questions_are_forgotten(
    talked: Database,
) -> None:
    shred(talked, NOW)
    with talked.write() as connection:
        traces.remove(connection, CITY)
    assert "question" not in rows(talked)


def test_nothing_of_the_talks_stays(talked: Database) -> None:
    transcribe(talked, NOW)
    assert {"transcript", "transcript_line", "transcript_dialog"} <= set(rows(talked))
    with talked.write() as connection:
        traces.remove(connection, CITY)
    assert {name for name in rows(talked) if name not in KEPT} == {"transcribed"}


def test_nothing_of_it_stays_but_what_is_never_taken_out(built: Database) -> None:
    kinds = {"event", "registration", "reminder", "check_in", "ballot", "poll", "consent"}
    assert kinds | {"topic", "subscription", "broadcast", "broadcast_text"} <= set(rows(built))
    meet(built, "anna")
    event = run(built, lambda t: Events(t).get("example-summer-school"), NOW)
    request = asking("anna", NOW, event_id=event.id)
    run(built, lambda t: Registrations(t).register(request), NOW)
    anna = Talk("anna", Address("script", "anna"), "en")
    text = agreement(Settings(), event, "en")
    run(built, lambda t: Consents(t).give(anna, f"registration:{event.id}", text), NOW)
    with built.write() as connection:
        traces.remove(connection, CITY)
    left = {name for name in rows(built) if name not in KEPT}
    assert left == {"person", "address"}  # the guest's own
    with built.read() as connection:
        assert traces.real_people(connection) == 1


def test_guests_are_named_before_their_places_go(visitor) -> None:
    visitor.meets("anna")
    database = Database(f"sqlite:///{visitor.folder / 'citybot.sqlite3'}")
    request = asking("anna", datetime.now(UTC), event_id="example-summer-school")
    run(database, lambda t: Registrations(t).register(request), datetime.now(UTC))
    database.close()
    kept = visitor("demo", "--remove", type_in="n\n")
    assert kept.exit_code == 1
    assert kept.stderr.startswith("Registrations of others at its events, which go as well: 1.")
    assert visitor("demo", "--remove", "--yes").stderr.endswith("The example city is gone.\n")
    assert not list((visitor.folder / "keys").glob("*.key"))
    assert visitor("demo", "--remove").stderr == "There is no example city here.\n"
