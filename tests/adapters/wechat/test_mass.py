"""Broadcasts by mass message: to followers nobody may write to, once each, and told as it was."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from adapters.capabilities import WECHAT_MASS
from adapters.wechat import WeChatChannel
from adapters.wechat.mass import KEY_BYTES, NOT_ALLOWED
from bot import app
from bot.channel import Sent
from bot.dialog import Transaction
from bot.mass_lists import TOO_LONG
from bot.mass_reports import ASKED, Told
from bot.message import Address, Reply
from bot.metrics import Metrics
from bot.models import Consent, ConsentText, MassReport, Outbox
from bot.services.broadcast import BadBroadcast
from bot.services.broadcast_ledger import Ledger, reported
from bot.services.channels import Channels
from bot.services.keys import Keys
from bot.services.people import People
from bot.services.retention import shred
from tests.adapters.wechat.conftest import Open
from tests.adapters.wechat.massing import MASS, SERVICE, STATUS, Newsroom

USED_UP = "WeChat lets this account send no more mass messages for now."


@pytest.fixture
async def news(open_world: Open) -> AsyncIterator[Newsroom]:
    async with open_world(wechat_mass="yes") as world:
        yield Newsroom(world)


def lists_of(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Have the platform take so many at once."""
    monkeypatch.setattr("adapters.capabilities.WECHAT_MASS", replace(WECHAT_MASS, most=most))


# -- what arrives ------------------------------------------------------------------------------


async def test_who_has_not_written_gets_it_by_one_message_a_language(news: Newsroom) -> None:
    news.follows("anna", "bert", "cleo")
    news.follows("dora", "emil", language="de")
    news.follows("fred")
    news.has_written("fred")
    broadcast = news.sent(links=[{"label": {"en": "More"}, "url": "https://example.org/x"}])
    await news.deliver()
    assert [sorted(task.openids) for task in news.tasks] == [
        ["dora", "emil"],
        ["anna", "bert", "cleo"],
    ]
    assert news.tally(broadcast) == {"sent": 6}
    assert news.world.platform.api.calls[SERVICE] == 1  # fred, who may be written to
    (shown,) = news.shown("anna")
    assert shown.splitlines()[0] == "Good news."
    assert "More: https://example.org/x" in shown  # what cannot be tapped is written out
    assert "1. No more of these" in shown
    assert news.shown("dora")[0].startswith("Gute Nachrichten.")
    assert news.state(broadcast) == "done"


async def test_what_is_written_out_can_be_answered_by_its_number(news: Newsroom) -> None:
    """`1` is "No more of these"."""
    news.follows("anna", "bert")
    news.sent()
    await news.deliver()
    await news.world.phone("anna").says("1")
    broadcast = news.sent()
    await news.deliver(minutes=1)
    assert (news.tally(broadcast), len(news.tasks)) == ({"parked": 1}, 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_where_the_operator_has_not_said_so_nothing_goes_that_way(open_world: Open) -> None:
    async with open_world() as world:
        news = Newsroom(world)
        news.follows("anna", "bert")
        broadcast = news.sent()
        await news.deliver()
        assert (news.calls, news.tally(broadcast)) == (0, {"parked": 2})


async def test_one_follower_is_no_list_and_waits_as_before(news: Newsroom) -> None:
    news.follows("anna")
    news.follows("dora", language="de")
    broadcast = news.sent()
    await news.deliver()
    assert (news.calls, news.tally(broadcast)) == (0, {"parked": 2})
    assert news.state(broadcast) == "done"
    news.world.platform.clock.advance(hours=1)
    await news.world.phone("anna").says("help")
    await news.world.deliver()
    assert [line for line in news.shown("anna") if line.startswith("Good news.")] != []


async def test_more_than_a_list_takes_go_on_several(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists_of(monkeypatch, 2)
    async with open_world(wechat_mass="yes") as world:
        news = Newsroom(world)
        news.follows("anna", "bert", "cleo", "dora", "emil")
        broadcast = news.sent()
        await news.deliver()
        assert [task.openids for task in news.tasks] == [["anna", "bert"], ["cleo", "dora"]]
        assert news.tally(broadcast) == {"sent": 4, "parked": 1}
        assert len({task.key for task in news.tasks}) == 2
        assert max(len(task.key.encode()) for task in news.tasks) <= KEY_BYTES


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_text_that_is_too_long_for_one_message_waits_and_says_why(news: Newsroom) -> None:
    news.follows("anna", "bert")
    broadcast = news.sent(texts={"en": "Long news. " * 200})
    await news.deliver()
    assert (news.calls, news.tally(broadcast)) == (0, {"parked": 2})
    assert news.reasons(broadcast) == {TOO_LONG: 2}


async def test_at_night_nobody_is_put_on_a_list(news: Newsroom) -> None:
    """They slept when the others were told; and they are not told at the end of a pause at night."""
    news.follows("anna", "bert", zone="Asia/Shanghai", quiet="12:00-20:00")
    news.follows("cleo", "dora", zone="Asia/Shanghai", quiet="")
    broadcast = news.sent(night="wait")
    await news.deliver()
    assert [task.openids for task in news.tasks] == [["cleo", "dora"]]
    assert news.tally(broadcast) == {"queued": 2, "sent": 2}
    with news.world.house.database.write() as connection:  # as they were before their night began
        connection.execute(update(Outbox).where(Outbox.state == "queued").values(state="parked"))
    await news.deliver()
    assert len(news.tasks) == 1
    await news.deliver(hours=3)
    assert news.tally(broadcast) == {"sent": 4}


async def test_two_processes_at_work_send_each_list_once(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite there is one; there the second is only another deliverer of it."""
    lists_of(monkeypatch, 2)
    monkeypatch.setattr("bot.mass.LOOK", 0.05)
    monkeypatch.setattr("bot.mass.BETWEEN", 0.01)
    async with open_world(wechat_mass="yes") as world, open_world(wechat_mass="yes") as other:
        news = Newsroom(world)
        news.follows("anna", "bert", "cleo", "dora", "emil", "fred")
        broadcast = news.sent()
        working = [asyncio.create_task(one.house.bulk.run()) for one in (world, other)]
        async with asyncio.timeout(30):
            while news.tally(broadcast) != {"sent": 6}:
                await asyncio.sleep(0.05)
        for task in working:
            task.cancel()
        await asyncio.wait(working)
        assert (len(news.tasks), {len(news.shown(n)) for n in ("anna", "fred")}) == (3, {1})


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        ([], [{"parked": 3, "sent": 3}]),
        ([45028], [{"parked": 6}]),
        (["cut", 45066], [{"parked": 3, "unsure": 3}, {"parked": 3, "unsure": 3, "sent": 3}]),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_everybody_on_a_list_is_counted_as_who_is_written_to_alone(
    open_world: Open,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[Any],
    counted: list[dict[str, float]],
) -> None:
    """First each is tried alone, and their windows are closed. A try that changes nothing is none."""
    monkeypatch.setattr("bot.mass.LOOK", 0.05)
    async with open_world(wechat_mass="yes", roles="delivery") as world:
        news = Newsroom(world)
        news.follows("anna", "bert", "cleo")
        news.world.platform.api.next_answers[MASS] += answers
        news.sent()
        async with app.running(world.house), asyncio.timeout(30):
            for known in counted:
                while sends(world.house.metrics) != known:
                    await asyncio.sleep(0.02)
                    if 0 < len(answers) <= news.calls:  # the last may be written down late
                        world.platform.clock.advance(seconds=10)
                world.platform.clock.advance(minutes=1)
                await called(news, len(answers))
                world.platform.clock.advance(minutes=2)
    assert sends(world.house.metrics) == counted[-1]


async def called(news: Newsroom, times: int) -> None:
    """Until the platform was asked so often, at least."""
    while news.calls < times:
        await asyncio.sleep(0.02)


def sends(metrics: Metrics) -> dict[str, float]:
    """What `/metrics` says of tries to send on WeChat, by what became of them."""
    line = re.compile(r'citybot_sends_total\{channel="wechat",result="(\w+)"\} (\S+)')
    return {result: float(n) for result, n in line.findall(metrics.page().decode())}


# -- who must not get it -----------------------------------------------------------------------


async def test_who_stops_us_before_the_list_is_fixed_is_not_on_it(news: Newsroom) -> None:
    news.follows("anna", "bert", "cleo")
    broadcast = news.sent()
    with news.world.house.database.write() as connection:
        transaction = Transaction(connection, news.world.platform.clock())
        People(transaction, Keys.__new__(Keys)).stop("anna")
    await news.deliver()
    assert [task.openids for task in news.tasks] == [["bert", "cleo"]]
    assert news.tally(broadcast) == {"sent": 2, "cancelled": 1}


async def test_who_takes_back_what_they_agreed_to_is_not_on_it(news: Newsroom) -> None:
    news.follows("anna", "bert", "cleo")
    now = news.world.platform.clock()
    with news.world.house.database.write() as connection:
        text = {"version": "v1", "purpose": "news", "text": "News?", "language": "en"}
        known = {c.name for c in ConsentText.__table__.columns}
        text = {
            name: value for name, value in (text | {"created_at": now}).items() if name in known
        }
        connection.execute(insert(ConsentText).values(text))
        for name in ("anna", "bert", "cleo"):
            given = {"person_id": name, "purpose": "news", "version": "v1", "channel": "wechat"}
            connection.execute(insert(Consent).values(given | {"given_at": now}))
    broadcast = news.sent(audience={"consents": ["news"]})
    with news.world.house.database.write() as connection:
        taken_back = update(Consent).where(Consent.person_id == "anna")
        connection.execute(taken_back.values(withdrawn_at=now))
    await news.deliver()
    assert [task.openids for task in news.tasks] == [["bert", "cleo"]]
    assert news.tally(broadcast) == {"sent": 2, "parked": 1}


@pytest.mark.parametrize(
    ("what", "tally"),
    [("cancel", {"sent": 2, "cancelled": 4}), ("pause", {"sent": 2, "parked": 4})],
)
async def test_what_is_cancelled_or_paused_stops_before_the_next_list(
    open_world: Open, monkeypatch: pytest.MonkeyPatch, what: str, tally: dict[str, int]
) -> None:
    lists_of(monkeypatch, 2)
    async with open_world(wechat_mass="yes") as world:
        news = Newsroom(world)
        news.follows("anna", "bert", "cleo", "dora", "emil", "fred")
        broadcast = news.sent()
        await news.deliver_lists(1)
        news.look()
        assert news.state(broadcast) == "sending"  # between two lists it can still be held
        news.do(what, broadcast)
        await news.deliver(minutes=10)
        assert (len(news.tasks), news.tally(broadcast)) == (1, tally)


async def test_a_pause_ends_and_the_rest_follows(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists_of(monkeypatch, 2)
    async with open_world(wechat_mass="yes") as world:
        news = Newsroom(world)
        news.follows("anna", "bert", "cleo", "dora")
        broadcast = news.sent()
        await news.deliver_lists(1)
        news.do("pause", broadcast)
        await news.deliver()
        news.do("resume", broadcast)
        await news.deliver()
        assert news.tally(broadcast) == {"sent": 4}


# -- what the platform refuses -------------------------------------------------------------------


async def test_without_a_quota_they_wait_with_the_reason_until_it_begins_anew(
    news: Newsroom,
) -> None:
    """45028. At midnight in Shanghai it is tried again; who wrote meanwhile is not told twice."""
    news.follows("anna", "bert", "cleo")
    news.mass.quota = 0
    broadcast = news.sent()
    await news.deliver()
    assert (news.calls, news.tally(broadcast)) == (1, {"parked": 3})
    assert news.reasons(broadcast) == {USED_UP: 3}
    await news.deliver(hours=1)
    assert news.calls == 1
    await news.world.phone("anna").says("help")
    await news.world.deliver()
    assert news.rows()["anna"] == "sent"
    news.mass.quota = 1
    await news.deliver(hours=6)
    assert [task.openids for task in news.tasks] == [["bert", "cleo"]]
    assert news.tally(broadcast) == {"sent": 3}
    assert [sum("Good news." in line for line in news.shown(n)) for n in ("anna", "bert")] == [1, 1]


@pytest.mark.parametrize(
    ("code", "said"), [(48001, NOT_ALLOWED), (48003, "WeChat wants its terms")]
)
async def test_an_account_that_may_not_is_asked_once_and_staff_see_why(
    news: Newsroom, code: int, said: str
) -> None:
    news.follows("anna", "bert")
    news.mass.service_account, news.mass.agreed = code != 48001, code != 48003
    broadcast = news.sent()
    for _hour in range(5):
        await news.deliver(hours=1)
    assert (news.calls, news.tally(broadcast)) == (1, {"parked": 2})
    assert [reason.startswith(said) for reason in news.reasons(broadcast)] == [True]
    assert unlisted(news).startswith(said)
    news.mass.service_account = news.mass.agreed = True
    news.sent()
    await news.deliver()
    assert unlisted(news) == ""


def unlisted(news: Newsroom) -> str:
    """Why no mass messages are sent, as `citybot check` and the console know it."""
    with news.world.house.database.read() as connection:
        health = Channels(Transaction(connection, news.world.platform.clock())).health()["wechat"]
    return health.unlisted.reason if health.unlisted else ""


@pytest.mark.parametrize("code", [40003, 40130, 45002])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_list_that_is_refused_fails_nobody(news: Newsroom, code: int) -> None:
    """Nobody got it, and who is to blame is not told: they wait, and the reason is there."""
    news.follows("anna", "bert")
    news.world.platform.api.next_answers[MASS].append(code)
    broadcast = news.sent()
    await news.deliver()
    await news.deliver(hours=8)
    assert (news.calls, news.tally(broadcast)) == (1, {"parked": 2})
    assert news.reasons(broadcast) == {f"{code} as the test wants it": 2}


@pytest.mark.parametrize(("code", "wait"), [(45011, {"minutes": 1}), (45009, {"hours": 6})])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_too_much_is_tried_again_later(
    news: Newsroom, code: int, wait: dict[str, float]
) -> None:
    news.follows("anna", "bert")
    news.world.platform.api.next_answers[MASS].append(code)
    broadcast = news.sent()
    await news.deliver()
    assert news.tally(broadcast) == {"parked": 2}
    await news.deliver(**wait)
    assert (news.calls, news.tally(broadcast)) == (2, {"sent": 2})


# -- what may have been taken ----------------------------------------------------------------------


@pytest.mark.parametrize("how", ["cut", "accept-then-cut", "502", -1])
async def test_what_may_have_been_taken_is_called_for_again_by_the_same_key(
    news: Newsroom, how: str | int
) -> None:
    """45065 says that it was taken, and as what."""
    news.follows("anna", "bert")
    news.world.platform.api.next_answers[MASS].append(how)
    broadcast = news.sent()
    await news.deliver()
    assert news.tally(broadcast) == {"unsure": 2}
    await news.deliver(seconds=30)
    assert news.calls == 1
    await news.deliver(minutes=1)
    assert (news.calls, news.tally(broadcast)) == (2, {"sent": 2})
    assert [len(news.shown(name)) for name in ("anna", "bert")] == [1, 1]
    await news.is_through(news.tasks[0])
    assert news.reports(broadcast) == (Told("wechat", 2, 0, 0),)


async def test_a_key_that_comes_too_soon_tells_nothing_and_waits_a_minute(news: Newsroom) -> None:
    """45066."""
    news.follows("anna", "bert")
    news.world.platform.api.next_answers[MASS] += ["accept-then-cut", 45066]
    broadcast = news.sent()
    await news.deliver()
    await news.deliver(minutes=1)
    assert (news.calls, news.tally(broadcast)) == (2, {"unsure": 2})
    await news.deliver(minutes=2)
    assert (news.tally(broadcast), len(news.shown("anna"))) == ({"sent": 2}, 1)


async def test_a_refusal_of_the_second_try_says_nothing_of_the_first(news: Newsroom) -> None:
    """The first may have used up the quota that the second lacks; nobody is put on a new list."""
    news.follows("anna", "bert")
    news.world.platform.api.next_answers[MASS] += ["accept-then-cut", 45028]
    broadcast = news.sent()
    await news.deliver()
    await news.deliver(minutes=1)
    assert news.tally(broadcast) == {"unsure": 2}
    await news.deliver(hours=6)
    assert (news.tally(broadcast), len(news.tasks)) == ({"sent": 2}, 1)


async def test_while_the_platform_is_asked_nobody_decides(news: Newsroom) -> None:
    """Sent again beside it, they would get it twice. Given up after a day, it is the team's."""
    news.follows("anna", "bert")
    news.world.platform.api.next_answers[MASS] += ["cut"] * 20
    broadcast = news.sent(hours=300)
    await news.deliver()
    with pytest.raises(BadBroadcast, match=ASKED):
        decide(news, broadcast)
    for _hour in range(25):
        await news.deliver(hours=1)
    assert (news.calls, news.tally(broadcast)) == (8, {"unsure": 2})
    assert decide(news, broadcast) == 2
    news.world.platform.api.next_answers[MASS].clear()
    await news.deliver()
    assert (len(news.tasks), news.tally(broadcast)) == (1, {"sent": 2})


def decide(news: Newsroom, broadcast: Any) -> int:
    now = news.world.platform.clock()
    with news.world.house.database.write() as connection:
        known = replace(broadcast, ends_at=now + timedelta(hours=1))
        return Ledger(Transaction(connection, now)).decide(known, "again", "staff:anna")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_cancelled_meanwhile_is_not_called_for_again(news: Newsroom) -> None:
    """It might be sent only then."""
    news.follows("anna", "bert")
    news.world.platform.api.next_answers[MASS].append("cut")
    broadcast = news.sent()
    await news.deliver()
    news.do("cancel", broadcast)
    await news.deliver(minutes=5)
    assert (news.calls, news.tally(broadcast)) == (1, {"unsure": 2})


async def test_the_same_text_taken_for_another_list_is_not_claimed(
    open_world: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """45065 with the number of the list before: people report it of equal texts within seconds."""
    lists_of(monkeypatch, 2)
    async with open_world(wechat_mass="yes") as world:
        news = Newsroom(world)
        news.follows("anna", "bert", "cleo", "dora")
        broadcast = news.sent()
        await news.deliver_lists(1)
        taken = news.tasks[0]
        with monkeypatch.context() as confused:
            confused.setattr(type(news.mass), "_known", lambda _self, _key: taken)
            await news.deliver()
        assert news.tally(broadcast) == {"sent": 2, "parked": 2}
        await news.deliver(minutes=1)
        assert (news.tally(broadcast), len(news.shown("dora"))) == ({"sent": 4}, 1)


# -- what the platform tells at the end ------------------------------------------------------------


async def test_what_the_platform_reports_is_shown_and_changes_no_state(news: Newsroom) -> None:
    """Who did not get it is not told: `sent` says that the platform took it."""
    news.follows("anna", "bert", "cleo")
    news.world.platform.account.followers["bert"].refuses = True
    broadcast = news.sent()
    await news.deliver()
    assert words(news, broadcast) == ["WeChat has not reported yet how many got a mass message."]
    for _time in range(2):  # it may be pushed twice
        await news.is_through(news.tasks[0])
    assert words(news, broadcast) == ["WeChat reports: delivered 2, refused 1."]
    assert news.tally(broadcast) == {"sent": 3}


def words(news: Newsroom, broadcast: Any, language: str = "en") -> list[str]:
    return list(reported(news.reports(broadcast), language))


async def test_a_report_may_come_before_we_have_written_down_that_it_was_taken(
    news: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = WeChatChannel.send_to_many

    async def and_is_through(
        self: WeChatChannel, to: Sequence[Address], reply: Reply, key: str
    ) -> Sent:
        sent = await whole(self, to, reply, key)
        await news.is_through(news.tasks[0])
        return sent

    monkeypatch.setattr(WeChatChannel, "send_to_many", and_is_through)
    news.follows("anna", "bert")
    broadcast = news.sent()
    await news.deliver()
    assert words(news, broadcast) == ["WeChat reports: delivered 2, refused 0."]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_report_of_a_message_that_is_not_ours_is_nobodys(news: Newsroom) -> None:
    """It was sent on mp.weixin.qq.com, say."""
    news.follows("anna", "bert")
    broadcast = news.sent()
    await news.deliver()
    await news.is_through(replace(news.tasks[0], id=1))
    assert news.reports(broadcast) == (Told("wechat", 0, 0, 1),)
    assert news.world.platform.pushes[-1].answers == ("200",)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_reports_that_are_nobodys_go_after_thirty_days_and_ours_stay(news: Newsroom) -> None:
    news.follows("anna", "bert")
    broadcast = news.sent()
    await news.deliver()
    for task in (news.tasks[0], replace(news.tasks[0], id=1)):
        await news.is_through(task)
    news.world.platform.clock.advance(days=31)
    shred(news.world.house.database, news.world.platform.clock())
    assert news.reports(broadcast) == (Told("wechat", 2, 0, 0),)
    with news.world.house.database.read() as connection:
        assert list(connection.scalars(select(MassReport.ref))) == [str(news.tasks[0].id)]


@pytest.mark.parametrize("is_early", [True, False])
async def test_what_did_not_pass_the_platforms_review_counts_as_failed(
    news: Newsroom, monkeypatch: pytest.MonkeyPatch, is_early: bool
) -> None:
    """It took it, and then gave it to nobody: that is told of all of them, and so of each."""
    news.follows("anna", "bert")
    broadcast = news.sent()
    if is_early:
        whole = WeChatChannel.send_to_many

        async def and_fails(self: WeChatChannel, *asked: Any) -> Sent:
            sent = await whole(self, *asked)
            await news.is_through(news.tasks[0], "err(10001)")
            return sent

        monkeypatch.setattr(WeChatChannel, "send_to_many", and_fails)
    await news.deliver()
    if not is_early:
        await news.is_through(news.tasks[0], "err(10001)")
    assert news.tally(broadcast) == {"failed": 2}
    assert news.reasons(broadcast) == {"err(10001)": 2}
    assert words(news, broadcast, "de") == ["WeChat meldet: 0 zugestellt, 2 abgewiesen."]


@pytest.mark.parametrize(
    ("state", "tally", "asked"),
    [
        ("SEND_FAIL", {"failed": 2}, 1),
        ("SEND_SUCCESS", {"sent": 2}, 1),
        ("SENDING", {"sent": 2}, 23),
    ],
)
async def test_where_no_report_comes_the_platform_is_asked(
    news: Newsroom, state: str, tally: dict[str, int], asked: int
) -> None:
    """We were away when it came. The answer has no figures, so none are shown."""
    news.follows("anna", "bert")
    broadcast = news.sent(hours=300)
    await news.deliver()
    await news.deliver(minutes=59)
    assert news.world.platform.api.calls[STATUS] == 0
    news.mass.state = state
    for _hour in range(30):
        await news.deliver(hours=1)
    assert (news.world.platform.api.calls[STATUS], news.tally(broadcast)) == (asked, tally)


async def test_what_was_reported_is_not_asked_for(news: Newsroom) -> None:
    news.follows("anna", "bert")
    news.sent()
    await news.deliver()
    await news.is_through(news.tasks[0])
    await news.deliver(hours=2)
    assert news.world.platform.api.calls[STATUS] == 0


@pytest.mark.parametrize("told", [{"MsgID": "x"}, {"MsgID": 7, "TotalCount": "many"}])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_report_that_makes_no_sense_harms_nobody(
    news: Newsroom, told: dict[str, Any]
) -> None:
    await news.world.platform.phone("mphelper").event("MASSSENDJOBFINISH", **told)
    assert news.world.platform.pushes[-1].answers == ("200",)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_has_had_four_this_month_is_left_out_by_the_platform(news: Newsroom) -> None:
    """Silently: only the report shows it, and we claim no more than it says."""
    news.follows("anna", "bert")
    news.world.platform.account.followers["anna"].massed["2026-11"] = 4
    broadcast = news.sent()
    await news.deliver()
    await news.is_through(news.tasks[0])
    assert (news.shown("anna"), news.tally(broadcast)) == ([], {"sent": 2})
    assert words(news, broadcast) == ["WeChat reports: delivered 1, refused 1."]


# -- setting it up ---------------------------------------------------------------------------------


@pytest.mark.parametrize("is_service_account", [True, False])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_test_of_the_channel_tells_of_mass_messages(
    news: Newsroom, is_service_account: bool
) -> None:
    news.mass.service_account = is_service_account
    told = (await news.world.channel.examine())[-1]
    allowed = ("Mass messages today: {used} of {limit}.", {"used": 0, "limit": 100})
    assert (told.msgid, dict(told.values)) == (allowed if is_service_account else (NOT_ALLOWED, {}))
