"""The week in figures reaches who asked for it: once, whatever breaks, and says nothing of anybody."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text

from bot import outbox
from bot.database import Database
from bot.dialog import Invalid, Transaction
from bot.models import Base, Conversation, Person, Place, Question
from bot.services.demand_counting import DemandCounter
from bot.services.digest import Digest, tell_team
from bot.services.linking import Linking
from bot.services.staff import Member, Staff

BERLIN = ZoneInfo("Europe/Berlin")
JOINED = datetime(2026, 11, 19, 9, tzinfo=UTC)  # a Thursday
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # eight in Berlin
WEEK = timedelta(days=7)


@pytest.fixture
def anna(database: Database) -> Member:
    """Somebody of the team who talks to the assistant in German, and wants the figures."""
    with database.write() as connection:
        connection.execute(insert(Person).values(id="p", created_at=JOINED))
        place = {"id": "telegram:1", "channel": "telegram", "person_id": "p", "created_at": JOINED}
        connection.execute(insert(Place).values(place))
        talk = {"address": "telegram:1", "person_id": "p", "language": "de", "state": {}}
        connection.execute(insert(Conversation).values(heard_at=JOINED, **talk))
        transaction = Transaction(connection, JOINED)
        member = Staff(transaction).add("anna", "viewer", "test")
        code = Linking(transaction).code("p")
        Digest(transaction).begin(member, code, BERLIN)
    return member


def ask(database: Database, count: int, outcome: str = "answered", said: str = "Why?") -> None:
    row = {"asked_at": JOINED, "language": "en", "channel": "web", "text": said}
    row |= {"outcome": outcome, "confidence": 0.5, "found": []}
    rows = [{**row, "person_id": f"{outcome}{n}"} for n in range(count)]
    with database.write() as connection:
        connection.execute(insert(Question), rows)
    DemandCounter(database, BERLIN, lambda _slug: "").count(JOINED)


def told(database: Database) -> list[str]:
    with database.read() as connection:
        rows = connection.execute(Base.metadata.tables["outbox"].select().order_by(text("id")))
        return [row.body["text"] for row in rows]


def test_it_comes_on_monday_at_eight_once_a_week(database: Database, anna: Member) -> None:
    ask(database, 3)
    ask(database, 1, "declined", "What is wrong with Anna Schmidt?")
    assert tell_team(database, JOINED, BERLIN) == 0  # not at once: they wanted it weekly
    assert tell_team(database, MONDAY - timedelta(seconds=1), BERLIN) == 0
    assert [tell_team(database, MONDAY, BERLIN) for _try in range(3)] == [1, 0, 0]
    assert tell_team(database, MONDAY + timedelta(days=6), BERLIN) == 0
    assert tell_team(database, MONDAY + WEEK, BERLIN) == 1
    first, second = told(database)
    assert "4 Fragen, 25\xa0% ohne gute Antwort" in first
    assert "Schmidt" not in first
    assert "kaum" in second


def test_a_house_that_was_off_tells_it_when_it_is_back(database: Database, anna: Member) -> None:
    assert tell_team(database, MONDAY + 3 * WEEK + timedelta(days=2), BERLIN) == 1


def test_what_breaks_in_between_is_told_again(
    database: Database, anna: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark and the message are one transaction: neither is there without the other."""
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "add", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell_team(database, MONDAY, BERLIN)
    assert told(database) == []
    assert tell_team(database, MONDAY, BERLIN) == 1


@pytest.mark.parametrize(
    "gone",
    [
        "UPDATE staff SET disabled_at = :now",
        "UPDATE person SET stopped_at = :now",
        "UPDATE address SET left_at = :now",
        "DELETE FROM staff_digest",
    ],
)
def test_who_left_or_stopped_hears_nothing(database: Database, anna: Member, gone: str) -> None:
    with database.write() as connection:
        connection.execute(text(gone), {"now": JOINED} if ":now" in gone else {})
    assert tell_team(database, MONDAY, BERLIN) == 0
    assert told(database) == []


def test_a_link_leads_to_the_page_where_people_reach_us(database: Database, anna: Member) -> None:
    tell_team(database, MONDAY, BERLIN, "https://chat.example.org/")
    with database.read() as connection:
        (body,) = connection.scalars(text("SELECT body FROM outbox"))
    assert "https://chat.example.org/console/radar?weeks=1" in str(body)


def test_a_wrong_code_or_a_used_one_opens_nothing(database: Database, anna: Member) -> None:
    with database.write() as connection:
        transaction = Transaction(connection, JOINED)
        digest, code = Digest(transaction), Linking(transaction).code("p")
        digest.begin(anna, f"  {code.lower()} ", BERLIN)
        for wrong in (code, "", "XXXX-XXX9", "<script>"):
            with pytest.raises(Invalid):
                digest.begin(anna, wrong, BERLIN)
        assert digest.wants(anna)
        digest.end(anna)
        assert not digest.wants(anna)
