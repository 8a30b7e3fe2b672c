"""XML read with suspicion and written without loopholes."""

import time
import tracemalloc
from contextlib import suppress
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tencent import xml
from adapters.tencent.errors import BadCallback


def test_fields_are_read_as_they_were_sent() -> None:
    root = xml.read(
        "<xml>\n <MsgType><![CDATA[text]]></MsgType>\n <Content>  你好 &amp; 🌱\n</Content></xml>".encode()
    )
    assert [root.of(name) for name in ("MsgType", "Content", "MsgId")] == [
        "text",
        "  你好 & 🌱\n",
        "",
    ]


def test_a_list_within_is_found_along_its_path() -> None:
    root = xml.read(
        b"<xml><SelectedItems><SelectedItem><QuestionKey>q1</QuestionKey><OptionIds>"
        b"<OptionId>a</OptionId><OptionId>b</OptionId></OptionIds></SelectedItem></SelectedItems></xml>"
    )
    options = root.all("SelectedItems", "SelectedItem", "OptionIds", "OptionId")
    assert [option.text for option in options] == ["a", "b"]


@pytest.mark.parametrize("unseen", ["\x01", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_costs_nobody_their_message(unseen: str) -> None:
    root = xml.read(f"<xml><Content><![CDATA[公园{unseen}很好]]></Content></xml>".encode())
    assert root.of("Content") == "公园很好"


NESTED = b"<a>" * 200_000
BAD = {
    "empty": (b"", "xml-malformed"),
    "no xml at all": (b'{"errcode": 0}', "xml-malformed"),
    "another root": (b"<html></html>", "xml-root"),
    "trailing junk": (b"<xml></xml>junk", "xml-malformed"),
    "two roots": (b"<xml></xml><xml></xml>", "xml-malformed"),
    "unclosed": (b"<xml><a></xml>", "xml-malformed"),
    "unclosed CDATA": (b"<xml><a><![CDATA[x</a></xml>", "xml-malformed"),
    "NUL": (b"<xml><a>\0</a></xml>", "xml-not-utf8"),
    "NUL as a reference": (b"<xml><a>&#0;</a></xml>", "xml-malformed"),
    "an unknown entity": (b"<xml><a>&who;</a></xml>", "xml-malformed"),
    "a DTD": (b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml></xml>', "xml-declares"),
    "an entity": (b'<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>', "xml-declares"),
    "a DTD behind a control character": (b"<!DOC\x0bTYPE xml><xml></xml>", "xml-declares"),
    "a DTD in lower case": (b"<!doctype xml><xml></xml>", "xml-declares"),
    "UTF-16": ("<xml></xml>".encode("utf-16"), "xml-not-utf8"),
    "UTF-16 without a mark": ("<xml></xml>".encode("utf-16-le"), "xml-not-utf8"),
    "GBK": ("<xml><a>你好</a></xml>".encode("gbk"), "xml-not-utf8"),
    "too large": (b"<xml><a>" + b"x" * xml.LIMIT + b"</a></xml>", "xml-too-large"),
    "200,000 elements": (b"<xml>" + b"<a/>" * 200_000 + b"</xml>", "xml-too-large"),
    "65 children": (b"<xml>" + b"<a/>" * 65 + b"</xml>", "xml-too-many"),
    "depth 200,000": (b"<xml>" + NESTED, "xml-too-large"),
    "depth 5": (b"<xml>" + b"<a>" * 5 + b"</a>" * 5 + b"</xml>", "xml-too-deep"),
    "200,000 attributes": (b"<xml " + b"a='1' " * 200_000 + b"/>", "xml-too-large"),
    "an attribute twice": (b"<xml a='1' a='2'/>", "xml-malformed"),
}


@pytest.mark.parametrize(("body", "reason"), BAD.values(), ids=BAD)
def test_what_is_no_callback_is_refused_fast_and_in_little_room(body: bytes, reason: str) -> None:
    tracemalloc.start()
    begun = time.thread_time()  # not the wall's: other programs run here as well
    with pytest.raises(BadCallback) as refused:
        xml.read(body)
    took = time.thread_time() - begun
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.reason == reason
    assert took < 0.1
    assert peak < 20 * 2**20


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<xml><MsgType>text</MsgType><MsgType>event</MsgType></xml>", "xml-doubled"),
        (b"<xml><MsgType><a>text</a></MsgType></xml>", "xml-nested"),
    ],
)
def test_a_field_nobody_can_be_sure_of_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(BadCallback) as refused:
        xml.read(body).of("MsgType")
    assert refused.value.reason == reason


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with suppress(BadCallback):
        xml.read(body)


HOSTILE = [
    "]]>",
    "]]]]>>",
    "x]]></Content><FromUserName>evil</FromUserName><Content><![CDATA[",
    "<b>&amp;&#0;</b>",
    "tab\tline\nreturn",
    "a\x00b\x07c\x0bd\x1fe\ufffef",
    "lone \ud800 surrogate",
    "  blanks kept  ",
    "👨‍👩‍👧‍👦 你好",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_cannot_leave_its_element(text: str) -> None:
    """Read by another parser: only what XML cannot hold is gone."""
    root = ElementTree.fromstring(xml.write({"FromUserName": "us", "Content": text}))
    gone = dict.fromkeys([0, 7, 0x0B, 0x1F, 0xFFFE, 0xD800])
    assert [child.tag for child in root] == ["FromUserName", "Content"]
    assert root.findtext("Content") == text.translate(gone)


@given(st.text())
def test_what_is_written_is_read_again(text: str) -> None:
    written = xml.write({"Content": text}).encode()
    # A carriage return is a line end to every reader of XML.
    kept = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    assert xml.read(written).of("Content") == kept.replace("\r\n", "\n").replace("\r", "\n")


def test_numbers_stand_bare_and_mappings_nest() -> None:
    assert xml.write({"CreateTime": 12, "Image": {"MediaId": "m1"}}) == (
        "<xml><CreateTime>12</CreateTime><Image><MediaId><![CDATA[m1]]></MediaId></Image></xml>"
    )
