"""Outbox to channel: what follows from each error, order per address, leases, truth in the ledger."""

import asyncio
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import OperationalError

from bot import bulk, bulk_rows, landing, lapsing, outbox
from bot.aloft import Aloft
from bot.bulk import BulkDeliverer
from bot.bulk_rows import Wanted
from bot.channel import (
    Blocked,
    Channel,
    Misconfigured,
    Moved,
    Refused,
    SendError,
    Sent,
    Throttled,
    Unreachable,
    Unsure,
    WindowClosed,
)
from bot.database import Database
from bot.delivery import FLIGHT, Deliverer
from bot.hearing import held
from bot.mailbox import DatabaseMailbox
from bot.message import Address, Capabilities, Choice, Reply
from bot.models import ChannelState, Conversation, Outbox
from bot.quiet import Assumed, Quiet
from bot.sending import TRIES, Sender, backoff
from bot.wakeups import Wakeups

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
NO_NIGHT = Assumed(ZoneInfo("UTC"), Quiet.read(""))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Platform(Channel):
    """A channel that answers with the errors it was given, then takes everything."""

    name = "platform"
    can = Capabilities(text_limit=20)

    def __init__(self, *errors: SendError) -> None:
        self.errors = list(errors)
        self.sent: list[str] = []

    async def send(self, to: Address, reply: Reply) -> Sent:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(f"{to.user} {reply.text}")
        return Sent(f"ref-{len(self.sent)}")


class Roomy(Platform):
    """A platform with room for text, and no buttons."""

    can = Capabilities(text_limit=2000)


def queue(database: Database, *texts: str, user: str = "anna", kind: outbox.Kind = "reply") -> None:
    drafts = [outbox.Draft(Address("platform", user), Reply(text), kind=kind) for text in texts]
    with database.write() as connection:
        outbox.add(connection, drafts, START)


def ledger(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(Outbox.state).order_by(Outbox.id)))


class Delivery:
    """What is said to one, and then what is said to many, as a house delivers it."""

    def __init__(self, database: Database, platform: Channel, clock: Clock) -> None:
        sender, wakeups = Sender({"platform": platform}, database, clock), Wakeups()
        self.to_one = Deliverer(database, sender, wakeups, clock)
        self.to_many = BulkDeliverer(database, sender, wakeups, clock, NO_NIGHT)

    async def deliver(self) -> int:
        return await self.to_one.deliver() + await self.to_many.deliver()

    async def land(self) -> None:
        await self.to_one.land()
        await self.to_many.land()


def deliverer(database: Database, platform: Channel, clock: Clock) -> Delivery:
    return Delivery(database, platform, clock)


async def rounds(deliverer: Delivery, clock: Clock, minutes: int = 60) -> None:
    """Let that much time pass, delivering all the while."""
    for _ in range(minutes):
        while await deliverer.deliver():
            pass
        clock.now += timedelta(minutes=1)


NEXT = [
    ("reply", Unreachable(), "sent", 1),
    ("reply", Throttled(timedelta(seconds=35)), "sent", 1),
    ("reply", WindowClosed(), "parked", 0),
    ("reply", Blocked(), "failed", 0),
    ("reply", Refused("400", "too long"), "failed", 0),
    ("reply", Misconfigured(), "sent", 1),
    ("reply", Unsure(), "sent", 1),
    ("reminder", Unsure(), "sent", 1),
    ("broadcast", Unsure(), "unsure", 0),
    ("broadcast", Unreachable(), "sent", 1),
]


@pytest.mark.parametrize(("kind", "error", "state", "sent"), NEXT)
async def test_each_error_knows_what_comes_next(
    sqlite_url: str, kind: outbox.Kind, error: SendError, state: str, sent: int
) -> None:
    database, clock, platform = Database(sqlite_url), Clock(), Platform(error)
    queue(database, "hello", kind=kind)
    await rounds(deliverer(database, platform, clock), clock)
    assert (ledger(database), len(platform.sent)) == ([state], sent)
    database.close()


async def test_a_sent_row_keeps_the_platforms_reference(database: Database) -> None:
    queue(database, "hello")
    await deliverer(database, Platform(), Clock()).deliver()
    with database.read() as connection:
        row = connection.execute(select(Outbox.state, Outbox.platform_ref)).one()
    assert tuple(row) == ("sent", "ref-1")


async def test_a_later_message_never_overtakes_one_that_is_retried(database: Database) -> None:
    clock, platform = Clock(), Platform(Unreachable(), Unreachable(), Unreachable())
    queue(database, "one", "two", "three")
    await rounds(deliverer(database, platform, clock), clock)
    assert platform.sent == ["anna one", "anna two", "anna three"]


async def test_a_throttled_address_does_not_hold_up_others(database: Database) -> None:
    clock, platform = Clock(), Platform(Throttled(timedelta(seconds=35)))
    queue(database, "slow", user="anna")
    queue(database, "quick", user="bert")
    await deliverer(database, platform, clock).deliver()
    assert platform.sent == ["bert quick"]


async def test_retries_end_after_a_while_and_say_why(database: Database) -> None:
    clock = Clock()
    platform = Platform(*(Unreachable() for _ in range(TRIES)))
    queue(database, "hello")
    await rounds(deliverer(database, platform, clock), clock, minutes=120)
    with database.read() as connection:
        row = connection.execute(select(Outbox.state, Outbox.attempts, Outbox.error)).one()
    assert tuple(row) == ("failed", TRIES, Unreachable.__doc__)


@pytest.mark.parametrize("attempt", range(1, 12))
def test_the_wait_grows_with_full_jitter_up_to_fifteen_minutes(attempt: int) -> None:
    longest = min(timedelta(minutes=15), timedelta(seconds=2**attempt))
    assert backoff(attempt, lambda: 0.0) == timedelta(0)
    assert backoff(attempt, lambda: 1.0) == longest


async def test_a_misconfigured_channel_pauses_and_its_rows_stay(database: Database) -> None:
    clock, platform = Clock(), Platform(Misconfigured())
    queue(database, "one", user="anna")
    works = deliverer(database, platform, clock)
    await works.deliver()
    queue(database, "two", user="bert")
    assert await works.deliver() == 0
    clock.now += timedelta(minutes=2)
    await rounds(works, clock, minutes=2)
    assert sorted(platform.sent) == ["anna one", "bert two"]


async def test_a_channel_the_team_stops_while_it_is_set_up_wrongly_loses_nothing(
    database: Database,
) -> None:
    """What is in the air then hears of a wrong token, and a stop of the team has no end of its own."""
    clock = Clock()

    class Stopped(Platform):
        async def send(self, to: Address, reply: Reply) -> Sent:
            row = {"channel": held("platform"), "since": START, "reason": "", "failures": 0}
            with database.write() as connection:
                connection.execute(insert(ChannelState).values(row | {"paused_until": START}))
            works.to_one._sender.pauses.look()
            raise Misconfigured

    queue(database, "one")
    works = deliverer(database, Stopped(), clock)
    await works.deliver()
    assert ledger(database) == ["queued"]


async def test_a_row_whose_time_is_over_is_not_sent(database: Database) -> None:
    clock, platform = Clock(), Platform()
    draft = outbox.Draft(
        Address("platform", "anna"), Reply("late"), expires_at=START + timedelta(minutes=1)
    )
    with database.write() as connection:
        outbox.add(connection, [draft], START)
    clock.now += timedelta(minutes=5)
    lapsing.expire(database, clock.now)
    await deliverer(database, platform, clock).deliver()
    assert (ledger(database), platform.sent) == (["expired"], [])


async def test_two_processes_never_send_the_same_row(database_url: str) -> None:
    """Claims of two deliverers on 200 addresses: every row is sent once."""
    first, second = Database(database_url), Database(database_url)
    for n in range(200):
        queue(first, "hello", user=f"p{n}")
    platform, clock = Platform(), Clock()
    both = [deliverer(first, platform, clock), deliverer(second, platform, clock)]
    while any(await asyncio.gather(*(d.deliver() for d in both))):
        pass
    assert Counter(platform.sent) == {f"p{n} hello": 1 for n in range(200)}
    first.close()
    second.close()


async def test_without_the_mark_two_processes_would_send_twice(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin: heads that are only read, not marked, are sent by both."""
    first, second = Database(database_url), Database(database_url)
    for n in range(20):
        queue(first, "hello", user=f"p{n}")
    monkeypatch.setattr(outbox, "claim", _read_without_marking)
    platform, clock = Platform(), Clock()
    both = [deliverer(first, platform, clock), deliverer(second, platform, clock)]
    await asyncio.gather(*(d.deliver() for d in both))
    assert len(platform.sent) > 20
    first.close()
    second.close()


def _read_without_marking(
    connection: Connection, channel: str, now: datetime, most: int, _reminders: int
) -> tuple[outbox.Claimed, ...]:
    asked = {"at": channel, "now": now, "most": most}
    heads = connection.execute(outbox._ANSWERS.with_for_update(read=True), asked)
    return tuple(outbox.Claimed(outbox.delivery_of(row), row.kind, 1) for row in heads)


async def test_a_reply_is_fitted_to_its_channel_and_the_change_is_written_down(
    database: Database,
) -> None:
    platform = Roomy()
    choices = (Choice("a", "Yes"), Choice("b", "No"))
    with database.write() as connection:
        draft = outbox.Draft(Address("platform", "anna"), Reply("Shall we?", choices))
        outbox.add(connection, [draft], START)
    await deliverer(database, platform, Clock()).deliver()
    assert platform.sent == ["anna Shall we?\n\n1. Yes\n2. No"]
    with database.read() as connection:
        assert connection.scalar(select(Outbox.rewritten)) == "choices:numbered"


async def test_what_is_fetched_counts_as_sent_and_not_before(database: Database) -> None:
    """The mailbox of a page: delivered means that the device told us it has it."""
    queue(database, "one", "two")
    mailbox = DatabaseMailbox(database, Clock())
    address = Address("platform", "anna")
    waiting = await mailbox.since(address, 0)
    assert [d.reply.text for d in waiting] == ["one", "two"]
    assert ledger(database) == ["queued", "queued"]
    await mailbox.fetched(address, waiting[0].id)
    assert ledger(database) == ["sent", "queued"]
    assert [d.reply.text for d in await mailbox.since(address, waiting[0].id)] == ["two"]


async def test_who_blocked_us_gets_nothing_more(database: Database) -> None:
    clock, platform = Clock(), Platform(Blocked())
    queue(database, "one", "two", "three")
    await rounds(deliverer(database, platform, clock), clock, minutes=2)
    assert platform.sent == []
    assert ledger(database) == ["failed", "cancelled", "cancelled"]


@pytest.mark.parametrize("error", [Misconfigured(), Throttled(timedelta(seconds=30))])
async def test_a_channel_that_pauses_uses_up_nobodys_tries(
    sqlite_url: str, error: SendError
) -> None:
    database, clock = Database(sqlite_url), Clock()
    platform = Platform(*([error] * (TRIES + 2)), Unreachable())
    queue(database, "hello")
    await rounds(deliverer(database, platform, clock), clock, minutes=180)
    assert (ledger(database), platform.sent) == (["sent"], ["anna hello"])
    database.close()


async def test_what_was_claimed_is_sent_although_a_pause_cannot_be_written_down(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its news are kept for the next time; the rows are ours already, and must fly."""
    queue(database, "hello")
    platform, clock = Platform(), Clock()
    ours = deliverer(database, platform, clock)
    pauses = ours.to_one._sender.pauses
    pauses._news["other"] = None
    with monkeypatch.context() as away:
        away.setattr(pauses, "_write", _fails)
        await ours.deliver()
    assert (platform.sent, pauses._news) == (["anna hello"], {"other": None, "platform": None})
    await ours.deliver()


def _fails(_news: object) -> None:
    raise OperationalError("", {}, Exception())


async def test_a_broadcast_waits_a_moment_while_the_database_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all of it landed it tried thousands of times a second, and logged each."""
    tries = []

    def away(_connection: Connection, landed: object, _now: datetime) -> None:
        if landed:
            tries.append(1)
            raise OperationalError("", {}, Exception())

    queue(database, "hello", kind="broadcast")
    platform = Platform()
    monkeypatch.setattr(landing, "settle", away)
    monkeypatch.setattr(bulk, "LOOK", 60)  # no second try while this test looks, however slow it is
    working = asyncio.create_task(deliverer(database, platform, Clock()).to_many.run())
    async with asyncio.timeout(10):
        while not tries:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    working.cancel()
    await asyncio.wait([working], timeout=10)
    assert (platform.sent, len(tries)) == (["anna hello"], 1)


async def test_who_is_told_to_stop_while_the_database_goes_away_stops() -> None:
    """The error of the transaction under way took the place of the order to stop."""
    begun, goes_on = threading.Event(), threading.Event()

    def turn(_landed: object) -> list[outbox.Claimed]:
        begun.set()
        goes_on.wait(10)
        raise OperationalError("", {}, Exception())

    async def send(_row: outbox.Claimed) -> outbox.Settlement:
        raise AssertionError("nothing was claimed")

    working = asyncio.create_task(Aloft(send).turn(turn))
    await asyncio.to_thread(begun.wait, 10)
    working.cancel()
    goes_on.set()
    await asyncio.wait([working], timeout=10)
    assert working.cancelled()


async def test_a_sender_whose_lease_lapsed_cannot_rewrite_the_ledger(database: Database) -> None:
    """The late settlement of A is ignored; that of B, who holds the row now, counts."""
    queue(database, "hello")
    with database.write() as connection:
        (late,) = outbox.claim(connection, "platform", START)
    later = START + timedelta(minutes=2)
    lapsing.release_lapsed(database, later)
    with database.write() as connection:
        (now_ours,) = outbox.claim(connection, "platform", later)
        landing.settle(connection, [outbox.Settlement(late, "failed")], later)
        landing.settle(connection, [outbox.Settlement(now_ours, "sent")], later)
    assert ledger(database) == ["sent"]


async def test_what_is_said_to_one_does_not_wait_for_what_is_said_to_many(
    database: Database,
) -> None:
    for n in range(100):
        queue(database, "news", user=f"p{n}", kind="broadcast")
    queue(database, "news", "hello", user="anna", kind="broadcast")
    queue(database, "your answer", user="anna")
    platform = Platform()
    await deliverer(database, platform, Clock()).deliver()
    assert platform.sent[0] == "anna your answer"
    assert len(platform.sent) == 103


async def test_a_retry_goes_on_with_the_part_that_failed(database: Database) -> None:
    clock = Clock()
    platform = Platform()
    queue(database, "one two three four five six seven eight nine ten")

    async def stumble(to: Address, reply: Reply) -> Sent:
        if len(platform.sent) == 1 and not stumbled:
            stumbled.append(reply.text)
            raise Unreachable
        return await Platform.send(platform, to, reply)

    stumbled: list[str] = []
    platform.send = stumble  # type: ignore[method-assign]
    await rounds(deliverer(database, platform, clock), clock, minutes=5)
    said = " ".join(line.removeprefix("anna ") for line in platform.sent)
    assert said == "one two three four five six seven eight nine ten"


async def test_what_may_be_a_repeat_says_so_in_the_persons_language(database: Database) -> None:
    clock, platform = Clock(), Roomy(Unsure())
    with database.write() as connection:
        talk = {"address": "platform:anna", "person_id": "anna", "language": "de", "state": {}}
        connection.execute(insert(Conversation).values(**talk, heard_at=START))
    queue(database, "Hallo!")
    await rounds(deliverer(database, platform, clock), clock, minutes=5)
    (said,) = platform.sent
    assert said.startswith("anna Hallo!\n\n(Nachricht Nr. 1:")


async def test_a_chat_that_moved_is_followed(database: Database) -> None:
    clock = Clock()
    new = Address("platform", "-100")
    platform = Platform(Moved(new))
    queue(database, "one", "two", user="-7")
    await rounds(deliverer(database, platform, clock), clock, minutes=2)
    assert platform.sent == ["-100 one", "-100 two"]


async def test_three_slowed_addresses_slow_the_channel(database: Database) -> None:
    clock = Clock()
    platform = Platform(*(Throttled(timedelta(seconds=30)) for _ in range(3)))
    for user in "abcd":
        queue(database, "hello", user=user)
    works = deliverer(database, platform, clock)
    await works.deliver()
    queue(database, "hello", user="e")
    assert await works.deliver() == 0
    clock.now += timedelta(seconds=31)
    await works.deliver()
    assert sorted(platform.sent) == [f"{user} hello" for user in "abcde"]


async def test_a_wrong_set_up_is_tried_ever_more_seldom_and_staff_see_why(
    database: Database,
) -> None:
    clock, tries = Clock(), []

    class Wrong(Platform):
        async def send(self, to: Address, reply: Reply) -> Sent:
            tries.append(clock.now - START)
            raise Misconfigured("401")

    queue(database, "hello")
    works = deliverer(database, Wrong(), clock)
    await rounds(works, clock, minutes=40)
    assert [int(at.total_seconds() // 60) for at in tries] == [0, 1, 6, 21, 36]
    with database.read() as connection:
        state = connection.execute(select(ChannelState.reason, ChannelState.failures)).one()
    assert tuple(state) == ("401", 5)


async def test_a_channel_that_works_again_is_no_longer_shown_as_broken(database: Database) -> None:
    clock = Clock()
    queue(database, "hello")
    await rounds(deliverer(database, Platform(Misconfigured()), clock), clock, minutes=3)
    with database.read() as connection:
        assert connection.execute(select(ChannelState)).all() == []


class Silent(Platform):
    """A platform that never answers."""

    name = "silent"

    async def send(self, to: Address, reply: Reply) -> Sent:
        await asyncio.Event().wait()
        return Sent()


async def test_a_channel_that_hangs_holds_up_no_other(sqlite_url: str) -> None:
    database, platform = Database(sqlite_url), Platform()
    channels = {"platform": platform, "silent": Silent()}
    drafts = [outbox.Draft(Address("silent", str(n)), Reply("?")) for n in range(100)]
    with database.write() as connection:
        outbox.add(connection, drafts, START)
    queue(database, "hello")
    sender, clock = Sender(channels, database, Clock()), Clock()
    working = asyncio.create_task(Deliverer(database, sender, Wakeups(), clock).run())
    for _ in range(100):
        await asyncio.sleep(0.05)
        if platform.sent:
            break
    working.cancel()
    assert platform.sent == ["anna hello"]
    await asyncio.wait([working])
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    database.close()


class Keyed(Roomy):
    """A platform that shows a message once, however often it comes with the same key."""

    keyed = timedelta(hours=3)

    def __init__(self, *errors: SendError) -> None:
        super().__init__(*errors)
        self.keys: list[str] = []

    async def send(self, to: Address, reply: Reply) -> Sent:
        self.keys.append(reply.key)
        return await super().send(to, reply)


async def test_a_message_has_the_same_key_at_every_try_and_no_other_has_it(
    database: Database,
) -> None:
    platform, clock = Keyed(Unreachable(), Unreachable()), Clock()
    queue(database, "x" * 4500, "y", "y")
    await rounds(deliverer(database, platform, clock), clock)
    first, again, once_more, *rest = platform.keys
    assert first == again == once_more
    assert len(set(platform.keys)) == len(platform.sent) == len(rest) + 1


@pytest.mark.parametrize("kind", ["reply", "reminder", "broadcast"])
async def test_where_a_repeat_is_recognised_it_is_sent_without_a_word(
    sqlite_url: str, kind: outbox.Kind
) -> None:
    database, clock, platform = Database(sqlite_url), Clock(), Keyed(Unsure())
    queue(database, "hello", kind=kind)
    await rounds(deliverer(database, platform, clock), clock)
    assert (ledger(database), platform.sent) == (["sent"], ["anna hello"])
    database.close()


async def test_a_broadcast_that_never_gets_a_clear_answer_is_unsure(sqlite_url: str) -> None:
    database, clock, platform = Database(sqlite_url), Clock(), Keyed(*[Unsure()] * TRIES)
    queue(database, "hello", kind="broadcast")
    await rounds(deliverer(database, platform, clock), clock)
    assert ledger(database) == ["unsure"]
    database.close()


@pytest.mark.parametrize(
    ("kind", "hours", "states"),
    [
        ("broadcast", 2, ["queued"]),
        ("broadcast", 4, ["unsure"]),
        ("reply", 4, ["queued"]),
    ],
)
def test_what_a_crash_left_is_sent_again_while_it_is_recognised(
    database: Database, kind: outbox.Kind, hours: int, states: list[str]
) -> None:
    queue(database, "hello", kind=kind)
    with database.write() as connection:
        bulk_rows.turn(connection, (), Wanted("platform", 1, START, NO_NIGHT, False), _no_text)
        outbox.claim(connection, "platform", START)
    later = START + timedelta(hours=hours)
    lapsing.release_lapsed(database, later, {"platform": Keyed.keyed, "other": timedelta(0)})
    assert ledger(database) == states


def test_what_lapses_says_why(database: Database) -> None:
    """In words that the team reads in its own language; a reason that is known stays."""
    waiting = [("queued", None), ("parked", None), ("parked", "window"), ("sending", "timeout")]
    over = {"lease_until": START, "expires_at": START}
    for n, (state, error) in enumerate(waiting):
        queue(database, "hello", kind="broadcast", user=f"p{n}")
        row = update(Outbox).where(Outbox.address == f"platform:p{n}")
        with database.write() as connection:
            connection.execute(row.values(over | {"state": state, "error": error}))
    lapsing.release_lapsed(database, START + timedelta(seconds=1))
    lapsing.expire(database, START + timedelta(seconds=1))
    with database.read() as connection:
        why = connection.execute(select(Outbox.state, Outbox.error).order_by(Outbox.id)).all()
    late = [("expired", reason) for reason in (lapsing.NOT_SENT, lapsing.NOT_SEEN, "window")]
    assert why == [*late, ("unsure", lapsing.CUT_OFF)]


def _no_text(_connection: Connection, broadcast: int, language: str) -> Reply:
    raise AssertionError(f"nothing is of broadcast {broadcast} in {language}")


async def test_what_lands_together_makes_room_at_once_for_what_waits(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quick platform took one flight a look, as the last ring had been heard before it landed."""
    monkeypatch.setattr("bot.delivery.LOOK", 3600.0)
    database, platform = Database(sqlite_url), Platform()
    for n in range(3 * FLIGHT):
        queue(database, "hello", user=f"p{n}")
    working = asyncio.create_task(deliverer(database, platform, Clock()).to_one.run())
    async with asyncio.timeout(10):
        while len(platform.sent) < 3 * FLIGHT:
            await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    database.close()
