"""What a platform still lets us send: counted for each person, in the database."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import app, outbox
from bot.allowance import room, spend
from bot.channel import Accepted, Channel, Desk, Refused, SendError, Sent, WindowClosed
from bot.config import Settings
from bot.database import Database
from bot.message import FROM_PAGE, GO_ON, Address, Capabilities, Event, Joined, Left, Message, Reply
from bot.models import Outbox
from bot.outbox import Draft, add
from knowledge.library import Library

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANNA = Address("narrow", "anna")
CAN = Capabilities(
    text_limit=60,
    reply_window=48 * 3600,
    push_budget=5,
    tap_window=60,
    tap_budget=3,
    answers_within=4.5,
)


class Narrow(Channel):
    """A platform with windows: it takes what it is sent, or raises what the test gave it."""

    name = "narrow"
    can = CAN

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sent: list[str] = []
        self.errors: list[SendError] = []
        self.knocked: list[str] = []

    async def send(self, to: Address, reply: Reply) -> Sent:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(reply.text)
        return Sent(str(len(self.sent)))

    async def knock(self, to: Address, reply: Reply) -> None:
        self.knocked.append(reply.text)
        if "loud" in reply.text:
            raise Refused("43101", "they do not want to hear it")


class World:
    """A house with the narrow channel in it, and a clock that is moved by hand."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self.now = START
        self._ids = itertools.count(1)
        self.house = app.build(settings, ("narrow",), lambda: self.now, library, {"narrow": Narrow})
        self.channel: Narrow = self.house.channels["narrow"]  # type: ignore[assignment]

    async def hear(self, event: Event) -> Accepted:
        return await self.house.inbox.accept(event)

    def types(self, text: str) -> Message:
        return Message(f"m{next(self._ids)}", ANNA, text, self.now)

    def taps(self, value: str) -> Message:
        return Message(f"m{next(self._ids)}", ANNA, value, self.now, picked=value)

    def queue(self, *texts: str, kind: str = "reply") -> None:
        drafts = [Draft(ANNA, Reply(text), kind=kind) for text in texts]  # type: ignore[arg-type]
        with self.house.database.write() as connection:
            add(connection, drafts, self.now)

    async def deliver(self) -> None:
        self.now += timedelta(seconds=5)  # what may be answered with is held back till now
        while await self.house.deliverer.deliver() + await self.house.bulk.deliver():
            pass

    async def answer(self, accepted: Accepted) -> str | None:
        reply = await self.channel.desk.counter.answer(ANNA, accepted, CAN)
        return reply and reply.text

    def states(self) -> list[str]:
        with self.house.database.read() as connection:
            return list(connection.scalars(select(Outbox.state).order_by(Outbox.id)))

    def room(self) -> int:
        with self.house.database.read() as connection:
            return room(connection, [ANNA], self.now).get(str(ANNA), 0)


@pytest.fixture
async def world(settings: Settings, library: Library) -> AsyncIterator[World]:
    made = World(settings, library)
    yield made
    await made.house.inbox.close()
    made.house.database.close()


OPENS: list[tuple[str, Callable[[World], Event], int, timedelta]] = [
    ("a message", lambda w: w.types("help"), 5, timedelta(hours=48)),
    ("a tap", lambda w: w.taps("help"), 3, timedelta(minutes=1)),
    ("a follow", lambda w: Joined("j1", ANNA, w.now), 3, timedelta(minutes=1)),
]


@pytest.mark.parametrize(("_what", "event", "messages", "lasts"), OPENS, ids=lambda v: str(v)[:9])
async def test_a_window_opens_for_so_many_messages_and_so_long(
    world: World,
    _what: str,
    event: Callable[[World], Event],
    messages: int,
    lasts: timedelta,
) -> None:
    await world.hear(event(world))
    assert world.room() == messages
    world.now += lasts
    assert world.room() == 0


async def test_what_a_page_of_ours_sends_opens_nothing(world: World) -> None:
    """The platform heard nothing, so it lets us send nothing for it."""
    await world.hear(replace(world.taps("help"), id=f"{FROM_PAGE}1"))
    assert world.room() == 0


async def test_a_tap_adds_to_what_a_message_opened(world: World) -> None:
    await world.hear(world.types("help"))
    await world.hear(world.taps("help"))
    assert world.room() == 5 + 3


async def test_what_lapses_first_is_used_first(world: World) -> None:
    await world.hear(world.types("help"))
    await world.hear(world.taps("help"))
    with world.house.database.write() as connection:
        spend(connection, str(ANNA), 4, world.now)
    world.now += timedelta(minutes=2)
    assert world.room() == 5 - 1


async def test_a_sixth_message_is_parked_until_they_write_again(world: World) -> None:
    accepted = await world.hear(world.types("?"))
    await world.answer(accepted)  # free: it counts for nothing
    world.queue(*"123456")
    await world.deliver()
    assert (world.channel.sent, world.states()[-1]) == (list("12345"), "parked")
    await world.hear(world.types("?"))
    await world.deliver()
    assert world.channel.sent[5:] == ["6", "What would you like to know? A few words are enough."]


async def test_who_never_wrote_is_not_written_to(world: World) -> None:
    world.queue("hello")
    await world.deliver()
    assert (world.channel.sent, world.states()) == ([], ["parked"])


async def test_when_the_platform_says_there_is_nothing_left_we_believe_it(world: World) -> None:
    await world.hear(world.types("help"))
    world.channel.errors = [WindowClosed("45047")]
    world.queue("news")
    await world.deliver()
    assert (world.channel.sent, world.room()) == ([], 0)


async def test_a_quota_of_the_day_is_waited_for(world: World) -> None:
    accepted = await world.hear(world.types("?"))
    await world.answer(accepted)
    world.queue("news")
    world.channel.errors = [WindowClosed("45009", until=START + timedelta(hours=4))]
    await world.deliver()
    assert (world.channel.sent, world.states()[-1]) == ([], "queued")
    world.now = START + timedelta(hours=5)
    await world.deliver()
    assert world.channel.sent == ["news"]


async def test_a_long_reply_goes_on_where_the_budget_ended(world: World) -> None:
    await world.answer(await world.hear(world.taps("?")))
    world.queue(" ".join(f"word{n:03}" for n in range(45)))
    await world.deliver()
    assert (len(world.channel.sent), world.states()[-1]) == (3, "parked")
    await world.hear(world.types("?"))
    await world.deliver()
    said = " ".join(world.channel.sent)
    assert [said.count(f"word{n:03}") for n in range(45)] == [1] * 45


# -- the counter --------------------------------------------------------------------------------


async def test_a_turns_reply_is_the_answer_and_is_not_sent_again(world: World) -> None:
    accepted = await world.hear(world.types("?"))
    said = await world.answer(accepted)
    await world.deliver()
    assert said == "What would you like to know? A few words are enough."
    assert (world.channel.sent, world.states()) == ([], ["sent"])
    assert world.room() == 5


async def test_a_repeat_of_the_event_gets_the_same_answer(world: World) -> None:
    message = world.types("?")
    first = await world.answer(await world.hear(message))
    second = await world.answer(await world.hear(message))
    assert first == second is not None
    await world.deliver()
    assert world.channel.sent == []


@pytest.mark.parametrize("parked", ["Hi!", "From yesterday."])
async def test_what_was_parked_comes_with_the_next_answer_or_after_it(
    world: World, parked: str
) -> None:
    """Before it, where both have room in one message."""
    world.queue(parked)
    await world.deliver()
    said = await world.answer(await world.hear(world.types("!")))
    asked = "What would you like to know? A few words are enough."
    assert said == (f"Hi!\n\n{asked}" if parked == "Hi!" else asked)
    await world.deliver()
    assert world.channel.sent == ([] if parked == "Hi!" else [parked])


async def test_what_is_not_answered_in_time_is_sent(world: World) -> None:
    await world.hear(world.types("?"))
    await world.deliver()
    assert world.channel.sent == ["What would you like to know? A few words are enough."]


async def test_what_was_sent_meanwhile_is_not_answered_again(world: World) -> None:
    accepted = await world.hear(world.types("?"))
    await world.deliver()
    assert await world.answer(accepted) is None


async def test_a_long_answer_begins_at_the_counter_and_goes_on_by_message(world: World) -> None:
    accepted = await world.hear(world.types("help"))
    first = await world.answer(accepted)
    await world.deliver()
    whole = accepted.deliveries[0].reply.text.split()
    said = " ".join([first or "", *world.channel.sent]).split()
    assert said[: len(whole)] == whole[: len(said)]
    assert first is not None
    assert CAN.size(first) <= CAN.text_limit


async def test_without_messages_a_long_answer_goes_on_from_event_to_event(world: World) -> None:
    """Each event gets its own part, and at a repeat the same part again."""
    world.queue(" ".join(f"word{n:03}" for n in range(30)))
    said, signs = [], []
    while await world.channel.desk.counter.waits(ANNA):
        signs.append(replace(world.types("."), picked=GO_ON))
        said.append(await world.answer(await world.hear(signs[-1])))
    assert len(said) > 2
    assert [word for part in said for word in (part or "").split()] == [
        f"word{n:03}" for n in range(30)
    ]
    assert [await world.answer(await world.hear(sign)) for sign in signs] == said
    assert (world.channel.sent, world.states()) == ([], ["sent"])


async def test_many_at_the_counter_get_their_own(world: World) -> None:
    """They share a transaction; two tries of one event in it get the same."""
    people = [Address("narrow", f"p{n}") for n in range(20)]
    events = [Message(f"x{n}", p, "?", world.now) for n, p in enumerate(people)]
    accepted = [await world.hear(event) for event in events]
    asked = [*zip(people, accepted, strict=True)] * 2
    counter = world.channel.desk.counter
    replies = await asyncio.gather(*(counter.answer(to, row, CAN) for to, row in asked))
    refs = [reply.ref for reply in replies if reply]
    assert len(refs) == 40
    assert refs[:20] == refs[20:]
    assert len(set(refs)) == 20
    assert world.states() == ["sent"] * 20


async def test_who_asks_to_go_on_may_still_pick_what_was_offered(world: World) -> None:
    await world.hear(world.types("help"))
    sign = await world.hear(replace(world.types("."), picked=GO_ON))
    assert sign.deliveries == ()
    picked = await world.hear(world.types("1"))
    assert picked.deliveries != ()
    assert "A few words are enough" not in picked.deliveries[0].reply.text


@pytest.mark.parametrize(
    ("kind", "knocked"), [("reminder", 1), ("confirmation", 1), ("reply", 0), ("broadcast", 0)]
)
async def test_what_people_wait_for_is_announced_when_the_window_is_closed(
    world: World, kind: str, knocked: int
) -> None:
    """Once, and whether or not the announcement goes through: it waits in the chat."""
    world.queue("a loud reminder", kind=kind)
    for _round in range(3):
        await world.deliver()
    assert (len(world.channel.knocked), world.states()) == (knocked, ["parked"])


async def test_a_quota_of_the_day_is_nothing_to_announce(world: World) -> None:
    await world.hear(world.types("?"))
    await world.deliver()
    world.channel.errors = [WindowClosed(until=world.now + timedelta(hours=3))]
    world.queue("a reminder", kind="reminder")
    await world.deliver()
    assert (world.channel.knocked, world.states()[-1]) == ([], "queued")


async def test_two_processes_answer_once_and_send_never(world: World, database_url: str) -> None:
    """The row decides: whoever marks it first says it; the deliverer finds nothing."""
    accepted = await world.hear(world.types("?"))
    said = await world.answer(accepted)
    other = Database(database_url)
    with other.write() as connection:
        assert outbox.claim(connection, "narrow", world.now + timedelta(minutes=1)) == ()
    assert said is not None
    other.close()


async def test_who_leaves_is_not_written_to_any_more(world: World) -> None:
    await world.hear(world.types("?"))
    await world.hear(Left("l1", ANNA, world.now))
    await world.deliver()
    assert (world.channel.sent, world.states()) == ([], ["cancelled"])
