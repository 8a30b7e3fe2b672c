"""How fast a broadcast goes out, and how long it takes still: as it goes now, not since it began."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.database import Database
from bot.models import Outbox
from bot.services.broadcast import Broadcast
from bot.services.broadcast_pace import Pace
from tests.broadcasting import MINUTE, City


@pytest.fixture
def city(database: Database) -> City:
    database.upgrade()
    return City(database)


def sent_to(city: City, people: int) -> Broadcast:
    """A broadcast to so many, who wait for it."""
    for n in range(people):
        city.person(f"p{n:03}", "post")
    return city.sent()


def gets_it(city: City, people: int) -> None:
    """So many more have it now, the first of those who wait."""
    with city.database.write() as connection:
        queued = select(Outbox.id).where(Outbox.state == "queued")
        some = Outbox.id.in_(queued.order_by(Outbox.due_at, Outbox.id).limit(people))
        connection.execute(update(Outbox).where(some).values(state="sent", settled_at=city.now))


def test_how_fast_it_goes_and_how_long_it_takes_still(city: City) -> None:
    broadcast = sent_to(city, 12)
    assert city.pace(broadcast) is None
    city.pass_minutes(2)
    gets_it(city, 6)
    assert city.pace(broadcast) == Pace(3, 2)
    with city.database.write() as connection:
        asleep = update(Outbox).where(Outbox.address == "post:p011")
        connection.execute(asleep.values(due_at=city.now + timedelta(minutes=90)))
    seen = city.pace(broadcast)
    assert seen == Pace(3, 90)
    assert seen.told("en") == "3 a minute; about 1 h 30 min left"
    city.do("pause", broadcast)
    assert city.pace(broadcast) is None


def test_the_pace_is_told_from_when_it_goes_on_after_a_pause(city: City) -> None:
    broadcast = sent_to(city, 60)
    city.now += MINUTE
    gets_it(city, 20)
    city.do("pause", broadcast)
    city.now += 60 * MINUTE
    city.do("resume", broadcast)
    assert city.pace(broadcast) is None
    city.now += MINUTE
    gets_it(city, 20)
    assert city.pace(broadcast) == Pace(20, 1)


def test_the_pace_is_told_from_the_end_of_the_night(city: City) -> None:
    """And all night how long it takes still, at no pace at all."""
    broadcast = sent_to(city, 60)
    gets_it(city, 20)
    with city.database.write() as connection:
        asleep = update(Outbox).where(Outbox.state == "queued")
        connection.execute(asleep.values(due_at=city.now + 600 * MINUTE))
    city.now += 60 * MINUTE
    seen = city.pace(broadcast)
    assert seen == Pace(0, 540)
    city.now += 541 * MINUTE
    gets_it(city, 20)
    assert city.pace(broadcast) == Pace(20, 1)


def test_the_pace_is_the_one_of_now(city: City) -> None:
    """It was slow for an hour, as the platform was."""
    broadcast = sent_to(city, 200)
    city.now += 60 * MINUTE
    for _minute in range(5):
        city.now += MINUTE
        gets_it(city, 20)
    assert city.pace(broadcast) == Pace(20, 5)
