"""The reminders of an event are as its rules, its time and its registrations are."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot.database import Database
from bot.dialog import Transaction
from bot.models import Base
from bot.services.firing import fire
from bot.services.keys import Keys
from bot.services.privacy import Privacy
from bot.services.reminder_ledger import ledger
from bot.services.reminder_rules import Rule, the_evening_before
from bot.understanding.dates import Relative
from tests.services.reminding import BERLIN, EVENING, HOUSE, NOW, STARTS, Town

HOUR = timedelta(hours=1)
wall = datetime.fromisoformat  # naive: what the clocks of a place show


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    return Town(database)


def test_who_registers_is_reminded_the_evening_before(town: Town) -> None:
    town.event()
    anna = town.person("anna")
    town.register(anna)
    assert town.tick(EVENING - timedelta(seconds=1)).settled == 0
    assert town.tick(EVENING).addresses == ("telegram:anna",)
    assert town.sent() == [("telegram:anna", "Your reminder: Summer school")]
    (row,) = [r for r in town.rows("outbox") if r.kind == "reminder"]
    assert row.body["text"] == (
        "Your reminder: Summer school\n\n"
        "Friday, December 4, 2026, 2:00\u202fPM (Berlin)\nHaus der Statistik\n\n"
        "No more reminders? Write: stop"
    )
    assert row.expires_at == EVENING + 2 * HOUR


def test_who_only_waits_is_not_told_that_they_take_part(town: Town) -> None:
    town.event("school", capacity=1)
    town.register(town.person("anna"))
    ben = town.person("ben")
    assert town.register(ben).status == "waiting"
    assert [row.person_id for row in town.rows()] == ["anna"]
    town.cancel(town.person("anna", "web"))
    assert town.states() == ["cancelled changed"]  # an offer is not a place yet


def test_a_seat_from_the_waiting_list_brings_the_reminder_with_it(town: Town) -> None:
    town.event("school", capacity=1, offer_hours=0)
    anna, ben = town.person("anna"), town.person("ben")
    town.register(anna)
    town.register(ben)
    town.cancel(anna)
    town.tick(EVENING)
    assert town.sent() == [("telegram:ben", "Your reminder: Summer school")]


def test_who_cancels_hears_nothing_more_and_who_comes_back_hears_it_once(town: Town) -> None:
    town.event()
    anna = town.person("anna")
    for _again in range(3):
        town.register(anna)
        town.cancel(anna)
    assert town.states() == ["cancelled changed"]
    town.register(anna)
    assert town.states() == ["due"]
    assert town.tick(EVENING).settled == 1
    town.cancel(anna)
    town.register(anna)
    assert town.tick(EVENING + HOUR).settled == 0


def test_a_reminder_that_waits_in_the_outbox_is_taken_back(town: Town) -> None:
    """D08: cancelled a second before it is sent."""
    town.event()
    anna = town.person("anna")
    town.register(anna)
    town.tick(EVENING)
    town.now = EVENING + timedelta(seconds=1)
    town.cancel(anna)
    assert town.sent() == []
    assert town.states() == ["cancelled changed"]


def test_a_moved_event_moves_its_reminders(town: Town) -> None:
    """D07: the old one is stopped, also where it waits in the outbox; the new one comes once."""
    town.event()
    town.register(town.person("anna"))
    town.tick(EVENING)
    later = timedelta(days=7)
    town.organise(lambda o: o.move("school", STARTS + later, STARTS + later + HOUR))
    assert town.sent() == []
    assert town.states() == ["cancelled changed", "due"]
    town.tick(EVENING + later)
    assert town.sent() == [("telegram:anna", "Your reminder: Summer school")]


def test_an_event_moved_away_and_back_reminds_once(town: Town) -> None:
    town.event()
    town.register(town.person("anna"))
    for days in (7, 0, 14, 0):
        starts = STARTS + timedelta(days=days)
        town.organise(lambda o, at=starts: o.move("school", at, at + HOUR))
    assert sorted(town.states()) == ["cancelled changed", "cancelled changed", "due"]
    town.tick(EVENING)
    assert [address for address, _text in town.sent()] == ["telegram:anna"]


def test_a_cancelled_event_reminds_nobody(town: Town) -> None:
    town.event()
    for name in ("anna", "ben"):
        town.register(town.person(name))
    town.organise(lambda o: o.cancel("school"))
    assert town.states() == ["cancelled event"] * 2
    assert town.tick(EVENING).settled == 0


def test_a_closed_event_still_takes_place(town: Town) -> None:
    town.event()
    town.register(town.person("anna"))
    town.organise(lambda o: o.close("school"))
    assert town.tick(EVENING).settled == 1


def test_rules_may_be_added_rest_and_go(town: Town) -> None:
    town.event()
    town.register(town.person("anna"))
    two_hours = town.rules(lambda r: r.add(Rule(event_id="school", minutes=-120)))
    assert [row.planned_at for row in town.rows()] == [EVENING, STARTS - 2 * HOUR]
    town.rules(lambda r: r.set_enabled(two_hours.id, enabled=False))
    assert town.states() == ["due", "cancelled changed"]
    town.rules(lambda r: r.set_enabled(two_hours.id, enabled=True))
    assert town.states() == ["due", "due"]
    town.rules(lambda r: r.remove(two_hours.id))
    assert town.states() == ["due", "cancelled changed"]


def test_who_registers_after_a_reminders_moment_does_not_get_it(town: Town) -> None:
    town.event("school", the_evening_before("school"), Rule(event_id="school", minutes=-120))
    town.now = EVENING + HOUR
    town.register(town.person("anna"))
    assert [row.planned_at for row in town.rows()] == [STARTS - 2 * HOUR]


def test_what_people_set_themselves_for_an_event_moves_with_it(town: Town) -> None:
    town.event()
    anna = town.person("anna")
    town.register(anna)
    before = Relative(seconds=-7200)
    town.remind(anna, STARTS - 2 * HOUR, event_id="school", relative=before)
    later = timedelta(days=1)
    town.organise(lambda o: o.move("school", STARTS + later, STARTS + later + HOUR))
    (own,) = [row for row in town.rows() if row.rule_id is None]
    assert (own.planned_at, own.state) == (STARTS + later - 2 * HOUR, "due")
    town.cancel(anna)
    assert {row.state for row in town.rows()} == {"cancelled"}


MOMENTS = [
    # wall of the rule in Berlin, days and minutes from the start
    (Rule(event_id="x", days=-1), "2026-12-03 14:00"),
    (Rule(event_id="x", days=-1, at=time(18)), "2026-12-03 18:00"),
    (Rule(event_id="x", minutes=-90), "2026-12-04 12:30"),
    (Rule(event_id="x", days=0, at=time(9)), "2026-12-04 09:00"),
    (Rule(event_id="x", anchor="end", days=1, at=time(10)), "2026-12-05 10:00"),
    (Rule(event_id="x", anchor="end", minutes=30), "2026-12-04 18:30"),
    (Rule(event_id="x", anchor="wall", wall=wall("2026-12-01T08:00")), "2026-12-01 08:00"),
    # Saturday and Sunday are no working days: the Friday before
    (Rule(event_id="x", days=-6, at=time(9), workday="DE"), "2026-11-27 09:00"),
    (Rule(event_id="x", days=-5, at=time(9), workday="CN"), "2026-11-27 09:00"),
    (Rule(event_id="x", days=-3, at=time(9), workday="DE"), "2026-12-01 09:00"),
]


@pytest.mark.parametrize(("rule", "shown"), MOMENTS)
def test_a_rule_means_a_moment_on_the_events_own_wall(
    rule: Rule, shown: str, sqlite_url: str
) -> None:
    event = Town(Database(sqlite_url)).event("x")
    moment = rule.moment(event).astimezone(BERLIN)
    assert f"{moment:%Y-%m-%d %H:%M}" == shown


HOLIDAYS = [
    # Christmas is a holiday in Germany, not in China; in 2026 China worked on Sunday, 20 September.
    ("DE", wall("2026-12-25T09:00"), "2026-12-24"),
    ("CN", wall("2026-12-25T09:00"), "2026-12-25"),
    ("DE", wall("2026-10-03T09:00"), "2026-10-02"),
    ("CN", wall("2026-10-03T09:00"), "2026-09-30"),
    ("CN", wall("2026-09-20T09:00"), "2026-09-20"),
    ("DE", wall("2026-09-20T09:00"), "2026-09-18"),
]


@pytest.mark.parametrize(("country", "at", "day"), HOLIDAYS)
def test_working_days_are_those_of_the_country(
    country: str, at: datetime, day: str, sqlite_url: str
) -> None:
    starts = datetime(2027, 1, 10, 9, tzinfo=UTC)
    event = Town(Database(sqlite_url)).event("x", starts_at=starts, ends_at=starts + HOUR)
    rule = Rule(event_id="x", anchor="wall", wall=at, workday=country)
    assert f"{rule.moment(event).astimezone(BERLIN):%Y-%m-%d}" == day


JUMPS = [
    # D04, D05: daily at 02:30 in Berlin, on the days on which the clocks change
    (datetime(2026, 3, 30, 9, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (datetime(2027, 3, 29, 9, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
    (datetime(2026, 10, 26, 9, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    (datetime(2027, 11, 1, 9, tzinfo=UTC), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("starts", "fires"), JUMPS)
def test_on_the_days_the_clocks_change_a_rule_fires_once(
    starts: datetime, fires: datetime, town: Town
) -> None:
    rule = Rule(event_id="school", days=-1, at=time(2, 30))
    town.now = starts - timedelta(days=5)
    town.event("school", rule, starts_at=starts, ends_at=starts + HOUR)
    town.register(town.person("anna", quiet=""))
    assert [row.planned_at for row in town.rows()] == [fires]
    fired = [
        minutes
        for minutes in range(-120, 200, 10)
        if town.tick(fires + timedelta(minutes=minutes)).addresses
    ]
    assert fired == [0]


def test_everybody_reads_the_time_on_their_own_clock(town: Town) -> None:
    """D09: one instant, told on the event's wall and on the reader's."""
    town.event()
    town.register(town.person("anna"))
    town.register(town.person("li", "wechat", zone="Asia/Shanghai", quiet=""))
    town.tick(EVENING)
    texts = {r.address: r.body["text"] for r in town.rows("outbox") if r.kind == "reminder"}
    assert "On your clock" not in texts["telegram:anna"]
    assert "2:00\u202fPM (Berlin)" in texts["wechat:li"]
    assert "On your clock: Friday, December 4, 2026, 9:00\u202fPM (Shanghai)" in texts["wechat:li"]


def test_the_night_keeps_reminders_back_until_morning(town: Town) -> None:
    rule = Rule(event_id="school", days=-1, at=time(23))
    town.event("school", rule)
    town.register(town.person("anna"))
    town.register(town.person("li", zone="Asia/Shanghai"))  # 6 in the morning there
    town.register(town.person("owl", quiet=""))
    at_night = datetime(2026, 12, 3, 22, tzinfo=UTC)  # 23:00 in Berlin
    assert town.tick(at_night).addresses == ("telegram:owl",)
    assert town.tick(at_night + 2 * HOUR).addresses == ("telegram:li",)  # 8:00 in Shanghai
    assert town.tick(at_night + 8 * HOUR).addresses == ()
    assert town.tick(at_night + 9 * HOUR).addresses == ("telegram:anna",)  # 8:00 in Berlin


def test_the_night_keeps_nothing_back_that_morning_would_be_too_late_for(town: Town) -> None:
    early = datetime(2026, 12, 4, 6, tzinfo=UTC)  # 7:00 in Berlin
    rule = Rule(event_id="school", minutes=-90)
    town.event("school", rule, starts_at=early, ends_at=early + HOUR)
    town.register(town.person("anna"))
    assert town.tick(early - 1.5 * HOUR).addresses == ("telegram:anna",)


@pytest.mark.parametrize("minutes", [0, 119, 120])
def test_a_late_reminder_is_said_until_its_cut_off(town: Town, minutes: int) -> None:
    town.event()
    town.register(town.person("anna", quiet=""))
    town.tick(EVENING + timedelta(minutes=minutes))
    assert town.states() == ["handed"]


def test_what_comes_too_late_is_not_said_and_seen_as_that(town: Town) -> None:
    """D06: a clock that jumps a day ahead sends no storm of what is over."""
    town.event()
    town.register(town.person("anna", quiet=""))
    town.tick(EVENING + timedelta(minutes=120, seconds=1))
    assert (town.states(), town.sent()) == (["expired"], [])


def test_a_reminder_before_an_event_ends_with_its_beginning(town: Town) -> None:
    town.event("school", Rule(event_id="school", minutes=-30, late_minutes=600))
    town.register(town.person("anna"))
    assert [row.late_after for row in town.rows()] == [STARTS]


def test_a_clock_that_goes_back_says_nothing_twice(town: Town) -> None:
    """D06: a day back, and forward again."""
    town.event()
    town.register(town.person("anna"))
    town.tick(EVENING)
    assert town.tick(EVENING - timedelta(days=1)).settled == 0
    assert town.tick(EVENING).settled == 0
    assert len(town.sent()) == 1


def test_the_text_of_the_organisers_is_in_the_language_of_the_person(town: Town) -> None:
    texts = {"en": "Bring your laptop.", "de": "Bringen Sie Ihren Laptop mit."}
    rule = Rule(event_id="school", days=-1, at=time(18), texts=texts)
    town.event("school", rule, link="https://example.org/school")
    town.register(town.person("anna"))
    town.tick(EVENING)
    (row,) = [r for r in town.rows("outbox") if r.kind == "reminder"]
    assert "Bring your laptop." in row.body["text"].split("\n\n")
    assert row.body["links"] == [["More about it", "https://example.org/school"]]


def test_whoever_is_erased_leaves_no_reminder_behind(town: Town) -> None:
    town.event()
    anna = town.person("anna")
    town.register(anna)
    town.remind(anna, EVENING)
    with town.database.write() as connection:
        Privacy(Transaction(connection, NOW), Keys(Path("no-poll"))).erase("anna")
    assert town.rows() == []


def test_two_people_who_are_one_are_reminded_once(town: Town) -> None:
    town.event()
    anna, other = town.person("anna"), town.person("other", "web")
    for talk in (anna, other):
        town.register(talk)
        town.remind(talk, NOW + HOUR, f"of {talk.person_id}")
    town.reminders(lambda r: r.join("other", "anna"))
    assert sorted((r.person_id, r.state) for r in town.rows()) == [
        ("anna", "due"),
        ("anna", "due"),
        ("anna", "due"),
    ]


def test_one_batch_of_the_next_is_left_for_the_next(town: Town) -> None:
    anna = town.person("anna")
    for minute in range(7):
        town.remind(anna, NOW + timedelta(minutes=minute), str(minute))
    later = NOW + HOUR
    assert [fire(town.database, later, HOUSE, 3).settled for _ in range(4)] == [3, 3, 1, 0]


def test_the_ledger_says_for_each_rule_what_became_of_its_reminders(town: Town) -> None:
    """Not that they were sent, but which step each has taken."""
    town.event("school", capacity=20)
    people = [town.person(name) for name in "abcdefg"]
    for talk in people:
        town.register(talk)
    town.cancel(people[0])
    town.remind(people[1], STARTS - HOUR, event_id="school")
    town.tick(EVENING)
    outbox = Base.metadata.tables["outbox"]
    became = [("sent", None), ("parked", None), ("parked", "split:2 knocked"), ("failed", None)]
    with town.database.write() as connection:
        rows = connection.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars().all()
        for row, (state, rewritten) in zip(rows, became, strict=False):
            changed = update(outbox).where(outbox.c.id == row)
            connection.execute(changed.values(state=state, rewritten=rewritten))
        connection.execute(delete(outbox).where(outbox.c.id == rows[-1]))
        told = ledger(Transaction(connection, NOW), "school")
    (rule,) = {row.rule_id for row in town.rows() if row.rule_id}
    assert told == {
        rule: {
            **{"cancelled": 1, "sent": 1, "parked": 1, "announced": 1, "failed": 1},
            **{"queued": 1, "handed": 1},
        },
        0: {"due": 1},
    }
