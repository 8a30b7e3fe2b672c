"""Five seconds, three tries: one reply, the same at every try, and never "out of order"."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text, update

from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import translate
from bot.models import Base
from tests.adapters.wechat.conftest import PATIENCE, Open, World
from tests.fakes.wechat.phone import TROUBLE
from tests.postgres import POSTGRES

pytestmark = pytest.mark.usefixtures("hurried")

QUESTION = "What did Zurich do with the tram depot at Kalkbreite?"
LOOKING = "I am still looking. Send me a full stop in a moment, and I will show you the answer."
LOOKING_IN = {
    "de": translate("de", LOOKING),
    "zh": translate("zh", LOOKING),
}
AGAIN = "I cannot take anything in at the moment. Please send it again in a few minutes."
_INBOX = Base.metadata.tables["inbox"]


@contextmanager
def held_up(url: str, seconds: float) -> Iterator[None]:
    """Another program writes for so long: nobody else gets to store anything."""
    database, holding = Database(url), threading.Event()

    def hold() -> None:
        with database.write() as connection:
            if not database.is_sqlite:
                connection.execute(text("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
            else:
                connection.execute(update(_INBOX).values(attempts=_INBOX.c.attempts))
            holding.set()
            time.sleep(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(10)
    try:
        yield
    finally:
        thread.join()
        database.close()


@pytest.mark.parametrize("tries", [2, 3])
async def test_a_slow_database_costs_a_try_and_no_more(
    world: World, database_url: str, tries: int
) -> None:
    """B05: the reply comes with the second or third try, once."""
    phone = world.phone()
    await phone.says("help")
    with held_up(database_url, PATIENCE * (tries - 0.7)):
        (answer,) = await phone.says(QUESTION)
    assert "Kalkbreite" in answer
    assert world.platform.pushes[-1].answers == ("cut",) * (tries - 1) + ("200",)
    await world.deliver()
    assert world.platform.api.sent == []
    assert world.rows("inbox", "state") == ["done"] * 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_when_even_the_last_try_is_too_early_something_is_said(
    world: World, database_url: str
) -> None:
    """And the answer itself is a customer message, as soon as there is one."""
    phone = world.phone()
    await phone.says("help")
    with held_up(database_url, PATIENCE * 3.2):
        assert await phone.says(QUESTION) == [LOOKING]
    await settled(world)
    await world.deliver()
    assert len(phone.shown) == 3
    assert "Kalkbreite" in phone.shown[-1]
    assert len(world.platform.api.sent) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("Hilfe", [LOOKING_IN["de"]]),
        ("帮助", [LOOKING_IN["zh"]]),
        ("", [f"{LOOKING_IN['zh']}\n{LOOKING}"]),  # nobody has looked yet which one they speak
    ],
    ids=["de", "zh", "a-stranger"],
)
async def test_the_placeholder_is_in_the_language_of_the_talk(
    open_world: Open, database_url: str, first: str, told: list[str]
) -> None:
    async with open_world(wechat_language="zh") as world:
        phone = world.phone()
        if first:
            await phone.says(first)
        with held_up(database_url, PATIENCE * 3.2):
            assert await phone.says("Zurich?") == told


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_without_customer_messages_a_sign_brings_the_answer(
    open_world: Open, database_url: str
) -> None:
    """B27: the placeholder is kept: what it promises is in the database."""
    async with open_world(wechat_service="no") as world:
        phone = world.phone()
        await phone.says("help")
        with held_up(database_url, PATIENCE * 3.2):
            assert await phone.says(QUESTION) == [LOOKING]
        await settled(world)
        await world.deliver()
        assert world.rows("outbox", "state")[-1] == "parked"
    async with open_world(wechat_service="no") as world:  # and it survives a restart
        (answer,) = await world.phone().says("。")
        assert "Kalkbreite" in answer
        assert world.platform.api.calls == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_sign_while_the_answer_is_in_work_brings_it_and_nothing_else(
    open_world: Open, database_url: str
) -> None:
    """The question is at the door still, and in no table."""
    async with open_world(wechat_service="no") as world:
        phone = world.phone()
        await phone.says("help")
        with held_up(database_url, PATIENCE * 3.6):
            assert await phone.says(QUESTION) == [LOOKING]
            (answer,) = await phone.says("。")
        assert "Kalkbreite" in answer
        assert "What would you like to know" not in answer
        assert world.rows("outbox", "state") == ["sent"] * 2
        (asked,) = await phone.says("。")
        assert asked.startswith("You have everything I had to say.")


async def test_a_sign_while_a_turn_waits_to_be_tried_again_brings_its_answer(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is in the inbox, and nothing of its answer anywhere."""
    async with open_world(wechat_service="no") as world:
        phone = world.phone()
        await phone.says("help")
        stumbling(world, monkeypatch, times=1)
        assert await phone.says(QUESTION) == [LOOKING]
        (answer,) = await phone.says(".")
        assert "Kalkbreite" in answer
        assert "What would you like to know" not in answer


async def settled(world: World) -> None:
    """What was at the door when the database came back is inside."""
    async with asyncio.timeout(10):
        while world.rows("inbox", "state") != ["done"] * 2:
            await asyncio.sleep(0.05)


@contextmanager
def away(url: str) -> Iterator[None]:
    """The database lets nobody in, and throws out who is."""
    name = url.rpartition("/")[2]
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        try:
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_without_a_database_the_person_hears_that_nothing_was_kept(
    world: World, database_url: str
) -> None:
    """A09: never an 'ok' for what is not stored; never the platform's own error either."""
    phone = world.phone()
    with away(database_url):
        assert await phone.says(QUESTION) == [AGAIN]
    assert world.platform.pushes[-1].answers == ("cut", "cut", "200")
    (answer,) = await phone.says(QUESTION)
    assert "Kalkbreite" in answer


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_house_that_is_closing_takes_nothing_in_and_says_so(world: World) -> None:
    """Whatever raises behind the door, the platform never hears a 500."""
    await world.house.inbox.close()
    phone = world.phone()
    assert await phone.says(QUESTION) == [AGAIN]
    assert world.platform.pushes[-1].answers == ("cut", "cut", "200")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_database_that_is_back_in_time_is_not_noticed(
    world: World, database_url: str
) -> None:
    phone = world.phone()
    with away(database_url):
        saying = asyncio.create_task(phone.says(QUESTION))
        await asyncio.sleep(0.3)
    (answer,) = await saying
    assert "Kalkbreite" in answer
    assert TROUBLE not in phone.shown


async def test_a_turn_that_raises_is_tried_again_while_the_platform_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored, but without a reply yet: with customer messages it follows by itself."""
    phone = world.phone()
    await phone.says("help")
    stumbling(world, monkeypatch, times=1)
    assert await phone.says(QUESTION) == []
    assert world.platform.pushes[-1].answers[-1] == "200"  # "success": it is kept
    await swept(world)
    await world.deliver()
    assert "Kalkbreite" in phone.shown[-1]
    assert len(world.platform.api.sent) == 1


async def test_a_turn_that_raises_is_waited_for_where_the_answer_is_all_there_is(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep runs in between, as it does in the house at work."""
    async with open_world(wechat_service="no") as world:
        phone = world.phone()
        await phone.says("help")
        stumbling(world, monkeypatch, times=1)
        saying = asyncio.create_task(phone.says(QUESTION))
        async with asyncio.timeout(PATIENCE):
            while world.rows("inbox", "attempts") != [0, 1]:
                await asyncio.sleep(0.02)
        await swept(world)
        (answer,) = await saying
        assert "Kalkbreite" in answer


def stumbling(world: World, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """A brain that raises so often."""
    brain, left = world.house.inbox._turns._brain, [times]
    take_turn = brain.take_turn

    def stumble(talk: object, event: object, transaction: Transaction) -> object:
        if left[0]:
            left[0] -= 1
            raise RuntimeError("stumbled")
        return take_turn(talk, event, transaction)  # type: ignore[arg-type]

    monkeypatch.setattr(brain, "take_turn", stumble)


async def swept(world: World) -> None:
    world.platform.clock.advance(seconds=2)
    assert await world.house.inbox.sweep()


async def test_the_reply_of_one_event_is_not_given_for_another(open_world: Open) -> None:
    async with open_world(wechat_service="no") as world:
        phone = world.phone()
        first = await phone.says("help")
        second = await phone.says("language")
        assert first != second
        # The platform did not hear us the first time: that very push comes again.
        assert await phone.push(world.platform.pushes[0].body) is not None
        assert phone.shown[-1] == first[0]


async def test_too_much_at_once_is_said_once(open_world: Open) -> None:
    """K01: one notice, then quiet; never an error of the platform."""
    async with open_world(flood_messages=5) as world:
        phone = world.phone()
        for number in range(12):
            await phone.says(f"help {number}")
        notices = [line for line in phone.shown if line.startswith("That was a lot")]
        assert len(notices) == 1
        assert TROUBLE not in phone.shown


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seconds", [-290, 290])
async def test_a_clock_that_is_wrong_does_not_end_the_tries_early(
    open_world: Open, database_url: str, seconds: int
) -> None:
    """Which try it is, the platform's own clock says."""
    async with open_world(ahead=timedelta(seconds=seconds)) as world:
        phone = world.phone()
        await phone.says("help")
        with held_up(database_url, PATIENCE * 1.3):
            (answer,) = await phone.says(QUESTION)
        assert "Kalkbreite" in answer
