"""What a member did, as the XML says it and as we hear it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.taps import Tap
from adapters.tencent import xml
from adapters.tencent.push import Account
from adapters.wecom.heard import Entered, Tapped, heard
from bot.message import Address, Attachment, Joined, Left, Message

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
ACCOUNT = Account("ww01:1000002", "zh", lambda: NOW, "1000002")
ANNA = Address("wecom", "anna.li")
HEAD = (
    "<ToUserName><![CDATA[ww01]]></ToUserName><FromUserName><![CDATA[Anna.Li]]></FromUserName>"
    "<CreateTime>1795860000</CreateTime><AgentID>1000002</AgentID>"
)
MARKED = (
    "<SelectedItems><SelectedItem><QuestionKey>7</QuestionKey>"
    "<OptionIds><OptionId>7.c</OptionId></OptionIds></SelectedItem></SelectedItems>"
)


def hear(inner: str) -> Any:
    return heard(xml.read(f"<xml>{HEAD}{inner}</xml>".encode()), ACCOUNT)


def event(name: str, more: str = "") -> str:
    return f"<MsgType>event</MsgType><Event>{name}</Event>{more}"


def message(text: str = "", *things: Attachment, picked: str | None = None) -> Message:
    return Message("", ANNA, text, NOW, things, picked, locale="zh")


HEARD = {
    "text": ("<MsgType>text</MsgType><Content> 你好 &amp; 🌱 </Content>", message(" 你好 & 🌱 ")),
    "text with nothing in it": ("<MsgType>text</MsgType>", message()),
    "image": ("<MsgType>image</MsgType>", message("", Attachment("image/*", "", ""))),
    "voice": ("<MsgType>voice</MsgType>", message("", Attachment("audio/*", "", ""))),
    "video": ("<MsgType>video</MsgType>", message("", Attachment("video/*", "", ""))),
    "location": (
        "<MsgType>location</MsgType><Location_X>30.6</Location_X><Location_Y>104.1</Location_Y>"
        "<Label>成都</Label>",
        message(
            "",
            Attachment(
                "application/geo+json", b'{"type": "Point", "coordinates": [104.1, 30.6]}', ""
            ),
        ),
    ),
    "a location that is nowhere": (
        "<MsgType>location</MsgType><Location_X>nan</Location_X><Location_Y>x</Location_Y>",
        message("", Attachment("application/geo+json", b"", "")),
    ),
    "link": (
        "<MsgType>link</MsgType><Title>Plan</Title><Url>https://a.example</Url>",
        message("Plan\nhttps://a.example"),
    ),
    "a kind nobody knows": (
        "<MsgType>red_packet</MsgType>",
        message("", Attachment("application/x-wecom-red_packet", "", "")),
    ),
    "a kind that is no word": (
        "<MsgType>../etc</MsgType>",
        message("", Attachment("application/x-wecom-unknown", "", "")),
    ),
    "subscribe": (event("subscribe"), Joined("", ANNA, NOW, locale="zh")),
    "unsubscribe": (event("unsubscribe"), Left("", ANNA, NOW)),
    "enter_agent": (event("enter_agent"), Entered(Joined("", ANNA, NOW, locale="zh"))),
    "click": (event("click", "<EventKey>help</EventKey>"), message(picked="help")),
    "a click on nothing": (event("click"), None),
    "view": (event("view", "<EventKey>https://a.example</EventKey>"), None),
    "a place nobody asked for": (event("LOCATION", "<Latitude>1</Latitude>"), None),
    "an event nobody knows": (event("kf_msg_or_event"), None),
    "a button": (
        event(
            "template_card_event",
            "<EventKey>16.1</EventKey><TaskId>t</TaskId><ResponseCode>c</ResponseCode>",
        ),
        Tapped(ANNA, (Tap(42, 1),), "c", NOW, ""),
    ),
    "an option": (
        event("template_card_event", f"<EventKey>7</EventKey>{MARKED}"),
        Tapped(ANNA, (Tap(7, 12),), "", NOW, ""),
    ),
    "a card's own menu": (
        event("template_card_menu_event", "<EventKey>16.0</EventKey>"),
        Tapped(ANNA, (Tap(42, 0),), "", NOW, ""),
    ),
    "a card that is not ours": (
        event("template_card_event", "<EventKey>approve?id=1</EventKey>"),
        Tapped(ANNA, (), "", NOW, ""),
    ),
}


@pytest.mark.parametrize("name", HEARD)
def test_what_a_push_means(name: str) -> None:
    inner, expected = HEARD[name]
    found = hear(inner)
    assert without_id(found.what) == expected


def without_id(what: Any) -> Any:
    """Ids have tests of their own."""
    match what:
        case Entered(joined):
            return Entered(without_id(joined))
        case None:
            return None
    return replace(what, id="")


@pytest.mark.parametrize("created", ["0", "-1", "1795860000000", "17958600000000000", "abc", ""])
def test_a_time_that_is_nonsense_is_now(created: str) -> None:
    """B10."""
    head = HEAD.replace("1795860000", created)
    body = f"<xml>{head}<MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>"
    found = heard(xml.read(body.encode()), ACCOUNT)
    assert isinstance(found.what, Message)
    assert (found.created_at, found.what.sent_at) == (None, NOW)


def the_id(inner: str, account: Account = ACCOUNT) -> str:
    found = heard(xml.read(f"<xml>{HEAD}{inner}</xml>".encode()), account).what
    return str(found.joined.id if isinstance(found, Entered) else found.id)  # type: ignore[union-attr]


def test_a_message_is_known_by_its_number_in_its_app() -> None:
    text = "<MsgType>text</MsgType><MsgId>99</MsgId>"
    assert the_id(text) == "ww01:1000002:99"


PAIRS = [
    (event("subscribe"), event("unsubscribe")),
    (event("click", "<EventKey>a</EventKey>"), event("click", "<EventKey>b</EventKey>")),
    (
        event("template_card_event", "<EventKey>1.0</EventKey><TaskId>a</TaskId>"),
        event("template_card_event", "<EventKey>1.0</EventKey><TaskId>b</TaskId>"),
    ),
    (
        event("template_card_event", f"<EventKey>7</EventKey>{MARKED}"),
        event("template_card_event", f"<EventKey>7</EventKey>{MARKED.replace('7.c', '7.d')}"),
    ),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_events_in_one_second_are_two(one: str, other: str) -> None:
    """B07, B08; and the name of an id leads to nobody."""
    assert the_id(one) == the_id(one) != the_id(other)
    assert "anna" not in the_id(one).lower()


def test_the_apps_of_a_company_are_kept_apart() -> None:
    elsewhere = Account("ww02:1000002", "zh", lambda: NOW, "1000002")
    assert the_id(event("subscribe")) != the_id(event("subscribe"), elsewhere)
