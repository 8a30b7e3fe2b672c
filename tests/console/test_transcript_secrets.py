"""What the team never sees in a transcript: a vote, a receipt, a code that opens something."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import dialogs
from bot.config import Settings
from bot.dialog import Transaction
from bot.services.conversations import Conversations, Wanted
from bot.services.handover import Handover
from bot.services.staff import Staff
from bot.services.talk_script import as_script
from bot.services.transcribing import transcribe
from bot.services.transcript import Transcript, Transcripts
from knowledge.library import Library
from tests.clock import Clock
from tests.dialogs.polling import FIRST
from tests.script import Chat
from tests.services.polls.station import NOON, Station


@pytest.fixture
async def booth(
    settings: Settings, tmp_path: Path, library: Library
) -> AsyncIterator[tuple[Chat, Station]]:
    async with Chat.opened(settings, library, Clock(NOON)) as chat:
        yield chat, Station(chat.house.database, tmp_path / "keys", "account")


def read(chat: Chat, raw: bool = True) -> Transcript:
    """The one conversation of a house, with nothing blacked out."""
    transcribe(chat.house.database, NOON)
    with chat.house.database.read() as connection:
        found = Transcripts(Transaction(connection, NOON)).get(1, raw)
    assert found is not None
    return found


def numbers(chat: Chat, words: str) -> list[int]:
    with chat.house.database.read() as connection:
        page = Conversations(Transaction(connection, NOON)).find(Wanted(words=words))
    return [one.id for one in page.found]


async def test_a_vote_is_never_shown_not_even_raw(booth: tuple[Chat, Station]) -> None:
    chat, station = booth
    station.open(FIRST)
    await chat.play("""
        > hello
        < …
        > vote
        < … Where first? [North] [South]
        > south
        < Thank you, your vote is recorded. Your receipt: V… … [Take my vote back]
        > north
        < …
        > change my vote
        < … Where first? [North] [South]
        > what is this about?
        < …
        > [North]
        < Thank you, your vote is recorded. …
    """)
    transcript = read(chat)
    said = " ".join(line.text for line in transcript.lines).casefold()
    assert "hello" in said
    for secret in ("south", "north", "receipt", "where first", "vote"):
        assert secret not in said, secret
        assert secret not in as_script(transcript).casefold()
        assert numbers(chat, secret) == []
    assert [c.label for line in transcript.lines for c in line.choices if "orth" in c.label] == []
    assert numbers(chat, "hello") == [1]
    with chat.house.database.read() as connection:
        (page,) = Conversations(Transaction(connection, NOON)).find(Wanted()).found
    assert page.last == "hello"


async def test_a_vote_goes_on_while_the_team_talks(booth: tuple[Chat, Station]) -> None:
    chat, station = booth
    station.open(FIRST)
    await chat.play("""
        > hello
        < …
        > vote
        < … Where first? [North] [South]
    """)
    transcribe(chat.house.database, NOON)
    with chat.house.database.write() as connection:
        transaction = Transaction(connection, NOON)
        anna = Staff(transaction).add("anna", "reviewer", "test")
        Handover(transaction).say(1, "May we help?", anna, chat.channel.can)
    while await chat.house.deliverer.deliver():
        pass
    await chat.play("""
        > south
        < Thank you, your vote is recorded. …
        > north
        < …
        > Yes, where is the office?
    """)
    said = [line.text for line in read(chat).lines if line.side == "person" and line.text]
    assert said == ["hello", "Yes, where is the office?"]


async def test_a_code_that_joins_two_channels_is_not_shown(booth: tuple[Chat, Station]) -> None:
    chat, _station = booth
    await chat.play("""
        > hello
        < …
        > link
        < …
    """)
    lines = [(line.side, line.kept) for line in read(chat).lines]
    assert lines == [("person", "text"), ("assistant", "text"), ("person", "secret")]


def test_every_dialog_about_a_poll_is_secret() -> None:
    """A new one must say so: what it says may tell how somebody voted."""
    about = ("poll", "vote", "receipt")
    told = {name: d.secret for name, d in dialogs.load().items() if name.startswith(about)}
    assert len(told) == 9
    assert all(told.values()), told
