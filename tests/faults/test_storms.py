"""A platform that stumbles while much is said: order, patience, and nobody twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from bot import lapsing, outbox
from bot.channel import Blocked, SendError, Sent, Throttled, Unreachable
from bot.database import Database
from bot.message import Address, Reply
from bot.models import Person, Place
from bot.outgoing import Kind
from bot.pace import Pace
from tests.broadcasting import START, City, Post

SECOND = timedelta(seconds=1)


@pytest.fixture
def city(database: Database) -> City:
    return City(database)


@pytest.fixture
def small(sqlite_url: str) -> Iterator[City]:
    """Where the database makes no difference."""
    with closing(Database(sqlite_url)) as database:
        yield City(database)


def told(city: City, name: str, words: str, **how: Any) -> None:
    """Something is to be said to one."""
    kind: Kind = how.pop("kind", "reply")
    draft = outbox.Draft(Address("post", name), Reply(words), kind=kind, **how)
    with city.database.write() as connection:
        outbox.add(connection, [draft], city.now)


def stumbling(city: City, name: str, *errors: SendError) -> Counter[str]:
    """To them the platform answers with these, one after another; gives how often each was tried."""
    send, left, tries = city.post.send, list(errors), Counter[str]()

    async def stumble(to: Address, reply: Reply) -> Sent:
        tries[to.user] += 1
        if to.user == name and left:
            raise left.pop(0)
        return await send(to, reply)

    city.post.send = stumble  # type: ignore[method-assign]
    return tries


async def seconds_pass(city: City, seconds: int) -> None:
    for _second in range(seconds):
        city.now += SECOND
        await city.deliver()


# -- one chat ----------------------------------------------------------------------------------


async def test_a_chat_that_is_too_fast_waits_out_its_time_and_the_broadcast_goes_on(
    city: City,
) -> None:
    """C03: "come again in 35 seconds", for one of fifty."""
    for n in range(50):
        city.person(f"p{n}", "post")
    tries = stumbling(city, "p7", Throttled(timedelta(seconds=35)))
    broadcast = city.sent()
    await city.deliver()
    told(city, "p7", "your answer")
    assert city.tally(broadcast) == {"queued": 1, "sent": 49}
    await seconds_pass(city, 34)
    assert tries["p7"] == 1  # their answer waits as well: the platform wants nothing for them
    await seconds_pass(city, 2)
    assert city.tally(broadcast) == {"sent": 50}
    assert [said for said in city.post.sent if said.startswith("p7")] == [
        "p7: your answer",
        "p7: Good news.",
    ]


async def test_if_only_the_row_waited_their_answer_would_be_refused_as_well(
    small: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin of the test above."""
    monkeypatch.setattr("bot.pauses.Pauses.wait", lambda _self, _to: timedelta(0))
    small.person("anna", "post")
    tries = stumbling(small, "anna", Throttled(timedelta(seconds=35)))
    small.sent()
    await small.deliver()
    told(small, "anna", "your answer")
    await seconds_pass(small, 1)
    assert tries["anna"] == 2


@pytest.mark.parametrize("kind", ["reminder", "broadcast"])
async def test_what_expires_while_it_waits_to_be_tried_again_is_not_said(
    city: City, kind: Kind
) -> None:
    """C12: nobody needs to hear at six what was at five."""
    stumbling(city, "anna", Throttled(timedelta(seconds=35)))
    told(city, "anna", "it begins!", kind=kind, expires_at=city.now + 20 * SECOND)
    await city.deliver()
    await seconds_pass(city, 60)
    lapsing.expire(city.database, city.now)
    assert (city.post.sent, list(city.rows())) == ([], [("post:anna", "expired")])


async def test_nothing_overtakes_what_fails_three_times_but_what_is_said_to_many_waits(
    small: City,
) -> None:
    """C13, with rows of a broadcast in between."""
    small.person("anna", "post")
    stumbling(small, "anna", Unreachable(), Unreachable(), Unreachable())
    told(small, "anna", "one")
    small.sent()
    told(small, "anna", "two")
    small.sent(texts={"en": "More news."})
    told(small, "anna", "three")
    await seconds_pass(small, 60)
    said = [words.removeprefix("anna: ") for words in small.post.sent]
    assert [words for words in said if "news" not in words] == ["one", "two", "three"]
    assert [words for words in said if "news" in words] == ["Good news.", "More news."]


# -- everybody -----------------------------------------------------------------------------------


async def test_a_storm_of_slow_down_costs_calls_but_nobody_their_message(city: City) -> None:
    """429 for each first try: the channel pauses as a whole, and everybody is told once."""
    tries = Counter[str]()
    send = city.post.send

    async def storm(to: Address, reply: Reply) -> Sent:
        tries[to.user] += 1
        if tries[to.user] == 1:
            raise Throttled(3 * SECOND)
        return await send(to, reply)

    city.post.send = storm  # type: ignore[method-assign]
    for n in range(150):
        city.person(f"p{n}", "post")
    broadcast = city.sent()
    await city.deliver()
    assert city.post.sent == []
    await seconds_pass(city, 2)
    assert tries.total() == 150  # while it pauses, nobody is tried
    await seconds_pass(city, 10)
    assert Counter(city.post.sent) == {f"p{n}: Good news.": 1 for n in range(150)}
    assert (tries.total(), city.tally(broadcast)) == (300, {"sent": 150})


async def test_half_of_them_have_blocked_us(city: City) -> None:
    """G08: each is called once, counted, and not written to again."""
    for n in range(100):
        city.person(f"p{n}", "post")
    city.post.trouble = {f"p{n}": Blocked() for n in range(50)}
    broadcast = city.sent()
    await city.deliver()
    assert city.tally(broadcast) == {"sent": 50, "failed": 50}
    city.post.trouble.clear()
    assert city.preview(city.write()).subscription == {"post": 50}
    await seconds_pass(city, 3)
    assert len(city.post.sent) == 50


async def test_who_is_being_talked_with_at_their_turn_gets_it_later(postgres_url: str) -> None:
    """G07: their conversation is locked, and so is their row; nobody is passed over."""
    city, other = City(Database(postgres_url)), Database(postgres_url)
    for n in range(20):
        city.person(f"p{n}", "post")
    broadcast = city.sent()
    theirs = "address IN ('post:p3', 'post:p4')"
    with other.write() as connection:
        connection.execute(text(f"SELECT 1 FROM conversation WHERE {theirs} FOR UPDATE"))
        connection.execute(text(f"SELECT 1 FROM outbox WHERE {theirs} FOR UPDATE"))
        await city.deliver()
        assert city.tally(broadcast) == {"queued": 2, "sent": 18}
        assert city.state(broadcast) == "sending"
    await city.deliver()
    assert (city.tally(broadcast), city.state(broadcast)) == ({"sent": 20}, "done")
    assert len(set(city.post.sent)) == len(city.post.sent) == 20
    for database in (city.database, other):
        database.close()


# -- many ----------------------------------------------------------------------------------------

MANY, A_SECOND = 10_000, 2500


class Paced(Post):
    """A platform with a limit for all together."""

    pace = Pace(overall=((A_SECOND // 10, 0.1),))


async def test_replies_go_on_while_ten_thousand_are_told(sqlite_url: str) -> None:
    """C14. Measured in news that went before an answer: seconds depend on what else runs here.

    Half a second's worth of the pace may be under way, and one flight.
    """
    city = City(Database(sqlite_url), post=Paced())
    crowd(city)
    broadcast = city.sent()
    asked: dict[str, int] = {}
    async with at_work(city):
        for n in range(40):
            asked[f"who{n}: answer {n}"] = len(city.post.sent)
            await asyncio.to_thread(told, city, f"who{n}", f"answer {n}")
            await asyncio.sleep(0.02)
        during = city.tally(broadcast)
        await until(lambda: asked.keys() <= set(city.post.sent))
    said = {words: place for place, words in enumerate(city.post.sent)}
    passed = sorted(said[words] - place for words, place in asked.items())
    assert during["queued"] > 0, "the broadcast was through before they asked"
    assert passed[int(len(passed) * 0.95)] < MANY / 5
    city.database.close()


def crowd(city: City) -> None:
    people = [{"id": f"p{n}", "created_at": START} for n in range(MANY)]
    places = [
        {"id": f"post:{p['id']}", "channel": "post", "person_id": p["id"], "created_at": START}
        for p in people
    ]
    with city.database.write() as connection:
        connection.execute(insert(Person), people)
        connection.execute(insert(Place), places)


@asynccontextmanager
async def at_work(city: City) -> AsyncIterator[None]:
    working = [asyncio.create_task(one.run()) for one in (city.to_one, city.to_many)]
    yield
    for task in working:
        task.cancel()
    await asyncio.wait(working)
    await city.to_one.land()
    await city.to_many.land()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)
