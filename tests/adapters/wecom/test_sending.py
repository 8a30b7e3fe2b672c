"""What the platform takes, refuses and drops, and what the ledger says of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from adapters.wecom import media
from bot import outbox
from bot.channel import Refused, SendError
from bot.message import Address, Attachment, Choice, Reply
from bot.models import Outbox
from bot.pace import Pace, Pacemaker
from bot.ration import Rations
from tests.adapters.wecom.conftest import World

ICS = Attachment("text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", '学习之旅 "Köln".ics')
PNG = Attachment("image/png", b"\x89PNG\r\n\x1a\n....", "poster.png")
SEND = "cgi-bin/message/send"
TOKEN = "cgi-bin/gettoken"


def queue(world: World, *replies: Reply | str, user: str = "anna", kind: Any = "reply") -> None:
    to = Address("wecom", user)
    said = (Reply(r) if isinstance(r, str) else r for r in replies)
    drafts = [outbox.Draft(to, reply, kind=kind) for reply in said]
    with world.house.database.write() as connection:
        outbox.add(connection, drafts, world.platform.clock())


async def pass_time(world: World, seconds: int, step: int = 1) -> None:
    for _ in range(0, seconds, step):
        await world.deliver()
        world.platform.clock.advance(seconds=step)
    await world.deliver()


def states(world: World) -> list[str]:
    return world.rows("outbox", "state")


NEXT: dict[int | str, tuple[str, int]] = {
    -1: ("sent", 1),
    6000: ("sent", 1),
    40001: ("sent", 1),  # the token: another one
    40014: ("sent", 1),
    42001: ("sent", 1),
    45009: ("sent", 1),
    45033: ("sent", 1),
    40056: ("sent", 1),  # set up wrongly: paused, tried again
    50003: ("sent", 1),
    60020: ("sent", 1),
    81013: ("failed", 0),
    60111: ("failed", 0),
    40058: ("failed", 0),
    99999: ("failed", 0),
    "html": ("sent", 1),
    "502": ("sent", 1),
    "403": ("sent", 1),  # something in between: paused, tried again
    "407": ("sent", 1),
    "429": ("sent", 1),
    "cut": ("sent", 1),
    "accept-then-cut": ("sent", 1),  # shown once all the same
    "list": ("sent", 1),
    "huge": ("sent", 1),
}


@pytest.mark.parametrize("wrong", NEXT)
async def test_what_follows_from_each_refusal(world: World, wrong: int | str) -> None:
    """B22: all of them come with HTTP 200; none counts as sent."""
    phone = world.phone("anna")
    world.platform.api.next_answers[SEND].append(wrong)
    queue(world, "hello")
    await pass_time(world, 180, step=20)
    state, shown = NEXT[wrong]
    assert (states(world), phone.lines) == ([state], ["hello"] * shown)


async def test_a_message_is_kept_with_the_platforms_own_id(world: World) -> None:
    world.phone("anna")
    queue(world, "hello")
    await world.deliver()
    assert world.rows("outbox", "platform_ref") == ["msg-1"]


async def test_a_dead_token_costs_one_new_one(both: World) -> None:
    """B16: 40 sends with a token that died."""
    people = [both.phone(f"p{n}") for n in range(40)]
    queue(both, "first", user="p0")
    await both.deliver()
    both.platform.corp.kill_tokens()
    for person in people:
        queue(both, "second", user=person.userid)
    await both.deliver()
    assert [p.lines[-1] for p in people] == ["second"] * 40
    assert both.platform.api.calls[TOKEN] == 2


async def test_a_wrong_secret_is_shown_three_times_in_ten_minutes(world: World) -> None:
    """B17."""
    world.platform.corp.secret = "another"
    world.phone("anna")
    queue(world, "hello")
    await pass_time(world, 600, step=10)
    assert world.platform.api.calls[TOKEN] <= 3
    assert states(world) == ["queued"]


async def test_thirty_five_messages_in_a_minute_all_arrive(both: World) -> None:
    """B24: beyond 30 a minute the platform drops, and says `ok`."""
    phone = both.phone("anna")
    begun = both.platform.clock()
    _without_politeness(both)
    queue(both, *(f"message {n}" for n in range(35)))
    await pass_time(both, 90, step=3)
    assert (len(phone.shown), phone.member.dropped) == (35, 0)
    assert states(both) == ["sent"] * 35
    assert phone.member.got[9] == begun  # ten at once
    assert phone.member.got[-1] - begun < timedelta(seconds=90)


def _without_politeness(world: World) -> None:
    """The pace of one process sleeps in real seconds; what is counted in the database is tried."""
    world.house.deliverer._sender.pacemakers["wecom"] = Pacemaker(Pace())


async def test_without_the_rations_five_are_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin: the ledger says `sent`, and nobody got it."""

    async def take(_self: Rations, _to: Address, _messages: int) -> timedelta:
        return timedelta(0)

    monkeypatch.setattr(Rations, "take", take)
    _without_politeness(world)
    phone = world.phone("anna")
    queue(world, *(f"message {n}" for n in range(35)))
    await world.deliver()
    assert (len(phone.shown), phone.member.dropped) == (30, 5)
    assert states(world) == ["sent"] * 35


async def test_words_and_their_card_count_as_two(world: World) -> None:
    phone = world.phone("anna")
    _without_politeness(world)
    replies = [Reply(f"{n} " + "words " * 60, (Choice("a", "A"),)) for n in range(20)]
    queue(world, *replies)
    await pass_time(world, 120, step=6)
    assert (len(phone.shown), phone.member.dropped) == (40, 0)


async def test_one_who_may_not_see_the_app_fails_and_the_others_get_it(world: World) -> None:
    """B25."""
    phones = {name: world.phone(name) for name in ("anna", "bo", "chen")}
    phones["bo"].member.sees_the_app = False
    phones["chen"].member.licensed = False
    for name in phones:
        queue(world, "hello", user=name)
    await world.deliver()
    assert states(world) == ["sent", "failed", "failed"]
    assert world.rows("outbox", "error")[1:] == [
        "81013 user & party & tag all invalid",
        "unlicenseduser no interface licence for this member",
    ]
    assert [len(p.shown) for p in phones.values()] == [1, 0, 0]


async def test_a_name_in_the_list_of_the_invalid_is_believed(world: World) -> None:
    """errcode 0 and yet not sent: where a group was sent to, and one of it is us."""
    world.phone("Anna")
    world.platform.corp.receivers = lambda _to: ([], ["anna"], [])  # type: ignore[method-assign]
    queue(world, "hello", user="Anna")
    await world.deliver()
    assert (states(world), world.rows("outbox", "error")) == (["failed"], ["invaliduser"])


async def test_who_is_gone_gets_nothing_that_waited(world: World) -> None:
    phone = world.phone("anna")
    await world.talk(phone, "hello")
    phone.member.sees_the_app = False
    queue(world, "one", "two", "three")
    await world.deliver()
    assert states(world)[-3:] == ["failed", "cancelled", "cancelled"]


async def test_the_same_words_twice_are_two_messages(world: World) -> None:
    """The platform shows the same JSON once in hours: two replies are never the same."""
    phone = world.phone("anna")
    assert (
        await world.talk(phone, "language", "language")
        == ["Which language shall we speak? [Deutsch] [English] [中文]"] * 2
    )
    queue(world, "same", "same")
    await world.deliver()
    assert phone.lines[-2:] == ["same", "same"]
    assert world.platform.api.twice == 0


async def test_equal_parts_of_one_reply_all_arrive(world: World) -> None:
    phone = world.phone("anna")
    queue(world, Reply("哈" * 2000))
    await world.deliver()
    assert "".join(phone.lines) == "哈" * 2000
    assert len(phone.lines) > 2


async def test_a_connection_cut_after_the_taking_shows_it_once(world: World) -> None:
    """C09, class K: also what is for many is sent again, and nobody sees it twice."""
    phone = world.phone("anna")
    for kind in ("reply", "broadcast"):
        world.platform.api.next_answers[SEND].append("accept-then-cut")
        queue(world, kind, kind=kind)
        await pass_time(world, 60, step=10)
    assert (phone.lines, states(world)) == (["reply", "broadcast"], ["sent", "sent"])
    assert world.platform.api.twice == 2


async def test_after_hours_a_repeat_says_so(world: World) -> None:
    """The platform forgets; then a note is better than nothing."""
    phone = world.phone("anna")
    queue(world, "hello")
    with world.house.database.write() as connection:
        connection.execute(update(Outbox).values(maybe_sent=True))
    world.platform.clock.advance(hours=5)
    await world.deliver()
    assert phone.lines[0].startswith("hello (Message no. 1: ")


async def test_a_reply_begun_before_an_error_goes_on_where_it_was(world: World) -> None:
    phone = world.phone("anna")
    world.platform.api.next_answers[SEND].extend(["fine", "cut"])
    queue(world, Reply("words " * 60, (Choice("a", "A"),)))
    await pass_time(world, 60, step=10)
    assert [shown.kind for shown in phone.shown] == ["text", "template_card"]


async def test_a_card_nobody_takes_is_said_in_words(world: World) -> None:
    world.platform.corp.takes_cards = False
    phone = world.phone("anna")
    shown = await world.talk(phone, "language", "1")
    assert shown == [
        "Which language shall we speak? 1. Deutsch 2. English 3. 中文",
        "Ich antworte Ihnen ab jetzt auf Deutsch.",
    ]


async def test_files_are_uploaded_once_and_sent(world: World) -> None:
    anna, bo = world.phone("anna"), world.phone("bo")
    for name in ("anna", "bo"):
        queue(world, Reply("Your calendar", attachments=(ICS, PNG)), user=name)
    await world.deliver()
    assert [shown.kind for shown in anna.shown] == ["text", "file", "image"]
    assert anna.lines == bo.lines == ["Your calendar", "{学习之旅 'Köln'.ics}", "{poster.png}"]
    assert [content for _name, content in world.platform.corp.media.values()] == [
        ICS.url_or_bytes,
        PNG.url_or_bytes,
    ]


async def test_a_file_sent_again_is_the_same_message(world: World) -> None:
    phone = world.phone("anna")
    world.platform.api.next_answers[SEND].append("accept-then-cut")
    queue(world, Reply("", attachments=(ICS,)))
    await pass_time(world, 60, step=10)
    assert (len(phone.shown), world.platform.api.twice) == (1, 1)


async def test_an_old_file_is_uploaded_anew(world: World) -> None:
    phone = world.phone("anna")
    for _day in range(2):
        queue(world, Reply("", attachments=(ICS,)))
        await world.deliver()
        world.platform.clock.advance(hours=49)
    assert (len(phone.shown), len(world.platform.corp.media)) == (2, 2)


async def test_a_file_the_platform_would_not_take_fails_with_its_size(world: World) -> None:
    phone = world.phone("anna")
    queue(world, Reply("words", attachments=(Attachment("text/plain", b"12345", "a.txt"),)))
    await world.deliver()
    assert (phone.shown, states(world)) == ([], ["failed"])
    assert world.rows("outbox", "error") == ["file 5 bytes"]


FILES = {
    ("image/png", 6): "image",
    ("image/jpeg", 10 * 2**20): "image",
    ("image/jpeg", 10 * 2**20 + 1): "file",
    ("image/gif", 6): "file",
    ("text/calendar", 20 * 2**20): "file",
}


@pytest.mark.parametrize(("kind", "size"), FILES)
def test_as_what_a_file_is_sent(kind: str, size: int) -> None:
    assert media.kind_of(kind, bytes(size)) == FILES[kind, size]


@pytest.mark.parametrize("size", [0, 5, 20 * 2**20 + 1])
def test_which_files_are_too_small_or_too_large(size: int) -> None:
    with pytest.raises(Refused, match=f"file {size} bytes"):
        media.kind_of("image/png", bytes(size))


async def test_nobody_else_is_called(world: World) -> None:
    """A redirect would carry the token elsewhere."""
    world.phone("anna")
    queue(world, "hello")
    await world.deliver()
    assert sorted(world.platform.api.calls) == [TOKEN, SEND]


async def test_a_send_error_names_no_secret(world: World) -> None:
    world.platform.api.next_answers[SEND].extend(["cut", "html", "502", "list"])
    for _try in range(4):
        with pytest.raises(SendError) as told:
            await world.channel.send(Address("wecom", "anna"), Reply("hello", ref=1, key="1-0-1"))
        assert "CANARY" not in f"{told.value} {told.value.__cause__!r}"
