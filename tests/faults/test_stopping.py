"""Who stops us while something to them is on its way (G04, L04): that may arrive, and is the last.

`sending` is where it gets hard: it cannot be called back, but must not be tried again either.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot import addresses, lapsing
from bot.channel import SendError, Throttled, Unreachable, Unsure
from bot.database import Database
from bot.dialog import Transaction
from bot.models import Outbox
from bot.outgoing import Kind
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_ledger import Ledger
from bot.services.keys import Keys
from bot.services.people import People
from bot.services.topics import Topics
from tests.broadcasting import City

NOBODY = Keys.__new__(Keys)  # no poll is touched here
NEWS = "bert: Good news."


@pytest.fixture
def city(database: Database) -> City:
    """Anna, who has had enough, and Bert; both asked to hear of trees."""
    made = City(database)
    with database.write() as connection:
        topics = Topics(Transaction(connection, made.now))
        topics.save("trees", "interest", {"en": "Trees"}, "staff:anna")
    for name in ("anna", "bert"):
        made.person(name, "post")
        with database.write() as connection:
            Topics(Transaction(connection, made.now)).subscribe(name, "trees")
    return made


def stops(transaction: Transaction, name: str = "anna") -> None:
    People(transaction, NOBODY).stop(name)


def leaves(transaction: Transaction) -> None:
    addresses.leave(transaction.connection, "post:anna", transaction.now)


def leaves_the_topic(transaction: Transaction) -> None:
    Topics(transaction).unsubscribe("anna", ["trees"])


Goes = Callable[[Transaction], None]
WAYS = pytest.mark.parametrize("goes", [stops, leaves, leaves_the_topic])


def let(city: City, goes: Goes) -> None:
    with city.database.write() as connection:
        goes(Transaction(connection, city.now))


async def an_hour_passes(city: City) -> None:
    """Everybody works again, and what is to be tried again is."""
    await city.to_many.land()
    city.post.trouble.clear()
    for _step in range(12):
        city.now += timedelta(minutes=5)
        lapsing.release_lapsed(city.database, city.now)
        await city.deliver()
        lapsing.expire(city.database, city.now)


@WAYS
@pytest.mark.parametrize(
    "error", [Unreachable(), Throttled(timedelta(seconds=5))], ids=["5xx", "429"]
)
async def test_what_failed_on_its_way_is_not_tried_again(
    city: City, goes: Goes, error: SendError
) -> None:
    city.post.trouble = {"anna": error}
    broadcast = city.sent(audience={"topics": ["trees"]})
    await city.to_many._round("post")  # both are on their way
    let(city, goes)
    await an_hour_passes(city)
    assert city.post.sent == [NEWS]
    assert city.tally(broadcast) == {"sent": 1, "expired": 1}


async def test_without_that_it_would_come_after_all(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin: only what waits is called off."""
    monkeypatch.setattr("bot.services.people.call_off", _only_what_waits)
    city.post.trouble = {"anna": Unreachable()}
    city.sent()
    await city.to_many._round("post")
    let(city, stops)
    await an_hour_passes(city)
    assert city.post.sent == [NEWS, "anna: Good news."]


def _only_what_waits(connection: Any, now: Any, why: str, *which: Any) -> None:
    waits = update(Outbox).where(*which, Outbox.state == "queued")
    connection.execute(waits.values(state="cancelled", error=why, settled_at=now))


@pytest.mark.parametrize(("kind", "state"), [("reminder", "expired"), ("broadcast", "unsure")])
async def test_what_was_on_its_way_when_we_were_killed_is_not_said_again(
    city: City, kind: Kind, state: str
) -> None:
    row: dict[str, Any] = {"channel": "post", "address": "post:anna"}
    row |= {"kind": kind, "body": {"text": "At six!"}}
    row |= {"created_at": city.now, "due_at": city.now, "state": "sending", "attempts": 1}
    row |= {"lease_until": city.now + timedelta(minutes=1)}
    with city.database.write() as connection:
        connection.execute(insert(Outbox).values(row))
    let(city, stops)
    await an_hour_passes(city)
    assert (city.post.sent, list(city.rows())) == ([], [("post:anna", state)])


@WAYS
async def test_the_team_cannot_have_it_sent_again(city: City, goes: Goes) -> None:
    city.post.trouble = {"anna": Unsure(), "bert": Unsure()}
    broadcast = city.sent(audience={"topics": ["trees"]})
    await city.deliver()
    let(city, goes)
    assert decided(city, broadcast, "again") == 1
    await an_hour_passes(city)
    assert [said.partition(":")[0] for said in city.post.sent] == ["bert"]
    with pytest.raises(BadBroadcast, match="nobody left"):
        decided(city, broadcast, "again")
    assert decided(city, broadcast, "sent") == 1


def decided(city: City, broadcast: Broadcast, decision: str) -> int:
    with city.database.write() as connection:
        known = city.broadcasts(connection).get(broadcast.id)
        assert known is not None
        return Ledger(Transaction(connection, city.now)).decide(known, decision, "staff:anna")


# -- two processes ---------------------------------------------------------------------------


@pytest.fixture
def two(database_url: str) -> Iterator[tuple[City, City]]:
    """Two processes of one city of two hundred, one way out."""
    with closing(Database(database_url)) as first, closing(Database(database_url)) as second:
        one, other = City(first), City(second)
        other.post.sent = one.post.sent
        for n in range(200):
            one.person(f"p{n}", "post")
        yield one, other


async def test_while_two_processes_send_nobody_gets_what_counts_as_called_off(
    two: tuple[City, City],
) -> None:
    one, other = two
    broadcast = one.sent()
    other.now = one.now
    going = asyncio.to_thread(_all_stop, one)
    await asyncio.gather(one.deliver(), other.deliver(), going)
    with one.database.read() as connection:
        spared = connection.scalars(select(Outbox.address).where(Outbox.state == "cancelled"))
        names = {at.partition(":")[2] for at in spared}
    got = [said.partition(":")[0] for said in one.post.sent]
    assert len(got) == len(set(got))
    assert not names & set(got)
    assert one.tally(broadcast) == {
        state: count for state, count in (("sent", len(got)), ("cancelled", len(names))) if count
    }
    assert len(got) + len(names) == 200


def _all_stop(city: City) -> None:
    for n in reversed(range(200)):
        with city.database.write() as connection:
            stops(Transaction(connection, city.now), f"p{n}")
