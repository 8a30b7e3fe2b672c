"""The rule by which a wording is heard in what people write."""

import pytest

from bot.understanding import Phrases, is_question

# Wordings of three languages in one msgid: a text without a catalogue entry stands for itself.
PHRASES = Phrases(
    {
        "human": ("human|talk to a person|is there a phone number|转人工|mit jemandem sprechen",),
        "stop": ("stop|unsubscribe|don't send me messages|keine nachrichten mehr",),
        "erase": ("forget me|delete my data|meine daten löschen|lösche meine daten|删除我的数据",),
        "export": ("my data!|export my data",),
        "help": ("help|what can you do|how does this work|你会什么",),
        "german": ("in german|switch to german|auf deutsch antworten",),
        "thanks": ("thanks|thank you!",),
        "greeting": ("hello|hi|good morning",),
        "goodbye": ("bye|take care!",),
    }
)


def wish(text):
    found = PHRASES.whole(text) or PHRASES.within(text)
    return found.dialog if found else None


@pytest.mark.parametrize(
    ("text", "dialog"),
    [
        ("stop", "stop"),
        ("STOP!!!", "stop"),
        ("stop please", "stop"),
        ("please stop it now", "stop"),
        ("hi, stop", "stop"),
        ("unsubscrbe", "stop"),
        ("hello, thanks", "thanks"),
        ("hello there, good morning!", "greeting"),
        ("thanks, bye", "goodbye"),
        ("in german please", "german"),
        ("my data please", "export"),
        ("take care!", "goodbye"),
    ],
)
def test_a_short_text_of_wordings_and_courtesies_is_heard_whole(text, dialog):
    assert PHRASES.whole(text).dialog == dialog


@pytest.mark.parametrize(
    ("text", "dialog"),
    [
        ("Please don't send me any more of your messages", "stop"),
        ("Can you switch the language to German?", "german"),
        ("I want you to delete all of my personal data.", "erase"),
        ("deleting my data, is that possible", "erase"),
        ("could you delte my data", "erase"),
        ("I am new here. What can you do?", "help"),
        ("This leads nowhere! Let me talk to a real person", "human"),
        ("Ich will dass ihr meine ganzen Daten löscht", "erase"),
        ("loesche bitte alle meine daten", "erase"),
        ("转人工", "human"),
        ("我要转人工服务", "human"),
        ("请删除我的所有数据", "erase"),
        ("你会什么呢", "help"),
    ],
)
def test_a_wording_is_heard_in_a_sentence_that_is_a_wish(text, dialog):
    assert wish(text) == dialog


@pytest.mark.parametrize(
    "text",
    [
        "Which cities delete the data of residents?",
        "Where can residents talk to a person at the town hall?",  # asks, and of nobody here
        "How did they stop the cars?",  # one telling word is heard only alone
        "What can you do against heat in old towns?",  # a question that goes on
        "How does this work in Vienna?",
        "Take care of the old trees",  # an exclamation mark: only as a whole text
        "my data centre needs cooling",
        "Thank you, but where do I start?",
        "delete the road, plant trees on it and give residents my favourite open data",
        "The team wrote down what was said and in the end they asked the mayor whether the city "
        "could delete in this long story that is no wish at all my data",
        "你会什么时候更新",
        "",
        "???",
    ],
)
def test_a_knowledge_question_triggers_nothing(text):
    assert wish(text) is None


def test_a_word_we_know_is_no_slip_of_another():
    phrases = Phrases({"light": ("switch the light",)})
    assert phrases.within("switch the right") is None
    assert phrases.within("switch the lihgt") is not None


def test_the_longest_wording_wins():
    both = Phrases({"data": ("with my data",), "erase": ("delete my data",)})
    assert both.within("please delete my data").dialog == "erase"
    assert both.within("what do you do with my data").dialog == "data"


def test_two_dialogs_with_one_wording_are_refused():
    with pytest.raises(ValueError, match="triggers both help and human"):
        Phrases({"help": ("menu|help",), "human": ("Help!",)})


@pytest.mark.parametrize(
    "text",
    [
        "Where is it?", "really?", "how do they pay for it", "Is it possible to rent the hall",
        "wie melde ich mich an", "welche Städte machen das", "gibt es noch Plätze dort",
        "怎么报名", "有哪些城市", "还有名额吗", "这个多少钱？",
    ],
)  # fmt: skip
def test_a_question_is_recognised(text):
    assert is_question(text)


@pytest.mark.parametrize(
    "text", ["Anna Müller", "Berlin", "two people", "Ich heiße Wim", "张伟", "", "what a pity", "5"]
)
def test_an_answer_is_no_question(text):
    assert not is_question(text)
