"""A city on several processes of each role: faults of every part, and everybody is answered once."""

import asyncio
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from pathlib import Path

import aiohttp
import psycopg
import pytest
import pytest_asyncio
import redis

from tests.fakes.telegram import FakeTelegram, Hangs, Person
from tests.stack.city import NAMES, PUBLIC, City, eventually
from tests.stack.machines import CONNECTIONS

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
CLOCKS, WORKERS, DELIVERIES = NAMES[6:], NAMES[2:4], NAMES[4:6]
BROADCAST = "broadcasts:telegram"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city() -> AsyncIterator[City]:
    """Set up once: eight processes take their time to start."""
    folder = Path(tempfile.mkdtemp())  # of pytest's own, PostgreSQL's user may enter none
    folder.chmod(0o755)
    async with FakeTelegram() as telegram:
        city = City(folder, telegram)
        try:
            city.nginx.start()
            city.redis.start()
            await asyncio.to_thread(city.says, "db", "upgrade")
            await asyncio.to_thread(city.start, *NAMES)
            await eventually(lambda: telegram.pusher.webhook.url)
            yield city
        finally:
            city.close()
            shutil.rmtree(folder)


def write(people: list[Person]) -> None:
    for person in people:
        person.says("help")


async def all_answered(city: City, people: list[Person], seconds: float = 60) -> None:
    """Everybody heard what they asked for, and nobody heard it twice."""
    await city.hear(people, seconds=seconds)
    assert city.replies(people) == {"done, 1 replies": len(people)}
    assert {len(person.sees) for person in people} == {1}


# -- as it should be -------------------------------------------------------------------------


async def test_each_process_says_how_it_is_and_only_the_webs_have_doors(city: City) -> None:
    for name in NAMES:
        assert (await city.page(name, "/livez"))[0] == 200
        assert (await city.page(name, "/readyz"))[0] == 200
        assert "citybot_overdue_seconds" in (await city.page(name, "/metrics"))[1]
        assert (await city.page(name, "/chat"))[0] == (200 if name.startswith("web") else 404)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{city.nginx.port}") as session:
        for path, status in {"/chat": 200, "/readyz": 200, "/metrics": 404}.items():
            async with session.get(path) as response:
                assert response.status == status, path


async def test_two_hundred_people_are_answered_once_each_by_two_processes(city: City) -> None:
    people = city.people(200)
    write(people)
    await all_answered(city, people)
    taken = [await city.metric(n, 'citybot_turns_total{result="taken"}') for n in NAMES[:2]]
    assert min(taken) > 0
    assert sum(taken) == 200


# -- faults ----------------------------------------------------------------------------------


async def test_a_killed_clock_and_a_killed_worker_are_followed_by_the_other(city: City) -> None:
    for what, names in {"clock": CLOCKS, "counting": WORKERS}.items():
        holder = await city.holder(what, names)
        city.kill(holder)
        (other,) = set(names) - {holder}
        assert await city.holder(what, [other]) == other


async def test_without_redis_it_is_only_slower(city: City) -> None:
    """Gone while people write; gone when a process starts; back, and emptied."""
    people = city.people(40)
    city.redis.kill()
    write(people[:10])
    city.kill("web-1")
    write(people[10:20])
    await asyncio.to_thread(city.start, "web-1")
    await all_answered(city, people[:20])
    city.redis.start()
    with redis.Redis(port=city.redis.port) as client:
        await eventually(lambda: _listeners(client) == len(city.at_work))
        client.flushall()
        write(people[20:])
        await all_answered(city, people)


def _listeners(client: "redis.Redis[bytes]") -> int:
    with suppress(redis.RedisError):
        return int(client.pubsub_numsub("citybot:wake")[0][1])
    return 0


async def test_postgresql_may_break_down_under_load(city: City) -> None:
    people = city.people(60)
    write(people)
    await eventually(lambda: sum(len(person.sees) for person in people) > 20)
    await asyncio.to_thread(city.postgres.crash)
    assert (await city.page("web-1", "/readyz"))[0] == 503
    await asyncio.to_thread(city.postgres.start)
    await all_answered(city, people, seconds=30)
    await city.holder("clock", city.at_work & set(CLOCKS))
    await city.holder(BROADCAST, DELIVERIES)


async def test_without_a_connection_left_a_platform_hears_so_at_once(city: City) -> None:
    people = city.people(10)
    pushes = len(city.telegram.pusher.pushes)
    with ExitStack() as crowd, city.postgres.connect() as admin:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ''"
        for _place in range(CONNECTIONS):
            admin.execute(f"{ended} AND usename = 'citybot'")
            with suppress(psycopg.OperationalError):
                named = f"{city.postgres.url()}?application_name=crowd"
                crowd.enter_context(psycopg.connect(named))
        begun = asyncio.get_running_loop().time()
        write(people)
        await eventually(lambda: len(city.telegram.pusher.pushes) >= pushes + 10)
        assert asyncio.get_running_loop().time() - begun < 5
        assert {push.status for push in city.telegram.pusher.pushes[pushes:]} == {503}
    await all_answered(city, people, seconds=30)


async def test_told_to_stop_with_forty_in_flight_it_answers_them(city: City) -> None:
    people = city.people(50)
    city.telegram.pusher.reach[PUBLIC] = f"http://127.0.0.1:{city.ports['web-1']}"
    with city.postgres.connect() as other, other.transaction():
        other.execute("LOCK TABLE inbox IN EXCLUSIVE MODE")
        write(people)
        await eventually(lambda: city.telegram.pusher.flying == 40)
        for _time in range(2):  # what is answered now came after them: they are in its hands
            await city.page("web-1", "/livez")
        city.signal("web-1", signal.SIGTERM)
        await eventually(lambda: _is_shut(city, "web-1"))
    assert await asyncio.to_thread(city.ended, "web-1") == 0
    city.telegram.pusher.reach[PUBLIC] = f"http://127.0.0.1:{city.nginx.port}"
    assert sum(city.replies(people).values()) >= 40
    await all_answered(city, people)
    await asyncio.to_thread(city.start, "web-1")


async def _is_shut(city: City, name: str) -> bool:
    try:
        await city.page(name, "/livez")
    except aiohttp.ClientConnectionError:
        return True
    return False


async def test_a_newer_version_may_add_columns_while_this_one_works(city: City) -> None:
    """As in a rolling upgrade: the first new process brings the schema up, the others go on."""
    people = city.people(20)
    write(people[:10])
    grown = [f"ALTER TABLE {name} ADD COLUMN newer text" for name in _GROWING]
    (before,) = city.postgres.asked("SELECT version_num FROM alembic_version")
    await asyncio.to_thread(
        city.postgres.asked, *grown, "UPDATE alembic_version SET version_num = '9999'"
    )
    write(people[10:])
    await all_answered(city, people)
    shrunk = [f"ALTER TABLE {name} DROP COLUMN newer" for name in _GROWING]
    city.postgres.asked(*shrunk, f"UPDATE alembic_version SET version_num = '{before[0]}'")


_GROWING = ("inbox", "outbox", "conversation", "person", "address", "reminder", "broadcast")


# -- a broadcast -----------------------------------------------------------------------------


async def test_a_broadcast_paused_and_killed_has_an_exact_ledger(city: City) -> None:
    (known,) = city.postgres.asked("SELECT count(*) FROM person")
    people = [chat for chat in city.telegram.chats.values() if isinstance(chat, Person)]
    (city.folder / "news.yaml").write_text(
        "name: News\ntexts: {en: Good news.}\nnight: send\naudience: {seen_within: 30}\n"
    )
    number = (await asyncio.to_thread(city.says, "broadcast", "write", "news.yaml")).strip()
    await asyncio.to_thread(city.says, "broadcast", "send", number, "--staff", "anna", "--yes")
    city.postgres.asked("UPDATE broadcast SET due_at = now()")  # not after the minute for regrets
    await eventually(lambda: sum(heard(people).values()) > 30)
    await asyncio.to_thread(city.says, "broadcast", "pause", number, "--staff", "anna")
    await eventually(lambda: "sending" not in ledger(city))
    paused = heard(people)
    first = await city.holder(BROADCAST, DELIVERIES)
    city.kill(first)
    (second,) = set(DELIVERIES) - {first}
    assert await city.holder(BROADCAST, [second]) == second
    assert heard(people) == paused
    assert paused.total() < known[0]
    await asyncio.to_thread(city.start, first)
    city.telegram.script("sendMessage", *[Hangs(60)] * 5)
    await asyncio.to_thread(city.says, "broadcast", "resume", number, "--staff", "anna", "--yes")
    await eventually(lambda: ledger(city).get("sending", 0) >= 5 and heard(people) > paused)
    killed_in_flight(city, killed=second, other=first)
    await eventually(lambda: not {"queued", "sending"} & ledger(city).keys())
    assert max(heard(people).values()) == 1
    became = ledger(city)
    assert became.keys() == {"sent", "unsure"}
    assert became.total() == known[0]
    assert became["unsure"] >= 5
    assert became["sent"] <= heard(people).total() <= known[0]


def heard(people: list[Person]) -> Counter[int]:
    return Counter(person.id for person in people for text in person.texts if text == "Good news.")


def ledger(city: City) -> Counter[str]:
    rows = city.postgres.asked(
        "SELECT state, count(*) FROM outbox WHERE kind = 'broadcast' GROUP BY state"
    )
    return Counter(dict(rows))


def killed_in_flight(city: City, killed: str, other: str) -> None:
    """kill -9; its leases end now and not in a minute, before the other claims any of its own."""
    city.signal(other, signal.SIGSTOP)
    city.kill(killed)
    city.postgres.asked("UPDATE outbox SET lease_until = now() WHERE state = 'sending'")
    city.signal(other, signal.SIGCONT)


async def test_told_to_stop_every_process_ends_and_none_has_complained(city: City) -> None:
    """What is away while it is away is said in warnings; nothing that happened here is an error."""
    for name in city.at_work:
        city.signal(name, signal.SIGTERM)
    for name in sorted(city.at_work):
        assert await asyncio.to_thread(city.ended, name) == 0, name
    assert city.postgres.asked("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
    assert [line for line in city.log.splitlines() if '"level": "error"' in line] == []
    assert "Traceback" not in city.log
