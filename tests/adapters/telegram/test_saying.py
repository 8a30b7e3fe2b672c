"""A fitted reply as messages of Telegram's."""

import orjson
import pytest

from adapters.capabilities import TELEGRAM
from adapters.telegram.saying import NativePoll, pieces
from bot.message import POLL, Attachment, Choice, Link, Reply
from bot.render import fit

ICS = Attachment("text/calendar", b"BEGIN:VCALENDAR", "date.ics")
PNG = Attachment("image/png", b"\x89PNG", "poster.png")
YES = Choice("yes", "Yes")
BALLOT = {"question": "A new park?", "options": ["Yes", "No"]}


def poll(**content: object) -> Attachment:
    return Attachment(POLL, orjson.dumps(BALLOT | content), "poll")


def told(reply: Reply, group: bool = False) -> list[tuple[str, str | None, NativePoll | None]]:
    return [(s.text, s.file.name if s.file else None, s.poll) for s in pieces(reply, group)]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply("Hello"), [("Hello", None, None)]),
        (Reply("Here", attachments=(ICS,)), [("Here", "date.ics", None)]),
        (Reply("", attachments=(ICS,)), [("", "date.ics", None)]),
        (Reply("Here", attachments=(PNG, ICS)), [("", "poster.png", None), ("Here", "date.ics", None)]),
        (Reply("x" * 1025, attachments=(ICS,)), [("", "date.ics", None), ("x" * 1025, None, None)]),
        (Reply("😀" * 513, attachments=(ICS,)), [("", "date.ics", None), ("😀" * 513, None, None)]),
        (Reply("Gone", attachments=(Attachment("text/calendar", b"", "x"),)), [("Gone", None, None)]),
    ],
    ids=["words", "a file", "a file alone", "two files", "too long for a caption", "in UTF-16 units", "an empty file"],
)  # fmt: skip
def test_files_come_first_and_words_below_the_last(
    reply: Reply, said: list[tuple[str, str | None, NativePoll | None]]
) -> None:
    assert told(reply) == said


def test_the_keyboard_stands_below_the_last_message() -> None:
    first, last = pieces(Reply("Here", (YES,), attachments=(PNG, ICS), ref=5), group=False)
    assert not first.keyboard
    assert last.keyboard


def test_a_link_telegram_refuses_as_a_button_stands_in_the_text() -> None:
    links = (Link("Chat", "http://127.0.0.1:8080/chat"), Link("City", "https://x.org/"))
    (said,) = pieces(Reply("Look:", links=links), group=False)
    assert said.text == "Look:\n\nChat: http://127.0.0.1:8080/chat"
    assert [b["url"] for row in said.keyboard for b in row] == ["https://x.org/"]


def test_a_file_that_stands_elsewhere_is_a_link() -> None:
    there = Attachment("image/png", "https://x.org/poster.png", "Poster")
    (said,) = pieces(Reply("Look:", attachments=(there,)), group=False)
    assert said.file is None
    assert said.keyboard[0][0]["url"] == "https://x.org/poster.png"


def test_the_same_in_words_alone_loses_none() -> None:
    reply = Reply("Well?", (YES, Choice("no", "No")), (Link("City", "https://x.org/"),), ref=5)
    (said,) = pieces(reply, group=False)
    assert said.plainer() == "Well?\n\n1. Yes\n2. No\n\nCity: https://x.org/"


# -- polls -----------------------------------------------------------------------------------

NATIVE = NativePoll("A new park?", ("Yes", "No"))


def test_in_a_group_a_poll_is_a_poll_of_telegrams() -> None:
    reply = Reply("Please vote.", attachments=(poll(),))
    assert told(reply, group=True) == [("Please vote.", None, None), ("", None, NATIVE)]


def test_elsewhere_the_words_are_the_poll() -> None:
    assert told(Reply("Please vote.", (YES,), attachments=(poll(),))) == [
        ("Please vote.\n\nA new park?\n· Yes\n· No", None, None)
    ]


def test_buttons_that_only_repeat_the_options_are_left_out() -> None:
    words, _poll = pieces(Reply("Vote.", (YES,), attachments=(poll(),), ref=5), group=True)
    assert not words.keyboard
    more = (YES, Choice("results", "Results"))
    words, _poll = pieces(Reply("Vote.", more, attachments=(poll(),), ref=5), group=True)
    assert words.keyboard


@pytest.mark.parametrize(
    "bad",
    [
        poll(question=""),
        poll(question="x" * 301),
        poll(options=[]),
        poll(options=["x"] * 13),
        poll(options=["x" * 101]),
        poll(options=[""]),
        poll(options=5),
        Attachment(POLL, b"no json", "poll"),
        Attachment(POLL, b"[]", "poll"),
        Attachment(POLL, "https://x.org/poll", "poll"),
    ],
    ids=lambda bad: str(bad.url_or_bytes)[:40],
)
def test_a_poll_telegram_would_refuse_stays_words(bad: Attachment) -> None:
    assert [s.poll for s in pieces(Reply("Vote.", attachments=(bad,)), group=True)] == [None]


def test_a_poll_at_its_limits_is_one() -> None:
    largest = poll(question="😀" * 150, options=["😀" * 50] * 12)
    (_words, said) = pieces(Reply("Vote.", attachments=(largest,)), group=True)
    assert said.poll is not None


# -- limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [3999, 4000, 4001, 4096, 4097, 9000])
@pytest.mark.parametrize("sign", ["x", "😀", "👨‍👩‍👧‍👦", "城"])
def test_long_texts_go_out_whole_in_parts_telegram_takes(length: int, sign: str) -> None:
    """C16: in UTF-16 units, and never through a sign."""
    text = sign * (length // TELEGRAM.size(sign))
    parts = fit(Reply(text, ref=5), TELEGRAM).parts
    said = [message for part in parts for message in pieces(part, group=False)]
    assert "".join(s.text for s in said) == text
    assert all(TELEGRAM.size(s.text) <= 4096 for s in said)
    assert all(len(s.text) % len(sign) == 0 for s in said)
