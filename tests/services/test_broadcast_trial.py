"""A test of a broadcast: to whom it went is kept, and none once it has begun."""

import pytest
from sqlalchemy import insert, select

from bot.database import Database
from bot.message import Address
from bot.models import Base, Transcript
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_trial import try_out
from tests.broadcasting import City

AUDIT = Base.metadata.tables["audit_entry"]


@pytest.fixture
def city(database: Database) -> City:
    database.upgrade()
    city = City(database)
    city.person("anna", "post")
    city.person("bert", "post")
    return city


def tries(city: City, broadcast: Broadcast, user: str) -> None:
    with city.database.write() as connection:
        broadcasts = city.broadcasts(connection)
        known = broadcasts.get(broadcast.id)
        assert known is not None
        try_out(broadcasts.transaction, known, Address("post", user), "staff:olga")


def test_the_audit_says_who_got_it(city: City) -> None:
    """By the number of their conversation, once it has one."""
    row = {"id": 214, "address": "post:anna", "channel": "post", "language": "en"}
    with city.database.write() as connection:
        connection.execute(insert(Transcript).values(row | {"heard_at": city.now}))
    draft = city.write()
    for user in ("anna", "bert"):
        tries(city, draft, user)
    with city.database.read() as connection:
        tests = select(AUDIT.c.detail).where(AUDIT.c.action == "broadcast.test")
        told = connection.scalars(tests.order_by(AUDIT.c.id)).all()
    assert told == ["en to #214", "en to post:bert"]


@pytest.mark.parametrize("step", ["", "pause", "cancel"])
def test_what_has_begun_is_tried_no_more(city: City, step: str) -> None:
    broadcast = city.sent()
    if step:
        city.do(step, broadcast)
    with pytest.raises(BadBroadcast, match="A test is for before"):
        tries(city, broadcast, "anna")


def test_what_waits_to_begin_can_be_tried(city: City) -> None:
    broadcast = city.do("send", city.write())
    tries(city, broadcast, "anna")
    assert list(city.rows()) == [("post:anna", "queued")]
