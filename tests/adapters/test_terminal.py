"""The terminal channel, driven through real pipes and a keyboard of prompt_toolkit."""

import asyncio
import io
import os
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console
from sqlalchemy import select, text, update
from sqlalchemy.exc import SQLAlchemyError
from structlog.testing import capture_logs

from adapters.terminal import Manner, TerminalChannel
from adapters.terminal.plain import PlainStage
from adapters.terminal.screen import ScreenStage
from adapters.terminal.stage import Stage
from bot import app, outbox
from bot.channel import Throttled
from bot.config import Settings
from bot.i18n import translate
from bot.message import Address, Choice, Reply
from bot.models import Outbox
from knowledge.library import Library

TOO_LONG = "That is too long for me: I read up to 4,000 characters at once. Please make it shorter."
A_FEW_WORDS = "What would you like to know? A few words are enough."
THANKS = "You are welcome. Is there anything else you would like to know?"
BYE = "Goodbye, and good luck with your city!"
LATE = (
    "This takes longer than usual. Your message is kept; the answer comes here as soon as it is "
    "ready, if need be the next time you open the chat."
)
LANGUAGES = "Which language shall we speak?\n\n1. Deutsch\n2. English\n3. 中文"
GERMAN_LANGUAGES = LANGUAGES.replace(LANGUAGES[:30], translate("de", LANGUAGES[:30]))
ENGLISH = "I will answer in English from now on."
ME = Address("terminal", "me")


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """A house on SQLite: who sits at a terminal notices no difference."""
    return Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")


@asynccontextmanager
async def at_work(
    settings: Settings, library: Library, stage: Stage, manner: Manner
) -> AsyncIterator[tuple[app.House, TerminalChannel]]:
    def opened(desk):
        return TerminalChannel(desk, stage, manner)

    house = app.build(settings, ("terminal",), library=library, known={"terminal": opened})
    async with asyncio.timeout(30), app.running(house):
        yield house, house.channels["terminal"]


@contextmanager
def pipe_with(content: bytes) -> Iterator[io.TextIOWrapper]:
    """The reading end of a real pipe, which somebody else fills."""
    reading, writing = os.pipe()

    def fill() -> None:
        with os.fdopen(writing, "wb") as end:
            end.write(content)

    writer = threading.Thread(target=fill)
    writer.start()
    with os.fdopen(reading, encoding="utf-8") as source:
        yield source
    writer.join()


@asynccontextmanager
async def quiet_logs() -> AsyncIterator[None]:
    """What fails on purpose need not be told."""
    with capture_logs():
        yield


class Piped:
    """A house at the end of a pipe."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self.settings, self._library = settings, library

    async def __call__(self, content: bytes, manner: Manner | None = None) -> list[str]:
        """What is written for these lines, message by message."""
        sink = io.StringIO()
        with pipe_with(content) as source:
            stage = PlainStage("Citybot", "en", source, sink)
            async with at_work(self.settings, self._library, stage, manner or Manner()) as (_, me):
                await me.talk()
        messages = f"\n\n{sink.getvalue()}".split("\n\nCitybot")
        return [message.removeprefix(":").strip() for message in messages[1:]]


@pytest.fixture
def piped(settings: Settings, library: Library) -> Piped:
    return Piped(settings, library)


async def test_a_pipe_hears_the_answers_in_the_order_of_its_lines(piped):
    said = await piped(b"thanks\nbye\n\n   \nthank you\r\nbye")
    assert said == [THANKS, BYE, THANKS, BYE]


async def test_a_pipe_faster_than_the_flood_gate_is_answered_in_full(settings, library):
    slow = Settings(
        data_dir=settings.data_dir, database_url=settings.database_url,
        flood_messages=2, flood_seconds=1,
    )  # fmt: skip
    assert await Piped(slow, library)(b"thanks\n" * 4) == [THANKS] * 4


ODD_LINES = [
    (b"x" * 1_000_000, TOO_LONG),
    ("ä".encode() * 4001, TOO_LONG),
    (b"\0\0\0", A_FEW_WORDS),
    (b"\xff\xfe", A_FEW_WORDS),
    (b"\xed\xa0\x80", A_FEW_WORDS),  # a lone surrogate
    ("😀👨‍👩‍👧".encode(), A_FEW_WORDS),
    (b"\x1b\x07", A_FEW_WORDS),
    (b"than\0ks", THANKS),
    ("\u202ethanks".encode(), THANKS),
    (b"bye", BYE),
]


async def test_a_line_no_person_would_write_gets_a_kind_answer(piped):
    said = await piped(b"\n".join(line for line, _answer in ODD_LINES))
    assert said == [answer for _line, answer in ODD_LINES]


async def test_quit_ends_the_talk_before_the_rest_of_the_input(piped):
    assert await piped(b"thanks\n /QUIT \nbye\n") == [THANKS]


async def test_a_choice_is_picked_by_its_number_its_label_or_its_beginning(piped):
    question, *answers = await piped(b"language\n2\nlanguage\nEnglish\nlanguage\nengli\n")
    assert question == LANGUAGES
    assert answers == [ENGLISH, LANGUAGES, ENGLISH, LANGUAGES, ENGLISH]


SLASHES = [
    (b"/debug", "I will show why I chose each answer."),
    (b"/cancel", "There is nothing to cancel. What would you like to know?"),
    (b"/lang fr", LANGUAGES),
    (b"/lang zh-CN", translate("zh", ENGLISH)),
    (b"/LANG de", translate("de", ENGLISH)),
    (b"/language", GERMAN_LANGUAGES),
]


async def test_a_slash_order_does_what_its_name_says(piped):
    said = await piped(b"\n".join(order for order, _answer in SLASHES))
    assert said == [answer for _order, answer in SLASHES]


async def test_the_language_asked_for_holds_also_for_who_talked_before(piped):
    assert await piped(b"thanks\n") == [THANKS]
    assert await piped(b"language\n", Manner(language="de")) == [GERMAN_LANGUAGES]


async def test_the_language_asked_for_holds_from_the_first_word(piped):
    assert await piped(b"language\n", Manner(language="de")) == [GERMAN_LANGUAGES]


async def test_a_file_is_saved_for_its_owner_only_and_never_over_another(piped):
    (first,), (second,) = await piped(b"my data\n"), await piped(b"my data\n")
    folder = piped.settings.data_dir.resolve() / "received"
    assert first.splitlines()[-1] == f"my-data.json is saved as {folder / 'my-data.json'}"
    assert second.splitlines()[-1] == f"my-data.json is saved as {folder / 'my-data-2.json'}"
    assert stat.S_IMODE((folder / "my-data.json").stat().st_mode) == 0o600


async def test_another_channel_is_shown_with_what_it_changes(piped):
    said = await piped(b"language\n", Manner(shown_as="wechat"))
    assert said == [
        f"(WeChat): {LANGUAGES}\n\n(Changed for this channel: choices are a numbered list.)"
    ]


async def test_shown_as_wechat_a_file_is_where_it_is_there(piped):
    """Which takes none but pictures: who looks at that sees what people there read."""
    (said,) = await piped(b"my data\n", Manner(shown_as="wechat"))
    assert "no files can be sent in this chat." in said
    assert "my-data.json" not in said
    assert not (piped.settings.data_dir / "received").exists()


async def test_an_answer_that_failed_first_comes_later_and_in_order(
    piped, settings, library, monkeypatch
):
    monkeypatch.setattr("adapters.terminal.PATIENCE", 0.2)
    sink = io.StringIO()
    reading, writing = os.pipe()
    with os.fdopen(reading) as source:
        stage = PlainStage("Citybot", "en", source, sink)
        async with at_work(settings, library, stage, Manner()) as (house, me), quiet_logs():
            _rename(house, "question", "away")
            os.write(writing, b"What will the weather be tomorrow?\nbye\n")
            talk = asyncio.create_task(me.talk())
            await _until(lambda: LATE in sink.getvalue())
            _rename(house, "away", "question")
            await _until(lambda: BYE in sink.getvalue())
            os.close(writing)
            await talk
    late, answer, last = f"\n\n{sink.getvalue()}".split("\n\nCitybot: ")[1:]
    assert (late, last) == (LATE, f"{BYE}\n")
    assert answer not in (LATE, BYE)


async def test_an_answer_the_deliverer_cannot_bring_is_printed_all_the_same(
    piped, settings, library, monkeypatch
):
    monkeypatch.setattr("adapters.terminal._BRIEF", 0.2)
    await piped(b"thanks\n")
    sink = io.StringIO()
    with pipe_with(b"bye\nbye\n") as source:
        stage = PlainStage("Citybot", "en", source, sink)
        async with at_work(settings, library, stage, Manner()) as (house, me):
            with house.database.write() as connection:  # a chat was killed while it printed
                soon = house.now() + timedelta(minutes=1)
                connection.execute(update(Outbox).values(state="sending", lease_until=soon))
            await me.talk()
    assert sink.getvalue() == f"Citybot: {BYE}\n\nCitybot: {BYE}\n"


async def test_the_terminal_of_somebody_else_is_left_alone(settings, library):
    sink = io.StringIO()
    stage = PlainStage("Citybot", "en", io.StringIO(), sink)
    async with at_work(settings, library, stage, Manner()) as (_house, me):
        with pytest.raises(Throttled):
            await me.send(Address("terminal", "anna"), Reply("Only for Anna"))
        await me.send(ME, Reply("For me"))
    assert sink.getvalue() == "Citybot: For me\n"


async def test_a_reader_who_left_ends_the_talk_and_the_answer_stays_in_the_outbox(
    settings, library
):
    reading, writing = os.pipe()
    os.close(reading)
    sink = open(writing, "w", encoding="utf-8")  # noqa: SIM115 (closing it fails, as it must)
    with pipe_with(b"thanks\n") as source:
        stage = PlainStage("Citybot", "en", source, sink)
        async with at_work(settings, library, stage, Manner()) as (house, me):
            with pytest.raises(BrokenPipeError):
                await me.talk()
        with house.database.read() as connection:
            assert connection.scalars(select(Outbox.state)).all() == ["queued"]
        house.database.close()
    with suppress(BrokenPipeError):
        sink.close()


async def test_a_pipe_ends_with_an_error_when_the_database_goes_away(settings, library):
    with pipe_with(b"thanks\nbye\n") as source:
        stage = PlainStage("Citybot", "en", source, io.StringIO())
        async with at_work(settings, library, stage, Manner()) as (house, me):
            _rename(house, "inbox", "away")
            with pytest.raises(SQLAlchemyError):
                await me.talk()


class Screen:
    """A person at a keyboard, and what they see."""

    def __init__(self, keys: PipeInput) -> None:
        self._keys, self._seen = keys, io.StringIO()
        self.stage = ScreenStage("Citybot", "en", console=Console(file=self._seen, width=200))

    def press_only(self, keys: str) -> None:
        self._keys.send_text(keys)

    async def press(self, keys: str, sees: str) -> None:
        """Press these keys; wait until that is to be read."""
        before = self.seen().count(sees)
        self._keys.send_text(keys)
        await _until(lambda: self.seen().count(sees) > before)

    def seen(self) -> str:
        return self._seen.getvalue()


@pytest.fixture
def screen() -> Iterator[Screen]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield Screen(keys)


async def test_a_person_is_greeted_once_and_comes_back_to_where_they_were(
    screen, settings, library
):
    async with at_work(settings, library, screen.stage, Manner()) as (_house, me):
        talk = asyncio.create_task(me.talk())
        await screen.press("language\r", sees="3. 中文")
        await screen.press("\x04", sees="Goodbye. To go on with this talk, type: citybot chat")
        await talk
    assert screen.seen().startswith("\n Citybot\n Hello! I am Citybot, an automated assistant")
    first = len(screen.seen())
    async with at_work(settings, library, screen.stage, Manner()) as (_house, me):
        talk = asyncio.create_task(me.talk())
        await _until(lambda: screen.seen().count("3. 中文") == 2)
        await screen.press("1\r", sees=translate("de", ENGLISH))
        screen.press_only("/quit\r")
        await talk
    assert screen.seen()[first:].startswith(
        " Welcome back. This is where we were:\n\n Citybot\n Which language shall we speak?\n\n"
        " 1. Deutsch\n 2. English\n 3. 中文\n"
    )


async def test_who_comes_back_with_another_language_is_spoken_to_in_that_one(
    screen, settings, library
):
    async with at_work(settings, library, screen.stage, Manner(language="de")) as (_house, me):
        talk = asyncio.create_task(me.talk())
        await screen.press("Mensch\r", sees="Was darf ich an das Team weitergeben?")
        await screen.press("\x04", sees="citybot chat")
        await talk
    first = len(screen.seen())
    async with at_work(settings, library, screen.stage, Manner(language="en")) as (_house, me):
        talk = asyncio.create_task(me.talk())
        await _until(lambda: "What may I pass on to the team?" in screen.seen()[first:])
        screen.press_only("/quit\r")
        await talk
    again = screen.seen()[first:]
    assert again.startswith(" Welcome back. This is where we were:\n")
    assert "weitergeben" not in again


async def test_a_person_leaves_with_ctrl_c_pressed_twice_in_a_row(screen):
    reading = asyncio.create_task(screen.stage.read())
    await screen.press("half a line\x03", sees="Press Ctrl-C once more to leave.")
    screen.press_only("thanks\r")
    assert await reading == "thanks"
    reading = asyncio.create_task(screen.stage.read())
    await screen.press("\x03", sees="Press Ctrl-C once more to leave.")
    screen.press_only("\x03")
    assert await reading is None


async def test_a_message_that_comes_by_itself_is_shown_and_can_be_answered(
    screen, settings, library
):
    async with at_work(settings, library, screen.stage, Manner()) as (house, me):
        talk = asyncio.create_task(me.talk())
        await screen.press("thanks\r", sees=THANKS)
        with house.database.write() as connection:
            late = Reply("The poll is open.", (Choice("goodbye", "Not for me"),))
            outbox.add(connection, [outbox.Draft(ME, late)], house.now())
        house.wakeups.wake("delivery")
        await _until(lambda: " 1. Not for me\n" in screen.seen())
        await screen.press("1\r", sees=BYE)
        await screen.press("\x04", sees="type: citybot chat")
        await talk


async def test_a_person_may_try_again_when_the_database_was_away(screen, settings, library):
    async with at_work(settings, library, screen.stage, Manner()) as (house, me):
        talk = asyncio.create_task(me.talk())
        await screen.press("thanks\r", sees=THANKS)
        _rename(house, "inbox", "away")
        await screen.press("bye\r", sees="The database does not answer, so your message was not")
        _rename(house, "away", "inbox")
        await screen.press("bye\r", sees=BYE)
        await screen.press("\x04", sees="type: citybot chat")
        await talk


def _rename(house: app.House, table: str, name: str) -> None:
    with house.database.write() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


async def _until(holds) -> None:
    async with asyncio.timeout(15):
        while not holds():
            await asyncio.sleep(0.01)
