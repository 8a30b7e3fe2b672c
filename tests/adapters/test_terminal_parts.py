"""The parts of the terminal channel: pages, lines, completion."""

import asyncio
import os
import stat
import threading

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

import dialogs
from adapters.terminal.lines import KEPT, Lines
from adapters.terminal.page import Page, Window
from adapters.terminal.screen import WORDS, Offers, ScreenStage
from bot import app
from bot.config import Settings
from bot.engine import Engine
from bot.i18n import languages, translate
from bot.message import Attachment, Choice, Link, Reply

_DATA = Attachment("text/calendar", "https://a.example/x.ics", "x.ics")


@pytest.mark.parametrize(
    ("channel", "reply", "pages"),
    [
        (
            None,
            Reply("Hello", (Choice("a", "Yes"),), (Link("Page", "https://a.example"),), (_DATA,)),
            [Page("Hello", (Link("Page", "https://a.example"),),
                  ("x.ics: https://a.example/x.ics",), ("1. Yes",), ("Yes",))],
        ),
        (
            "telegram",
            Reply("Hello", (Choice("a", "Yes"),)),
            [Page("Hello", choices=("[1] Yes",), offered=("Yes",), heading="Telegram")],
        ),
        (
            "wecom",
            Reply("Hello", (Choice("a", "What is kept about me and how long"),)),
            [Page("Hello\n\n1. What is kept about me and how long",
                  choices=("[1] 1. What is kept about me an…",),
                  offered=("What is kept about me and how long",), heading="WeCom",
                  note="Changed for this channel: choices are a numbered list and buttons are "
                       "shortened.")],
        ),
        (
            "wechat",
            Reply(f"{'a' * 1000}\n\n{'b' * 1000}"),
            [Page("a" * 1000, heading="WeChat 1/2"),
             Page("b" * 1000, heading="WeChat 2/2",
                  note="Changed for this channel: it takes 2 messages.")],
        ),
        (
            "web",
            Reply("\x1b\u202eHello", links=(Link("Evil", "javascript:alert(1)"),)),
            [Page("Hello\n\nEvil", heading="Web page",
                  note="Changed for this channel: addresses that are not web addresses are not linked.")],
        ),
    ],
)  # fmt: skip
def test_a_reply_is_shown_as_a_channel_would(tmp_path, channel, reply, pages):
    assert list(Window(tmp_path, channel).pages(reply, "en")) == pages


@pytest.mark.parametrize(
    ("written", "offers"),
    [
        ("", ["help", "Hilfe zeigen", "/Read more"]),
        ("HE", ["help"]),
        ("Hilf", ["Hilfe zeigen"]),
        ("/b", ["/back"]),
        ("/lang ", ["/lang de", "/lang en", "/lang zh"]),
        ("x", []),
    ],
)
def test_a_word_begun_is_completed_from_what_is_offered(written, offers):
    completer = Offers()
    completer.words, completer.labels = ("help",), ("Hilfe zeigen", "/Read more")
    found = completer.get_completions(Document(written), CompleteEvent())
    assert [(c.text, c.start_position) for c in found] == [(o, -len(written)) for o in offers]


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_word_that_is_completed_is_understood(library, language):
    services = app.services(Settings(), library)
    engine = Engine(dialogs.load(), services, fallback=dialogs.FALLBACK)
    words = [translate(language, word) for word in WORDS]
    assert [engine.wish(word) for word in words] == [
        "help", "language", "human", "privacy", "unsubscribe", "cancel",
    ]  # fmt: skip


def test_what_was_written_before_is_kept_for_its_owner_only(tmp_path):
    history = tmp_path / "new" / "chat-history"
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        ScreenStage("Citybot", "en", history)
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n\nb\n", ["a", "", "b"]),
        (b"\xffa\n", ["\ufffda"]),
        (b"x" * 1_000_000 + b"\nend\n", ["x" * KEPT, "end"]),
    ],
)
async def test_lines_come_one_by_one_and_a_long_one_cut(content, lines):
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb"), os.fdopen(writing, "wb") as end:
        writer = threading.Thread(target=lambda: (end.write(content), end.close()))
        writer.start()
        reader = Lines(reading)
        assert [await reader.read() for _ in lines] == lines
        assert await reader.read() is None
        writer.join()


async def test_a_reader_who_waits_is_let_go_when_reading_ends():
    reading, writing = os.pipe()
    lines = Lines(reading)
    waiting = asyncio.create_task(lines.read())
    await asyncio.sleep(0.05)
    lines.end()
    assert await asyncio.wait_for(waiting, 5) is None
    os.close(writing)
