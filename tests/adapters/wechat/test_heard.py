"""Wire to event, as a table: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest

from adapters.tencent import xml
from adapters.tencent.errors import BadCallback
from adapters.tencent.push import Account
from adapters.wechat.heard import Heard, heard
from bot.message import Address, Attachment, Event, Joined, Left, Message

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
ACCOUNT = Account("wx01", "zh", lambda: NOW)
OPENID = "oAnna-0123456789abcdefghijkl"
ANNA = Address("wechat", OPENID)
HEAD = {
    "ToUserName": "gh_0123456789ab",
    "FromUserName": OPENID,
    "CreateTime": str(int(NOW.timestamp())),
}


def push(**fields: str) -> xml.Element:
    inner = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in {**HEAD, **fields}.items())
    return xml.read(f"<xml>{inner}</xml>".encode())


def hear(**fields: str) -> Heard:
    return heard(push(**fields), ACCOUNT)


def message(text: str, *things: Attachment, **more: Any) -> Message:
    return Message("wx01:7", ANNA, text, NOW, attachments=things, locale="zh", **more)


HERE = Attachment(
    "application/geo+json",
    json.dumps({"type": "Point", "coordinates": [113.352023, 23.134521]}).encode(),
    "",  # the address in words is not taken up
)
MESSAGES: dict[str, tuple[dict[str, str], Message]] = {
    "text": ({"MsgType": "text", "Content": "hello"}, message("hello")),
    "a tapped msgmenu": (
        {"MsgType": "text", "Content": "Yes", "bizmsgmenuid": "answer:x"},
        message("Yes", picked="answer:x"),
    ),
    "image": (
        {"MsgType": "image", "PicUrl": "http://mmbiz.qpic.cn/x", "MediaId": "m"},
        message("", Attachment("image/*", "", "")),
    ),
    "voice that was understood": (
        {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": "Was gibt es Neues"},
        message("Was gibt es Neues", Attachment("audio/*", "", "")),
    ),
    "voice that was not": (
        {"MsgType": "voice", "MediaId": "m", "Format": "amr"},
        message("", Attachment("audio/*", "", "")),
    ),
    "video": ({"MsgType": "video"}, message("", Attachment("video/*", "", ""))),
    "short video": ({"MsgType": "shortvideo"}, message("", Attachment("video/*", "", ""))),
    "file": ({"MsgType": "file"}, message("", Attachment("*/*", "", ""))),
    "location": (
        {
            "MsgType": "location",
            "Location_X": "23.134521",
            "Location_Y": "113.352023",
            "Scale": "20",
            "Label": "Guangzhou",
        },
        message("", HERE),
    ),
    "a location nowhere": (
        {"MsgType": "location", "Location_X": "nan", "Location_Y": "here"},
        message("", Attachment("application/geo+json", b"", "")),
    ),
    "link": (
        {"MsgType": "link", "Title": "A page", "Description": "d", "Url": "https://example.org"},
        message("A page\nhttps://example.org"),
    ),
    "a kind nobody knows": (
        {"MsgType": "hologram"},
        message("", Attachment("application/x-wechat-hologram", "", "")),
    ),
    "a kind that is an attack": (
        {"MsgType": "../../etc; rm"},
        message("", Attachment("application/x-wechat-unknown", "", "")),
    ),
    "upper case": ({"MsgType": "TEXT", "Content": "hello"}, message("hello")),
}


@pytest.mark.parametrize(("fields", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_a_message_is_read(fields: dict[str, str], expected: Message) -> None:
    assert hear(MsgId="7", **fields).event == expected


EVENTS: dict[str, tuple[dict[str, str], Event | None]] = {
    "follow": ({"Event": "subscribe", "EventKey": ""}, Joined("", ANNA, NOW, locale="zh")),
    "follow by a code": (
        {"Event": "subscribe", "EventKey": "qrscene_answer.x-1", "Ticket": "t"},
        Joined("", ANNA, NOW, locale="zh", invite="answer.x-1"),
    ),
    "scan of a follower": (
        {"Event": "SCAN", "EventKey": "answer.x-1", "Ticket": "t"},
        Joined("", ANNA, NOW, locale="zh", invite="answer.x-1"),
    ),
    "leave": ({"Event": "unsubscribe", "EventKey": ""}, Left("", ANNA, NOW)),
    "menu": ({"Event": "CLICK", "EventKey": "help"}, message("", picked="help")),
    "menu that opens a page": ({"Event": "VIEW", "EventKey": "https://example.org"}, None),
    "where they are": ({"Event": "LOCATION", "Latitude": "1", "Longitude": "2"}, None),
    "a notice that went": (
        {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "200163836", "Status": "success"},
        None,
    ),
    "a mass send that went": ({"Event": "MASSSENDJOBFINISH", "MsgID": "1", "Status": "ok"}, None),
    "consent to notices": ({"Event": "subscribe_msg_popup_event"}, None),
    "one that nobody knows": ({"Event": "hologram_event"}, None),
    "none at all": ({}, None),
}


@pytest.mark.parametrize(("fields", "expected"), EVENTS.values(), ids=EVENTS)
def test_an_event_is_read(fields: dict[str, str], expected: Event | None) -> None:
    event = hear(MsgType="event", **fields).event
    assert (event and replace(event, id="")) == (expected and replace(expected, id=""))


STRANGE_TIMES = ["0", "-5", "1795860000000", "17958600000000000", "abc", "", "9" * 400]


@pytest.mark.parametrize("created", STRANGE_TIMES)
def test_a_time_that_is_none_is_now(created: str) -> None:
    """B10."""
    found = hear(MsgType="text", Content="hi", MsgId="7", CreateTime=created)
    assert found.created_at is None
    assert found.event is not None
    assert found.event.sent_at == NOW


def test_a_time_is_seconds() -> None:
    at = NOW - timedelta(seconds=12)
    found = hear(MsgType="text", Content="hi", MsgId="7", CreateTime=str(int(at.timestamp())))
    assert (found.created_at, found.event and found.event.sent_at) == (at, at)


def ids(*several: dict[str, str]) -> list[str]:
    found = [hear(MsgType="event", **fields).event for fields in several]
    return [event.id for event in found if event]


def test_two_events_of_one_second_are_two() -> None:
    """B07: the platform's own advice, FromUserName and CreateTime, would lose one."""
    assert len(set(ids({"Event": "subscribe"}, {"Event": "SCAN"}))) == 2
    assert (
        len(set(ids({"Event": "CLICK", "EventKey": "a"}, {"Event": "CLICK", "EventKey": "b"}))) == 2
    )


def test_an_event_that_comes_again_is_the_same() -> None:
    """B08."""
    assert len(set(ids({"Event": "subscribe"}, {"Event": "subscribe"}))) == 1


def test_an_id_belongs_to_the_account_and_leads_to_nobody() -> None:
    (event_id,) = ids({"Event": "subscribe"})
    assert event_id.startswith("wx01:")
    assert OPENID not in event_id


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"FromUserName": "", "MsgType": "text"}, "sender"),
        ({"FromUserName": "o" * 65, "MsgType": "text"}, "sender"),
        ({"FromUserName": "../x", "MsgType": "text"}, "sender"),
        ({"FromUserName": "anna\n", "MsgType": "text"}, "sender"),
        ({"MsgType": ""}, "kind"),
        ({}, "kind"),
    ],
)
def test_a_push_without_sender_or_kind_is_none(fields: dict[str, str], reason: str) -> None:
    with pytest.raises(BadCallback, match=reason):
        hear(**fields)


def test_a_kind_given_twice_is_none() -> None:
    body = "".join(f"<{k}>{v}</{k}>" for k, v in HEAD.items())
    twice = xml.read(f"<xml>{body}<MsgType>text</MsgType><MsgType>event</MsgType></xml>".encode())
    with pytest.raises(BadCallback, match="xml-doubled"):
        heard(twice, ACCOUNT)
