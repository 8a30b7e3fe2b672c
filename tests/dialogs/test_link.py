"""One person on two channels: a code from one, typed on the other."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.config import Settings
from bot.message import Address
from bot.models import Conversation, Place, Question
from bot.services.linking import code_in
from knowledge.library import Library
from tests.script import Chat


def code_of(chat: Chat) -> str:
    (code,) = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}", chat.shown[-1].text)
    return str(code)


def people(chat: Chat) -> int:
    with chat.house.database.read() as connection:
        return len(set(connection.scalars(select(Place.person_id))))


async def test_a_person_links_two_channels(chat: Chat) -> None:
    other = chat.another("web-anna")
    await other.say("How do housing cooperatives keep rents low?")
    await chat.play("""
        > link
        < Write this code to me on your other channel within 10 minutes: … Then I know that both are you: your language, registrations and votes count on both.
    """)
    await other.play(f"""
        > {code_of(chat)}
        < This code was given out here: …. Was it to you? Then I will take both for one person, and each sees what was asked and registered on the other. [Yes, that is me] [No, that is somebody else]
        > [Yes, that is me]
        < Done. From now on you are one person to me, here and there: …. [Separate this channel again]
    """)
    assert people(chat) == 1
    with chat.house.database.read() as connection:
        ids = set(connection.scalars(select(Conversation.person_id)))
        asked_by = set(connection.scalars(select(Question.person_id)))
    assert ids == asked_by
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("wish", "begins"),
    [
        ("verbinden", "Schreiben Sie mir diesen Code innerhalb von 10 Minuten"),
        ("Ich bin auch auf Telegram", "Schreiben Sie mir diesen Code innerhalb von 10 Minuten"),
        ("关联账号", "请您在 10 分钟内"),
        ("link my accounts", "Write this code to me"),
    ],
)
async def test_it_is_asked_for_in_three_languages(chat: Chat, wish: str, begins: str) -> None:
    await chat.say(wish)
    assert chat.shown[0].text.startswith(begins)


async def test_a_code_pushed_on_somebody_changes_nothing(chat: Chat) -> None:
    victim = chat.another("victim")
    await victim.say("How do housing cooperatives keep rents low?")
    await chat.say("link")
    await victim.play(f"""
        > {code_of(chat)}
        < This code was given out here: … [Yes, that is me] [No, that is somebody else]
        > [No, that is somebody else]
        < Good that you looked. Nothing has changed.
    """)
    assert people(chat) == 2


async def test_the_other_channel_hears_of_it(chat: Chat) -> None:
    await chat.say("link")
    other = chat.another("b")
    before = len(chat.channel.sent)
    await typed(other, code_of(chat))
    told = [reply.text for to, reply in chat.channel.sent[before:] if to == chat.address]
    assert told == ["Done. From now on you are one person to me, here and there: script."]


async def test_each_conversation_is_asked_and_told_in_its_own_language(chat: Chat) -> None:
    """Consent to what somebody cannot read is none."""
    await chat.say("关联账号")
    code, other = code_of(chat), chat.another("b")
    await other.say("Wie bleiben Mieten in Genossenschaften niedrig?")
    before = len(chat.channel.sent)
    await other.play(f"""
        > {code}
        < Dieser Code … [Ja, das bin ich] [Nein, das ist jemand anderes]
        > [Ja, das bin ich]
        < Erledigt. … [Diesen Kanal wieder trennen]
        > ?
        < Was möchten Sie wissen? Ein paar Worte genügen.
    """)
    (told,) = [reply.text for to, reply in chat.channel.sent[before:] if to == chat.address]
    assert told.startswith("好了。")


async def typed(chat: Chat, code: str) -> None:
    """Type a code, and say that it is one's own."""
    await chat.say(code)
    if any(
        choice.value.startswith("link-code:") for reply in chat.shown for choice in reply.choices
    ):
        await chat.tap(chat.shown[-1].choices[0].label)


async def test_a_code_is_good_once(chat: Chat) -> None:
    await chat.say("link")
    code = code_of(chat)
    await typed(chat.another("b"), code)
    third = chat.another("c")
    await third.play(f"""
        > {code}
        < This code is not valid, or no longer. Write “link” on the other channel for a new one.
    """)
    assert people(chat) == 2


async def test_ones_own_code_says_where_it_belongs(chat: Chat) -> None:
    await chat.say("link")
    await chat.play(f"""
        > {code_of(chat)}
        < This is your own code. Write it to me on your other channel.
    """)


async def test_a_code_is_read_however_it_is_typed(chat: Chat) -> None:
    await chat.say("link")
    code = code_of(chat)
    other = chat.another("b")
    await typed(other, f"  {code.lower().replace('-', ' ')} ")
    assert people(chat) == 1


@pytest.mark.parametrize(
    "sentence",
    ["我的代码是{}", "my code is {}", "Mein Code: {}.", "code {} !", "the code is {}, OK?"],
)
async def test_a_code_is_heard_in_a_short_sentence(chat: Chat, sentence: str) -> None:
    await chat.say("link")
    other = chat.another("b")
    await typed(other, sentence.format(code_of(chat)))
    assert people(chat) == 1


async def test_the_sentence_around_a_code_says_which_language_to_ask_in(chat: Chat) -> None:
    await chat.say("link")
    other = chat.another("b")
    await other.say("How do housing cooperatives keep rents low?")
    await other.say(f"我的代码是{code_of(chat)}")
    (yes, _no) = other.shown[-1].choices
    assert yes.label == "是，是我本人"


def test_a_sentence_with_figures_holds_no_code() -> None:
    sentences = (
        "Is Block 22AB test ready?",
        "Who won in 2222-2333?",
        "Ask at www.K7QM-4D2X-9PQR.example",
        "wh4tever",
        "what is wh4tever",
        "Ring 23456789 for more",
        "K7QM-4D2X " + "and so on " * 8,
    )
    assert [code_in(sentence) for sentence in sentences] == [None] * len(sentences)


async def test_no_code_is_kept_as_a_question(chat: Chat) -> None:
    """Staff read questions, and whoever reads a code can take it for theirs."""
    await chat.say("link")
    code, told = code_of(chat), "How do housing cooperatives keep rents low, and what is"
    await chat.say(f"{told} {code} for, which somebody gave me at the town hall today?")
    with chat.house.database.read() as connection:
        (kept,) = connection.scalars(select(Question.text))
    assert kept == f"{told} … for, which somebody gave me at the town hall today?"


async def test_after_ten_minutes_a_code_is_void(settings: Settings, library: Library) -> None:
    now = [datetime(2026, 5, 4, 12, tzinfo=UTC)]
    async with Chat.opened(settings, library, lambda: now[0]) as chat:
        await chat.say("link")
        now[0] += timedelta(minutes=10)
        await typed(chat.another("b"), code_of(chat))
        assert people(chat) == 2


async def test_guessing_ends_soon(chat: Chat) -> None:
    thief = chat.another("thief")
    for n in range(5):
        await thief.say(f"AAAA-AAA{n + 2}")
    await chat.say("link")
    await thief.play(f"""
        > {code_of(chat)}
        < Too many codes were wrong. Please try again in an hour.
    """)
    assert people(chat) == 2


async def test_a_word_of_eight_letters_is_no_code(chat: Chat) -> None:
    assert [code_in(word) for word in ("Wetterau", "gardens!", "2026-2027", "K7QM4D2X")] == [
        None,
        None,
        None,
        "K7QM-4D2X",
    ]


async def test_linked_channels_speak_the_chosen_language(chat: Chat) -> None:
    other = chat.another("b")
    await other.say("hello")
    await chat.say("link")
    await typed(other, code_of(chat))
    await chat.say("please speak German")
    await other.play("""
        > ?
        < Was möchten Sie wissen? Ein paar Worte genügen.
    """)


async def test_who_stopped_us_once_stays_stopped(chat: Chat) -> None:
    other = chat.another("b")
    await other.say("stop")
    await chat.say("link")
    await typed(other, code_of(chat))
    from bot.models import Person

    with chat.house.database.read() as connection:
        place = select(Place.person_id).where(Place.id == str(chat.address))
        stopped = select(Person.stopped_at).where(Person.id == connection.scalar(place))
        assert connection.scalar(stopped) is not None


async def test_a_link_can_be_undone(chat: Chat) -> None:
    other = chat.another("b")
    await chat.say("link")
    await typed(other, code_of(chat))
    await other.play("""
        > [Separate this channel again]
        < Done: this channel stands by itself again. What you asked and registered stays with the other one.
        > unlink
        < This channel is not linked with another one.
    """)
    assert people(chat) == 2


async def test_each_side_hears_which_channel_came_to_it(chat: Chat) -> None:
    """Whoever sees a channel that is not theirs can part it again."""
    await chat.say("link")
    other = chat.another("b")
    other.address = Address("wechat", "oAnna")
    before = len(chat.channel.sent)
    await other.say(code_of(chat))
    await other.say("yes")
    told = [reply.text for to, reply in chat.channel.sent[before:] if to == chat.address]
    assert told == ["Done. From now on you are one person to me, here and there: WeChat."]


@pytest.mark.parametrize("agreed", ["yes", "ja", "是", "Yes, that is me"])
async def test_inside_a_form_the_words_of_the_question_are_enough(chat: Chat, agreed: str) -> None:
    """The form asks last, and has the numbers."""
    await chat.say("link")
    other = chat.another("b")
    await other.say("human")
    await other.say(code_of(chat))
    await other.say(agreed)
    assert other.shown[0].text.startswith("Done. From now on you are one person")
    assert people(chat) == 1
