"""The first talks, in three languages: welcome, help, language, small talk, leaving a form."""

from sqlalchemy import select

from bot.models import Conversation
from tests.script import Chat


async def test_somebody_opens_the_chat_and_is_told_it_is_a_machine(chat: Chat) -> None:
    await chat.play("""
        > (joins)
        < Hello! I am Citybot, an automated assistant for people who make cities. … [How do housing cooperatives keep rents low?] [How does a community garden start?] [How can residents decide a city budget?] [What else can you do?]
        > hi
        < Hello again! What would you like to know? …
    """)


async def test_somebody_says_hello_in_german(chat: Chat) -> None:
    await chat.play("""
        > Moin
        < Guten Tag! Ich bin Citybot, eine automatische Assistenz für alle, die Stadt machen. …
        > Hilfe
        < Fragen Sie mich mit Ihren eigenen Worten … [Alle Veranstaltungen] [Einen Menschen fragen] [Sprache wechseln] [Was über mich gespeichert ist]
        > vielen Dank!
        < Gern geschehen. Möchten Sie noch etwas wissen?
        > tschüss
        < Auf Wiedersehen und viel Erfolg mit Ihrer Stadt!
    """)


async def test_somebody_says_hello_in_chinese(chat: Chat) -> None:
    await chat.play("""
        > 你好
        < 您好！我是Citybot，为城市创制者服务的自动助手。…
        > 帮助
        < 与城市有关的问题，您用自己的话问就行… [查看所有活动] [找工作人员] [切换语言] [保存了我的哪些信息]
        > 谢谢
        < 不客气。您还想了解什么吗？
    """)


async def test_a_device_that_speaks_chinese_is_greeted_in_chinese(chat: Chat) -> None:
    await chat.join(locale="zh-hans")
    assert chat.shown[0].text.startswith("您好！")


async def test_that_we_do_not_speak_the_language_of_a_device_is_kept_until_they_say_one_we_do(
    chat: Chat,
) -> None:
    await chat.join(locale="fr-FR")
    assert chat.shown[0].text.startswith("Hello!")
    assert _is_foreign(chat)
    await chat.say("???")
    assert _is_foreign(chat)
    await chat.say("auf Deutsch bitte")
    assert not _is_foreign(chat)


async def test_who_writes_in_a_language_we_speak_has_told_of_it(chat: Chat) -> None:
    await chat.join(locale="fr-FR")
    await chat.say("How does a community garden start?")
    assert not _is_foreign(chat)


def _is_foreign(chat: Chat) -> bool:
    with chat.house.database.read() as connection:
        state = connection.scalar(select(Conversation.state))
    return bool(state and state.get("foreign"))


async def test_somebody_changes_the_language_in_any_wording(chat: Chat) -> None:
    await chat.play("""
        > hello
        < Hello! …
        > Can you switch to German please?
        < Ich antworte Ihnen ab jetzt auf Deutsch.
        > 讲中文
        < 好的，接下来我用中文回答您。
        > auf Englisch bitte
        < I will answer in English from now on.
        > language
        < Which language shall we speak? [Deutsch] [English] [中文]
        > 3
        < 好的，接下来我用中文回答您。
    """)


async def test_a_chosen_language_stays_when_little_is_said(chat: Chat) -> None:
    await chat.play("""
        > auf Deutsch bitte
        < Ich antworte Ihnen ab jetzt auf Deutsch.
        > ???
        < Was möchten Sie wissen? Ein paar Worte genügen.
    """)


async def test_markup_and_addresses_turn_no_talk_to_english(chat: Chat) -> None:
    await chat.play("""
        > 你好
        < 您好！…
        > {"the": 1}
        < …您…
        > https://example.org/how-are-you
        < …您…
        > README.md
        < …您…
        > who are you?
        < I am …
    """)


async def test_somebody_asks_whether_we_are_human(chat: Chat) -> None:
    await chat.play("""
        > are you a robot?
        < I am a program, not a person. … [Ask a person]
        > bist du eigentlich ein echter Mensch?
        < Ich bin ein Programm, kein Mensch. … [Einen Menschen fragen]
    """)


async def test_there_is_nothing_to_cancel_outside_a_form(chat: Chat) -> None:
    await chat.play("""
        > cancel
        < There is nothing to cancel. What would you like to know?
        > /cancel
        < There is nothing to cancel. What would you like to know?
    """)


async def test_a_slash_is_only_another_way_to_say_it(chat: Chat) -> None:
    await chat.play("""
        > /start
        < Hello! …
        > /help
        < Ask me anything about making cities …
        > /mydata
        < Here is what I keep about you: … entries, in one file. {my-data.json}
    """)


async def test_nobody_gets_messages_after_stop(chat: Chat) -> None:
    await chat.play("""
        > STOP
        < I will not write to you first any more. … [Write to me again]
        > 请不要再给我发消息了
        < 我不会再主动给您发消息。… [重新接收消息]
        > [重新接收消息]
        < 好的，您需要时我会再给您发消息。
    """)


async def test_what_is_not_open_is_never_called_open(chat: Chat) -> None:
    await chat.play("""
        > I'd like to sign up for the summer school please
        < There is nothing to register for in my calendar at the moment. … [Ask a person] …
        > Wie ist die Umfrage ausgegangen?
        < Bei mir ist gerade keine Umfrage offen, und ich habe kein Ergebnis zu zeigen. …
        > 取消我昨天登记的参观
        < 我这里没有您的报名记录，所以无需取消。… [找工作人员]
    """)
