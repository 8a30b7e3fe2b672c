"""Calls to webhooks over real HTTP: signed, tried again, not to neighbours, switched off in time."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text

from bot.config import Settings
from bot.database import Database
from bot.dialog import Invalid, Transaction
from bot.postman import Postman
from bot.services.announcing import POLL, announce
from bot.services.audit import verify
from bot.services.retention import shred
from bot.services.today import Overlook
from bot.services.webhook_calls import Claimed, Outcome, WebhookCalls, claim, settle
from bot.services.webhooks import Webhook, Webhooks

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@dataclass
class Received:
    """One request as it came."""

    headers: Any
    body: bytes


@dataclass
class Receiver:
    """Another system: answers what it is told to, the last answer for ever."""

    url: str = ""
    answers: list[Callable[[], web.Response] | None] = field(default_factory=list)
    heard: list[Received] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(Received(request.headers, await request.read()))
        answer = self.answers.pop(0) if self.answers else web.Response
        if answer is None:
            assert request.transport
            request.transport.close()
            return web.Response()
        return answer()


@dataclass
class Post:
    """A house with a webhook, its clock, and the other system."""

    database: Database
    settings: Settings
    receiver: Receiver
    clock: list[datetime]
    webhook: Webhook
    secret: str

    def does(self, what: Callable[[Transaction], Any]) -> Any:
        with self.database.write() as connection:
            return what(Transaction(connection, self.clock[0]))

    def changes(self, what: Callable[[Webhooks], Any]) -> Any:
        return self.does(lambda t: what(Webhooks(t, self.settings, "staff:anna")))

    def happens(self, name: str = "lanes") -> None:
        self.does(lambda t: announce(t, POLL, {"poll": name}))

    def calls(self) -> list[tuple[Any, ...]]:
        said = "SELECT state, attempts, status, error FROM webhook_call ORDER BY id"
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(text(said))]

    def now(self) -> datetime:
        return self.clock[0]

    async def until(self, is_so: Callable[[], bool], **more: Any) -> None:
        """Let the postman work until something is so."""
        postman = Postman(self.database, more.get("settings", self.settings), self.now, every=0.01)
        work = asyncio.create_task(postman.run())
        try:
            async with asyncio.timeout(20):
                while not is_so():
                    assert not work.done()
                    await asyncio.sleep(0.01)
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def tried(self, times: int = 1) -> None:
        """Until every call was tried so often."""
        await self.until(lambda: all(c[1] >= times and c[0] != "sending" for c in self.calls()))


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_route("*", "/{anything:.*}", receiver.hear)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def post(database: Database, tmp_path: Path) -> AsyncIterator[Post]:
    settings = Settings(data_dir=tmp_path, secret="for tests only", webhooks_inside="yes")
    async with receiving() as receiver:
        with database.write() as connection:
            webhooks = Webhooks(Transaction(connection, NOW), settings, "staff:anna")
            webhook, secret = webhooks.add(receiver.url, ["poll.closed", "gap.closed"])
        yield Post(database, settings, receiver, [NOW], webhook, secret)


def is_signed(heard: Received, secret: str) -> bool:
    """As a receiver checks it, by the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode()
    mac = base64.b64encode(hmac.digest(key, signed + heard.body, "sha256")).decode()
    return f"v1,{mac}" in heard.headers["webhook-signature"].split(" ")


def test_the_signature_is_that_of_the_specification() -> None:
    """https://github.com/standard-webhooks/standard-webhooks: the vector of its libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert is_signed(Received(headers, b'{"test": 2432232314}'), secret)


async def test_what_happened_arrives_signed_and_without_anybody_in_it(post: Post) -> None:
    post.happens()
    await post.tried()
    (heard,) = post.receiver.heard
    assert json.loads(heard.body) == {
        "type": "poll.closed",
        "timestamp": "2026-11-25T09:00:00Z",
        "data": {"poll": "lanes"},
    }
    assert heard.headers["Content-Type"] == "application/json"
    assert int(heard.headers["webhook-timestamp"]) == NOW.timestamp()
    assert is_signed(heard, post.secret)
    assert not is_signed(heard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert not is_signed(Received(heard.headers, heard.body + b" "), post.secret)
    assert post.calls() == [("sent", 1, 200, None)]


async def test_only_what_is_listened_to_is_queued(post: Post) -> None:
    post.does(lambda t: announce(t, "question.unanswered", {"question": 1}))
    assert post.calls() == []
    post.changes(lambda w: w.disable(1))
    post.happens()
    assert post.calls() == []


async def test_what_is_rolled_back_is_announced_to_nobody(post: Post) -> None:
    def fails(transaction: Transaction) -> None:
        announce(transaction, POLL, {"poll": "lanes"})
        raise LookupError

    with suppress(LookupError):
        post.does(fails)
    assert post.calls() == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda: web.Response(status=500), (500, "status")),
        (lambda: web.Response(status=404), (404, "status")),
        (lambda: web.Response(status=302, headers={"Location": "/elsewhere"}), (302, "status")),
        (None, (None, "unreachable")),
        (lambda: web.Response(status=200, headers={"X": "x" * 20_000}), (None, "unreachable")),
    ],
)
async def test_what_did_not_arrive_is_tried_again_under_the_same_id(
    post: Post, answer: Callable[[], web.Response] | None, told: tuple[int | None, str]
) -> None:
    post.receiver.answers = [answer]
    post.happens()
    await post.tried()
    assert post.calls() == [("queued", 1, *told)]
    assert len(post.receiver.heard) == 1, "no redirect is followed"
    post.clock[0] += timedelta(minutes=1)
    await post.until(lambda: post.calls()[0][0] == "sent")
    first, second = post.receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) == NOW.timestamp() + 60
    assert is_signed(second, post.secret)


async def test_whoever_asks_for_time_gets_it(post: Post) -> None:
    post.receiver.answers = [lambda: web.Response(status=429, headers={"Retry-After": "3600"})]
    post.happens()
    await post.tried()
    post.clock[0] += timedelta(minutes=59)
    assert claim(post.database, post.now()) == ()
    post.clock[0] += timedelta(minutes=1)
    assert len(claim(post.database, post.now())) == 1


async def test_a_slow_one_holds_up_no_other(post: Post) -> None:
    gone = asyncio.Event()

    async def hang(_request: web.Request) -> web.StreamResponse:
        await gone.wait()
        return web.Response()

    async with receiving() as other:
        post.receiver.hear = hang  # type: ignore[method-assign]
        post.changes(lambda w: w.add(other.url, ["poll.closed"]))
        for number in range(9):
            post.happens(f"poll-{number}")
        await post.until(lambda: len(other.heard) == 9)
        gone.set()


async def test_an_address_inside_is_not_called(post: Post) -> None:
    """It was registered while that was allowed; and a name may lead anywhere later."""
    strict = Settings(data_dir=post.settings.data_dir, secret="for tests only")
    with post.database.write() as connection:
        connection.execute(
            text("INSERT INTO webhook (url, events, secret, made_by, created_at) "
                 "SELECT replace(url, '127.0.0.1', 'localhost'), events, secret, made_by, "
                 "created_at FROM webhook")
        )  # fmt: skip
    post.happens()
    await post.until(lambda: {c[:2] for c in post.calls()} == {("queued", 1)}, settings=strict)
    assert post.calls() == [("queued", 1, None, "private")] * 2
    assert post.receiver.heard == []
    with pytest.raises(Invalid):
        post.does(lambda t: Webhooks(t, strict, "x").add(post.receiver.url, ["poll.closed"]))


async def test_a_secret_changes_without_losing_a_call(post: Post) -> None:
    new = post.changes(lambda w: w.renew(1))
    post.happens()
    await post.tried()
    assert [is_signed(post.receiver.heard[0], s) for s in (post.secret, new)] == [True, True]
    post.clock[0] += timedelta(hours=24)
    post.happens()
    await post.until(lambda: len(post.receiver.heard) == 2)
    assert [is_signed(post.receiver.heard[1], s) for s in (post.secret, new)] == [False, True]


async def test_another_secret_of_the_house_signs_nothing(post: Post) -> None:
    other = Settings(data_dir=post.settings.data_dir, secret="another", webhooks_inside="yes")
    post.happens()
    await post.until(lambda: post.calls()[0][3] == "secret", settings=other)
    assert post.receiver.heard == []


def claimed(post: Post) -> Claimed:
    (call,) = claim(post.database, post.now())
    return call


def failed(post: Post, call: Claimed, status: int = 500) -> None:
    settle(post.database, call, Outcome(status, "status"), post.now(), Random(7))


async def test_a_call_whose_sender_vanished_is_sent_again_and_the_late_word_counts_nothing(
    post: Post,
) -> None:
    post.happens()
    lost = claimed(post)
    assert claim(post.database, post.now()) == (), "it is somebody's"
    post.clock[0] += timedelta(seconds=61)
    again = claimed(post)
    assert (again.message_id, again.attempt) == (lost.message_id, 2)
    settle(post.database, lost, Outcome(200), post.now(), Random(7))
    assert post.calls() == [("sending", 2, None, None)]
    settle(post.database, again, Outcome(200), post.now(), Random(7))
    assert post.calls() == [("sent", 2, 200, None)]


async def test_two_postmen_never_hold_the_same_call(post: Post) -> None:
    for number in range(40):
        post.happens(f"poll-{number}")
    looks = (asyncio.to_thread(claim, post.database, post.now()) for _ in range(12))
    taken = [call.id for calls in await asyncio.gather(*looks) for call in calls]
    assert len(taken) == len(set(taken)) > 0


async def test_it_is_tried_for_days_ever_more_rarely_and_then_given_up(post: Post) -> None:
    post.happens()
    tries = []
    while post.calls()[0][0] == "queued":
        if calls := claim(post.database, post.now()):
            tries.append(post.now() - NOW)
            failed(post, calls[0])
        post.clock[0] += timedelta(minutes=1)
    assert post.calls()[0][:3] == ("failed", len(tries), 500)
    assert timedelta(days=2) < tries[-1] <= timedelta(days=3)
    assert len([t for t in tries if t < timedelta(hours=1)]) >= 4
    assert 10 < len(tries) < 60


async def test_who_never_answers_is_switched_off_and_today_says_so(post: Post) -> None:
    for _day in range(6):
        assert post.changes(lambda w: w.get(1)).disabled_at is None
        post.happens()
        failed(post, claim(post.database, post.now())[-1])
        post.clock[0] += timedelta(days=1, minutes=1)
    webhook = post.changes(lambda w: w.get(1))
    assert (webhook.disabled_why, webhook.failing_since) == ("failing", NOW)
    assert claim(post.database, post.now()) == ()
    (told,) = post.does(lambda t: Overlook(t).today()).webhooks
    assert told.url == post.receiver.url
    post.changes(lambda w: w.enable(1))
    assert post.does(lambda t: Overlook(t).today()).webhooks == ()
    with post.database.read() as connection:
        assert list(verify(connection)) == []


async def test_one_success_and_the_count_of_days_begins_anew(post: Post) -> None:
    post.happens()
    failed(post, claimed(post))
    post.clock[0] += timedelta(minutes=1)
    settle(post.database, claimed(post), Outcome(204), post.now(), Random(7))
    assert post.changes(lambda w: w.get(1)).failing_since is None


async def test_whoever_says_never_again_is_switched_off_at_once(post: Post) -> None:
    post.happens()
    failed(post, claimed(post), 410)
    assert post.calls()[0][0] == "failed"
    assert post.changes(lambda w: w.get(1)).disabled_why == "gone"


async def test_what_was_given_up_or_arrived_is_sent_once_more_by_hand(post: Post) -> None:
    post.happens()
    await post.tried()
    post.clock[0] += timedelta(days=9)
    post.does(lambda t: WebhookCalls(t, 1).resend(1, "staff:anna"))
    with pytest.raises(Invalid):
        post.does(lambda t: WebhookCalls(t, 1).resend(1, "staff:anna"))
    with pytest.raises(Invalid):
        post.does(lambda t: WebhookCalls(t, 2).resend(1, "staff:anna"))
    await post.tried(2)
    first, second = post.receiver.heard
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)


async def test_the_log_is_kept_for_thirty_days(post: Post) -> None:
    post.happens()
    shred(post.database, NOW + timedelta(days=29))
    assert len(post.calls()) == 1
    shred(post.database, NOW + timedelta(days=31))
    assert post.calls() == []


@pytest.mark.parametrize("events", [[], ["poll.closed", "person.erased"], ["webhook.test"]])
async def test_a_webhook_listens_to_what_there_is(post: Post, events: list[str]) -> None:
    with pytest.raises(Invalid):
        post.changes(lambda w: w.add(post.receiver.url, events))


async def test_a_removed_one_takes_its_log_along(post: Post) -> None:
    post.happens()
    post.changes(lambda w: w.remove(1))
    assert post.calls() == []
    with pytest.raises(Invalid):
        post.changes(lambda w: w.get(1))
