"""The chat page by a link that leads to a certain place."""

import re
from dataclasses import replace

import pytest

from bot.config import Settings
from bot.services.invites import Invite, Signer
from knowledge.library import Library
from tests import eventful
from tests.adapters.web.served import Served, Visitor, served


def code(house: Served, target: str) -> str:
    return Signer(house.house.settings).make(Invite(target, "poster"))


async def test_a_link_shows_a_button_and_keeps_nothing(house: Served, visitor: Visitor) -> None:
    made = code(house, "help")
    page = await visitor.page(f"/chat?lang=en&invite={made}")
    assert page.buttons["Start here"] == f"invite:{made}"
    assert "How does a community garden start?" not in page.buttons  # one thing to do
    assert f"/chat?lang=de&invite={made}" in page.links["Deutsch"]
    assert house.rows("SELECT count(*) FROM inbox") == [(0,)]
    assert house.rows("SELECT count(*) FROM arrival") == [(0,)]


async def test_the_button_leads_where_the_link_says(house: Served, visitor: Visitor) -> None:
    page = await visitor.page(f"/chat?lang=en&invite={code(house, 'help')}")
    said = await visitor.send(page, picked=page.buttons["Start here"])
    assert "Start here" in said.words  # what the person did, and not the code
    assert house.rows("SELECT target, source, count FROM arrival") == [("help", "poster", 1)]
    assert "Start here" not in said.buttons  # once is enough


NAMED = {
    "registration:summer-school": "Summer School Berlin",
    "events:summer-school": "Summer School Berlin",
    "registration:still-a-draft": None,
    "registration:nowhere": None,
    "help": None,
}


@pytest.mark.parametrize(("target", "title"), NAMED.items())
async def test_the_page_names_the_event_a_link_leads_to(
    house: Served, visitor: Visitor, target: str, title: str | None
) -> None:
    eventful.held(house.house.database)
    eventful.held(house.house.database, id="still-a-draft", state="draft")
    page = await visitor.page(f"/chat?lang=en&invite={code(house, target)}")
    [told] = re.findall("Your link leads to[^<]*", page.html)
    assert told == (
        f"Your link leads to “{title}”. One tap, and we begin there:"
        if title
        else "Your link leads to a certain place. One tap, and we begin there:"
    )


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "1"), ("de", "Ja bitte"), ("zh", "从这里开始")]
)
async def test_what_means_the_button_follows_the_link(
    house: Served, visitor: Visitor, language: str, typed: str
) -> None:
    page = await visitor.page(f"/chat?lang={language}&invite={code(house, 'help')}")
    said = await visitor.send(page, text=typed)
    assert typed in said.words
    assert house.rows("SELECT target, source, count FROM arrival") == [("help", "poster", 1)]


async def test_anything_else_that_is_typed_is_taken_as_it_is(
    house: Served, visitor: Visitor
) -> None:
    page = await visitor.page(f"/chat?lang=en&invite={code(house, 'help')}")
    await visitor.send(page, text="How does a community garden start?")
    await visitor.say("1")  # the button is gone, and nothing else was offered
    assert house.rows("SELECT count(*) FROM arrival") == [(0,)]


NOT_OURS = ["", "a b", "<script>", "x" * 201, "a'b", "../..", "你好"]


@pytest.mark.parametrize("wrong", NOT_OURS)
async def test_what_cannot_be_a_code_is_passed_over(visitor: Visitor, wrong: str) -> None:
    page = await visitor.page("/chat", params={"lang": "en", "invite": wrong})
    assert (page.status, "Start here" in page.buttons) == (200, False)


async def test_a_code_that_is_not_ours_leads_to_the_welcome(
    house: Served, visitor: Visitor
) -> None:
    page = await visitor.page("/chat?lang=en&invite=forged_poster_privacy_forget")
    said = await visitor.send(page, picked=page.buttons["Start here"])
    assert any(word.startswith("Hello! I am Citybot") for word in said.words)
    assert house.rows("SELECT count(*) FROM arrival") == [(0,)]


async def test_the_channel_makes_such_links_where_it_has_an_address(
    web_settings: Settings, library: Library
) -> None:
    for url, made in (("", None), ("https://a.example/", "https://a.example/chat?invite=abc")):
        async with served(replace(web_settings, public_url=url), library) as house:
            assert await house.channel.invitation("abc") == made
