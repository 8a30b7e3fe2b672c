"""The page without JavaScript: the same talk, a page at a time."""

import pytest

from adapters.web.rendering import EXAMPLES
from bot.i18n import languages, translate
from bot.message import Choice, Link, Reply
from bot.text import MESSAGE_LIMIT
from tests.adapters.web.served import Page, Served, Visitor, visiting


async def test_the_front_door_leads_to_the_chat(visitor: Visitor) -> None:
    async with visitor.http.get(visitor.at("/"), allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/chat")
    async with visitor.http.get(visitor.at("/?lang=zh"), allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/chat?lang=zh"


@pytest.mark.parametrize("language", languages())
async def test_an_empty_page_greets_and_offers_examples(visitor: Visitor, language: str) -> None:
    page = await visitor.page(f"/chat?lang={language}")
    assert (page.status, page.language, page.words) == (200, language, [])
    examples = [translate(language, example) for example in EXAMPLES]
    assert [label for label in page.buttons if label in examples] == examples
    assert translate(language, "I am {name}, an automated assistant.", name="Citybot") in page.html


@pytest.mark.parametrize("language", languages())
async def test_every_example_is_answered_from_an_article(house: Served, language: str) -> None:
    for example in EXAMPLES:
        async with visiting(house) as visitor:
            page = await visitor.page(f"/chat?lang={language}")
            page = await visitor.send(page, text=translate(language, example))
            assert [value for value in page.buttons.values() if value.startswith("answer:more=")]


async def test_the_browsers_language_is_the_pages(visitor: Visitor) -> None:
    page = await visitor.page("/chat", headers={"Accept-Language": "fr, zh-TW;q=0.9, de;q=0.8"})
    assert page.language == "zh"
    assert (await visitor.page("/chat", headers={"Accept-Language": "fr"})).language == "en"


async def test_a_talk_goes_on_over_several_pages(visitor: Visitor) -> None:
    page = await visitor.send(await visitor.page(), text="help")
    assert page.words[0] == "help"
    assert len(page.words) > 1
    page = await visitor.send(page, text="human")
    assert page.words.count("human") == 1
    assert page.words[0] == "help"


async def test_a_choice_is_a_button_that_says_its_label(house: Served, visitor: Visitor) -> None:
    page = await visitor.send(await visitor.page(), text="hello")
    offered = {label: value for label, value in page.buttons.items() if value == "help"}
    [(label, value)] = offered.items()
    page = await visitor.send(page, picked=value, text="")
    assert label in page.words


async def test_pressing_send_twice_says_it_once(house: Served, visitor: Visitor) -> None:
    page = await visitor.send(await visitor.page(), text="hello")
    for _ in range(2):
        await visitor.send(page, text="help")
    assert (await visitor.page()).words.count("help") == 1


async def test_an_old_page_takes_another_text(house: Served, visitor: Visitor) -> None:
    page = await visitor.send(await visitor.page(), text="hello")
    await visitor.send(page, text="help")
    page = await visitor.send(page, text="privacy")
    assert [word for word in page.words if word in ("hello", "help", "privacy")] == [
        "hello",
        "help",
        "privacy",
    ]


async def test_the_language_is_changed_by_links_then_by_buttons(visitor: Visitor) -> None:
    page = await visitor.page("/chat?lang=de")
    assert page.links["中文"] == "/chat?lang=zh"
    assert "English" not in page.buttons
    page = await visitor.send(page, text="help")
    assert page.buttons["中文"] == "language:zh"
    changed = Page("", 0)
    changed.hidden, changed.action = page.hidden, "/chat?lang=zh"
    page = await visitor.send(changed, picked="language:zh")
    assert page.language == "zh"
    assert visitor.served.rows("SELECT language FROM conversation") == [("zh",)]


async def test_what_cannot_be_taken_stays_in_the_field(visitor: Visitor) -> None:
    too_long = "a" * 4001
    page = await visitor.send(await visitor.page("/chat?lang=en"), text=too_long)
    assert page.status == 413
    assert page.words == [
        "That is too long: please write at most 4000 characters at once.",
        too_long,
    ]


@pytest.mark.parametrize("letter", ["汉", "𠮷"])
async def test_a_long_text_in_chinese_is_taken_from_the_form(visitor: Visitor, letter: str) -> None:
    page = await visitor.send(await visitor.page("/chat?lang=zh"), text=letter * MESSAGE_LIMIT)
    assert (page.status, page.words[0]) == (200, letter * MESSAGE_LIMIT)


async def test_a_page_that_arrived_settles_what_it_shows(house: Served, visitor: Visitor) -> None:
    page = await visitor.send(await visitor.page(), text="hello")
    assert house.rows("SELECT state FROM outbox") == [("queued",)]
    [seen] = [part.partition('"')[0] for part in page.html.split('<img src="')[1:]]
    async with visitor.http.get(visitor.at(seen)) as answer:
        assert answer.status == 204
    assert house.rows("SELECT state FROM outbox") == [("sent",)]


async def test_the_next_message_settles_what_the_page_showed(
    house: Served, visitor: Visitor
) -> None:
    page = await visitor.send(await visitor.page(), text="hello")
    await visitor.send(page, text="help")
    assert house.rows("SELECT state FROM outbox ORDER BY id") == [("sent",), ("queued",)]


async def test_ending_the_chat_shows_the_welcome_again(visitor: Visitor) -> None:
    page = await visitor.send(await visitor.page(), text="hello")
    page.action = "/chat/end"
    page = await visitor.send(page)
    assert (page.status, page.words) == (200, [])
    assert len(visitor.http.cookie_jar) == 0


async def test_a_frame_stays_a_frame(visitor: Visitor) -> None:
    page = await visitor.page("/chat?embed=1&lang=de")
    assert page.action == "/chat?lang=de&embed=1"
    assert page.links["English"] == "/chat?lang=en&embed=1"
    page = await visitor.send(page, text="help")
    assert page.action == "/chat?lang=de&embed=1"


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</p></textarea><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %} %(name)s {name}",
    '" onfocus=alert(1) autofocus x="',
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_a_person_writes_is_only_ever_text(
    house: Served, visitor: Visitor, text: str
) -> None:
    page = await visitor.send(await visitor.page(), text=text)
    assert page.words[0] == text
    reply = Reply(text, (Choice(text, text),), (Link(text, "https://example.org/?" + text),))
    house.tell(house.only_address(), reply)
    page = await visitor.page()
    assert page.words[-1] == text
    assert (page.buttons[text], page.links[text]) == (text, "https://example.org/?" + text)


async def test_paragraphs_are_paragraphs(house: Served, visitor: Visitor) -> None:
    await visitor.send(await visitor.page(), text="hello")
    house.tell(house.only_address(), Reply("One.\nStill one.\n\nTwo."))
    assert (await visitor.page()).words[-2:] == ["One.\nStill one.", "Two."]
