"""Channels: how each is, what is stuck and what is decided of it, pausing, and the way to set up."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.channel import Misconfigured, Told, Unreachable
from bot.config import SECRETS, Settings
from bot.message import Reply
from bot.models import Outbox
from bot.stored import reply_to_json
from knowledge.library import Library
from tests.console.office import NOW, Desk, Office, opened
from tests.console.talking import CHANNELS, Visitor
from tests.script import ScriptChannel

LIST = "/console/channels"
SCRIPT = f"{LIST}/script"
HOSTILE = "400 <script>alert(1)</script>"


class Examined(ScriptChannel):
    """A channel whose platform says what a test wants it to say."""

    name = "examined"
    says: Any = None

    async def examine(self) -> tuple[Told, ...]:
        if self.says is not None:
            raise self.says
        return (Told("There is no channel {name}.", {"name": HOSTILE}),)

    async def set_up(self) -> tuple[Told, ...]:
        return (Told("There is no channel {name}.", {"name": "menu"}),)


KNOWN = {**CHANNELS, "examined": Examined}


@pytest.fixture
async def talking(settings: Settings, library: Library) -> AsyncIterator[Office]:
    """On either database, with channels people write on."""
    async with opened(settings, library, KNOWN) as office:
        yield office


def stuck(office: Office, state: str, **values: Any) -> int:
    """A message of ours to Ben that did not go as it should."""
    row = {"channel": "script", "address": "script:ben", "kind": "reply", "state": state}
    row |= {"body": reply_to_json(Reply("A quiet word")), "error": HOSTILE, "attempts": 8}
    row |= {"created_at": NOW, "due_at": NOW, "settled_at": NOW, "dialog": "help"}
    with office.house.database.write() as connection:
        made = connection.execute(insert(Outbox).values(row | values).returning(Outbox.id))
        return int(made.scalar_one())


def state_of(office: Office, number: int) -> str:
    ((state,),) = office.rows(f"SELECT state FROM outbox WHERE id = {number}")
    return state


def audited(office: Office) -> list[tuple[str, ...]]:
    return office.rows(
        "SELECT actor, action, object, detail FROM audit_entry "
        "WHERE action LIKE 'delivery.%' OR action LIKE 'channel.%' ORDER BY id"
    )


async def read(desk: Desk, path: str) -> list[dict[str, str]]:
    page = await desk.get(path)
    assert page.status == 200
    return list(csv.DictReader(io.StringIO(page.body.decode("utf-8-sig"))))


async def test_every_channel_is_on_the_list_also_those_that_are_closed(talking: Office) -> None:
    desk = await talking.joins("anna", "viewer")
    page = await desk.get(LIST)
    for name in ("script", "windowed", "telegram", "wechat", "wecom", "web"):
        assert f"{LIST}/{name}" in page.links
        assert (await desk.get(f"{LIST}/{name}")).status == 200
    rows = {row["channel"]: row["state"] for row in await read(desk, f"{LIST}.csv")}
    assert (rows["script"], rows["telegram"]) == ("open", "closed")
    for name in ("carrier-pigeon", "terminal"):
        assert (await desk.get(f"{LIST}/{name}")).status == 404


async def test_it_says_whom_it_reaches(talking: Office) -> None:
    for name in ("anna", "chen", "dora"):
        await Visitor(talking, name, "windowed").says("hello")
    talking.change("UPDATE address SET left_at = :at WHERE id = 'windowed:dora'", at=str(NOW)[:19])
    talking.change("DELETE FROM allowance WHERE address = 'windowed:chen'")
    desk = await talking.joins("anna", "viewer")
    words = (await desk.get(f"{LIST}/windowed")).words
    assert "can be written to now 1 only after they write 1 have left or blocked us 1" in words
    talking.wait(timedelta(hours=3))
    await desk.sign_in("anna")
    assert "written to now 0 only after they write 2" in (await desk.get(f"{LIST}/windowed")).words


async def test_what_is_stuck_is_told_without_saying_who(talking: Office) -> None:
    await Visitor(talking, "ben").says("hello")
    stuck(talking, "failed")
    desk = await talking.joins("anna", "viewer")
    page = await desk.get(SCRIPT)
    for told in ("Person 1", "failed", "In the platform's words: “400 <script>"):
        assert told in page.words
    for never in ("script:ben", "A quiet word", "<script>alert", "Try again", "Set it up"):
        assert never not in page.html
    (row,) = await read(desk, f"{SCRIPT}/queue.csv?state=failed")
    assert (row["person"], row["state"], row["error"]) == ("1", "failed", HOSTILE)
    assert await read(desk, f"{SCRIPT}/queue.csv?state=parked") == []


async def test_what_failed_is_tried_again_once(talking: Office) -> None:
    ben = Visitor(talking, "ben")
    await ben.says("hello")
    await ben.hears()
    number, desk = stuck(talking, "failed"), await talking.joins("anna", "admin")
    await desk.get(SCRIPT)
    assert (await desk.post(f"{SCRIPT}/decide", do="again", id=str(number))).status == 303
    again = await desk.post(f"{SCRIPT}/decide", do="again", id=str(number))
    assert (again.status, "has decided this already" in again.words) == (422, True)
    assert await ben.hears() == ["A quiet word"]
    assert state_of(talking, number) == "sent"
    about = f"delivery:script:{number}"
    assert audited(talking) == [("staff:anna", "delivery.again", about, "failed")]


async def test_what_may_have_arrived_is_decided_by_a_person(talking: Office) -> None:
    ben = Visitor(talking, "ben")
    await ben.says("hello")
    await ben.hears()
    told, doubted = stuck(talking, "unsure"), stuck(talking, "unsure", kind="broadcast")
    desk = await talking.joins("anna", "admin")
    await desk.get(SCRIPT)
    await desk.post(f"{SCRIPT}/decide", do="count", id=str(told))
    await desk.post(f"{SCRIPT}/decide", do="again", id=str(doubted))
    assert (state_of(talking, told), state_of(talking, doubted)) == ("sent", "queued")
    (heard,) = await ben.hears()
    assert heard.startswith(f"A quiet word (Message no. {doubted}: I could not see")
    assert [row[1] for row in audited(talking)] == ["delivery.counted", "delivery.again"]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"expires_at": NOW - timedelta(minutes=1)}, "It is too late"),
        ({"body": None}, "The text is gone"),
        ({"state": "sent"}, "has decided this already"),
        ({"state": "parked"}, "has decided this already"),
        ({"channel": "windowed"}, "has decided this already"),
        ({"address": "script:gone"}, "has left the channel"),
    ],
)
async def test_what_cannot_be_sent_again_says_why(
    talking: Office, values: dict[str, Any], why: str
) -> None:
    await Visitor(talking, "ben").says("hello")
    await Visitor(talking, "gone").says("hello")
    talking.change("UPDATE address SET left_at = created_at WHERE id = 'script:gone'")
    number = stuck(talking, **({"state": "failed"} | values))
    if values.get("body", 1) is None:
        talking.change("UPDATE outbox SET body = NULL WHERE id = :id", id=number)
    desk = await talking.joins("anna", "admin")
    await desk.get(SCRIPT)
    page = await desk.post(f"{SCRIPT}/decide", do="again", id=str(number))
    assert (page.status, why in page.words) == (422, True)
    assert audited(talking) == []


async def test_a_channel_pauses_and_goes_on(talking: Office) -> None:
    ben, desk = Visitor(talking, "ben"), await talking.joins("anna", "admin")
    await desk.get(SCRIPT)
    assert (await desk.post(f"{SCRIPT}/change", do="pause")).status == 303
    assert (await desk.post(f"{SCRIPT}/change", do="pause")).status == 422
    talking.wait(timedelta(seconds=3))
    assert await ben.says("hello") == [], "heard, and not answered yet"
    assert "paused by the team" in (await desk.get(LIST)).words
    assert "paused by the team" in (await desk.get(SCRIPT)).words
    assert (await read(desk, f"{LIST}.csv"))[1]["state"] == "paused"
    assert (await desk.post(f"{SCRIPT}/change", do="go-on")).status == 303
    talking.wait(timedelta(seconds=3))
    assert len(await ben.hears()) == 1
    assert (await desk.post(f"{SCRIPT}/change", do="go-on")).status == 422
    assert (await desk.post(f"{SCRIPT}/change", do="burn")).status == 404
    actions = [("staff:anna", f"channel.{do}", "channel:script", "") for do in ("pause", "go-on")]
    assert audited(talking) == actions


async def test_who_has_mended_a_channel_need_not_wait_for_it(talking: Office) -> None:
    ben, desk = Visitor(talking, "ben"), await talking.joins("anna", "admin")
    channel = talking.house.channels["script"]

    async def refuse(*_any: Any) -> Any:
        raise Misconfigured("401 Unauthorized")

    channel.send, working = refuse, channel.send  # type: ignore[method-assign]
    assert await ben.says("hello") == []
    channel.send = working  # type: ignore[method-assign]
    talking.wait(timedelta(seconds=3))
    assert await ben.hears() == [], "it pauses for a minute"
    page = await desk.get(SCRIPT)
    assert "Try again now" in page.words
    await desk.post(f"{SCRIPT}/change", do="go-on")
    talking.wait(timedelta(seconds=3))
    assert len(await ben.hears()) == 1


async def test_the_connection_is_tested_and_told_kindly(talking: Office) -> None:
    desk, channel = await talking.joins("anna", "admin"), talking.house.channels["examined"]
    assert isinstance(channel, Examined)
    at = f"{LIST}/examined"
    await desk.get(at)
    page = await desk.post(f"{at}/test", do="test")
    assert "It works. There is no channel 400 <script>" in page.words
    assert "<script>alert" not in page.html
    assert "no channel menu" in (await desk.post(f"{at}/test", do="set-up")).words
    for error, told in (
        (Unreachable("ClientConnectorError"), "What to do: Look whether this server"),
        (Misconfigured("401 Unauthorized"), "“401 Unauthorized”"),
        (RuntimeError("token 7000:AAE"), "went wrong on our side"),
    ):
        channel.says = error
        page = await desk.post(f"{at}/test", do="test")
        assert (page.status, told in page.words) == (200, True), page.words
        assert "It does not work yet." in page.words
        assert "7000:AAE" not in page.html
    closed = await desk.post(f"{LIST}/telegram/test", do="test")
    assert "It is not open yet" in closed.words


async def test_a_guide_shows_what_is_missing_and_no_secret(
    settings: Settings, library: Library
) -> None:
    secrets = {key: f"hush-{key}" for key in SECRETS if key.startswith(("telegram", "we"))}
    given = secrets | {"wechat_app_id": "wx42", "public_url": "https://chat.example.org"}
    given |= {"telegram_api": "https://anna:hush-proxy@bots.example.org"}
    async with opened(replace(settings, **given), library, CHANNELS) as office:
        token = office.does(lambda staff: staff.invite(staff.add("anna", "admin", "t"), "t"))
        office.change("UPDATE staff SET totp = 'x'")
        assert token
        desk = await office.desk()
        await desk.get(f"/console/welcome/{token}")
        await desk.post(f"/console/welcome/{token}", password="four unrelated green words")
        office.change("UPDATE staff SET totp = 'x'")
        for name, told in (
            ("telegram", ("@BotFather", "CITYBOT_TELEGRAM_TOKEN_FILE", "…@bots.example.org")),
            ("wechat", ("https://chat.example.org/wechat", "wx42", "设置与开发")),
            ("wecom", ("https://chat.example.org/wecom", "wecom_corp_id", "missing")),
            ("web", ("https://chat.example.org/widget.js",)),
        ):
            page = await desk.get(f"{LIST}/{name}")
            assert page.status == 200, name
            for words in told:
                assert words in page.html, (name, words)
            assert "hush" not in page.html


@pytest.mark.parametrize("do", ["change", "decide", "test"])
async def test_only_who_may_and_means_it_does_anything(talking: Office, do: str) -> None:
    number = stuck(talking, "failed")
    admin, reviewer = await talking.joins("anna", "admin"), await talking.joins("r", "reviewer")
    names = {"change": "pause", "decide": "again", "test": "test"}
    fields = {"do": names[do], "id": str(number)}
    assert (await reviewer.post(f"{SCRIPT}/{do}", **fields)).status == 403
    assert (await admin.ask("POST", f"{SCRIPT}/{do}", data=fields)).status == 403
    assert (audited(talking), state_of(talking, number)) == ([], "failed")
    page = await admin.post(f"{LIST}/carrier-pigeon/{do}", **fields)
    assert page.status == 404
