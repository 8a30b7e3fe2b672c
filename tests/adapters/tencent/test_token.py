"""One refresher an account, over all processes; never a storm of requests."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from adapters.tencent.token import Tokens
from bot import tokens as shelf_module
from bot.channel import Misconfigured, SendError, Throttled, Unreachable
from bot.database import Database
from bot.models import Base
from bot.tokens import TokenShelf, renewed
from tests.adapters.tencent.conftest import Clock, Platform

Process = Callable[..., Tokens]


async def test_a_token_is_asked_for_once_and_held(process: Process, platform: Platform) -> None:
    tokens = process()
    assert [await tokens.get() for _ in range(3)] == ["token-1"] * 3
    assert platform.asked == [False]


async def test_a_restart_asks_nobody(process: Process, platform: Platform) -> None:
    await process().get()
    assert await process().get() == "token-1"
    assert platform.asked == [False]


async def test_eight_cold_processes_ask_once(process: Process, platform: Platform) -> None:
    """wechatpy asked 104 times, and made 99 calls with worthless tokens."""
    platform.before = lambda: asyncio.sleep(0.05)
    got = await asyncio.gather(*(process().get() for _ in range(8)))
    assert (set(got), platform.asked) == ({"token-1"}, [False])


async def test_without_the_lease_they_would_all_ask(
    process: Process, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin."""

    async def lease(_shelf: TokenShelf, _account: str, version: int) -> int:
        return version + 1

    monkeypatch.setattr(TokenShelf, "lease", lease)
    platform.before = lambda: asyncio.sleep(0.05)
    with suppress(Unreachable, TimeoutError):
        async with asyncio.timeout(0.5):
            await asyncio.gather(*(process().get() for _ in range(8)))
    assert len(platform.asked) >= 8


async def test_a_token_is_renewed_while_the_old_one_still_holds(
    process: Process, platform: Platform, clock: Clock
) -> None:
    tokens = process()
    await tokens.get()
    clock.advance(minutes=115)
    assert await tokens.get() == "token-1"
    clock.advance(minutes=1, seconds=1)
    assert await tokens.get() == "token-2"
    assert platform.asked == [False, False]


async def test_a_burst_with_a_dead_token_brings_one_new_one(
    process: Process, platform: Platform
) -> None:
    """B16: 200 sends, all refused, and one refresh."""
    tokens = process()
    dead = await tokens.get()
    platform.kill()
    got = await asyncio.gather(*(tokens.another(dead) for _ in range(200)))
    assert (set(got), platform.asked) == ({"token-2"}, [False, False])


async def test_another_process_learns_of_a_new_token_from_the_shelf(
    process: Process, platform: Platform
) -> None:
    one, other = process(), process()
    dead = await one.get()
    assert await other.get() == dead
    platform.kill()
    assert await one.another(dead) == "token-2"
    assert await other.another(dead) == "token-2"
    assert platform.asked == [False, False]


async def test_only_a_platform_that_repeats_itself_is_forced(
    process: Process, platform: Platform
) -> None:
    tokens = process()
    dead = await tokens.get()
    assert await tokens.another(dead) == "token-2"
    assert platform.asked == [False, False, True]


async def test_a_platform_that_refuses_every_token_is_not_asked_for_ever(
    process: Process, platform: Platform, clock: Clock
) -> None:
    """At most 20 forced refreshes a day, 30 seconds apart, however often we are refused."""
    tokens = process()
    refused, forced = await tokens.get(), []
    for wait in [30] * 120 + [600] * 138:
        clock.advance(seconds=wait)
        before = platform.asked.count(True)
        with suppress(Misconfigured, Throttled):
            refused = await tokens.another(refused)
        if platform.asked.count(True) > before:
            forced.append(clock())
    gaps = [later - sooner for sooner, later in pairwise(forced)]
    assert 2 <= len(forced) <= 20
    assert min(gaps) >= timedelta(seconds=30)


async def test_a_platform_that_repeats_a_dead_token_is_given_some_minutes(
    process: Process, platform: Platform, clock: Clock
) -> None:
    """Waited for, ever longer; only then it is for staff. WeCom cannot be forced at all."""
    platform.can_be_forced = False
    begun, tokens, told = clock(), process(), list[str]()
    dead = await tokens.get()
    for _second in range(300):
        try:
            await tokens.another(dead)
        except (Misconfigured, Throttled) as error:
            told += [type(error).__name__] if told[-1:] != [type(error).__name__] else []
            if isinstance(error, Misconfigured):
                break
        clock.advance(seconds=1)
    assert told == ["Throttled", "Misconfigured"]
    assert timedelta(seconds=200) < clock() - begun < timedelta(seconds=220)
    platform.kill()
    clock.advance(minutes=5)
    assert await tokens.another(dead) != dead


async def test_a_wrong_secret_is_shown_three_times_in_ten_minutes(
    process: Process, platform: Platform, clock: Clock
) -> None:
    """B17: wechatpy made 493 calls; four processes make three."""
    platform.errors = [Misconfigured("40125 invalid appsecret") for _ in range(100)]
    processes = [process() for _ in range(4)]
    for _time in range(60):
        for tokens in processes:
            with pytest.raises(Misconfigured, match="40125"):
                await tokens.get()
        clock.advance(seconds=10)
    assert len(platform.asked) <= 3


async def test_a_new_secret_is_tried_at_once(process: Process, platform: Platform) -> None:
    platform.errors = [Misconfigured("40125 invalid appsecret")]
    with pytest.raises(Misconfigured):
        await process("wr0ng").get()
    assert await process("right").get() == "token-1"


@pytest.mark.parametrize(
    ("error", "again_after"),
    [
        (Unreachable("away"), timedelta(seconds=1)),
        (Throttled(timedelta(seconds=90), "45011"), timedelta(seconds=90)),
        (Misconfigured("40164 invalid ip"), timedelta(minutes=5)),
    ],
)
async def test_a_failure_is_told_to_all_until_its_time_is_over(
    process: Process, platform: Platform, clock: Clock, error: SendError, again_after: timedelta
) -> None:
    platform.errors = [error]
    for tokens in (process(), process()):
        with pytest.raises(type(error)) as told:
            await tokens.get()
        assert str(told.value) == str(error)
    clock.at += again_after
    assert await process().get() == "token-1"
    assert len(platform.asked) == 2


async def test_an_old_token_serves_while_the_platform_is_away(
    process: Process, platform: Platform, clock: Clock
) -> None:
    tokens = process()
    await tokens.get()
    clock.advance(minutes=117)
    platform.errors = [Unreachable()]
    with pytest.raises(Unreachable):
        await tokens.get()  # who tried hears of it; the others go on
    assert await tokens.get() == "token-1"


async def test_an_answer_that_comes_too_late_does_not_overwrite_a_newer_token(
    process: Process, platform: Platform, clock: Clock
) -> None:
    """B18: the lease has passed on; the slow one takes what the quick one wrote."""
    slow, quick = process(), process()
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        if not waiting.is_set():
            waiting.set()
            await go_on.wait()

    platform.before = hold
    asking = asyncio.create_task(slow.get())
    await waiting.wait()
    clock.at += shelf_module.LEASE
    platform.kill()
    newest = await quick.get()
    go_on.set()
    assert await asking == newest == await process().get()


async def test_an_old_version_writes_nothing(database: Database, clock: Clock) -> None:
    shelf = TokenShelf(database, clock)
    version, kept = await shelf.look("a")
    first = await shelf.lease("a", version)
    assert first is not None
    assert await shelf.lease("a", first) is None  # leased
    clock.at += shelf_module.LEASE
    second = await shelf.lease("a", first)
    assert second is not None
    fresh = renewed(kept, "late", clock.at, clock.at)
    assert await shelf.settle("a", first, fresh) is False
    assert (await shelf.look("a"))[1] == kept


async def test_what_lies_on_the_shelf_opens_nothing(process: Process, database: Database) -> None:
    """I10: a dump of the database holds no secret, and who has another secret reads nothing."""
    await process().get()
    with database.read() as connection:
        rows = connection.execute(select(Base.metadata.tables["platform_token"])).all()
    written = repr(rows)
    assert "token-1" not in written
    assert "s3cret" not in written


async def test_a_token_of_a_few_seconds_is_not_asked_for_at_every_call(
    process: Process, platform: Platform, clock: Clock
) -> None:
    platform.lasts = timedelta(seconds=60)
    tokens = process()
    for _second in range(29):
        await tokens.get()
        clock.advance(seconds=1)
    assert len(platform.asked) == 1
