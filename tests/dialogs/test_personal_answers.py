"""Personal answers: on a page where the chat is somebody else's, and only with consent abroad."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.config import Settings
from bot.dialog import Talk
from bot.message import Address
from bot.services.fields import check_fields
from bot.services.question_links import QuestionLinks
from bot.services.weblinks import FORM, WebLinks, went_on
from tests.clock import Clock
from tests.dialogs.conftest import Town
from tests.eventful import NOW, SCHOOL, rows
from tests.script import Chat, as_line

FIELDS = check_fields(
    [
        {"id": "name", "kind": "text", "ask": "Name?"},
        {"id": "email", "kind": "email", "ask": "E-mail?", "reason": "for news"},
    ]
)


@pytest.fixture
async def with_page(town_settings, library):
    """Somebody else's messenger, and a page of ours for what is personal."""
    settings = replace(town_settings, own_channels="web", public_url="https://chat.example.org")
    async with Chat.opened(settings, library, lambda: NOW) as chat:
        yield Town(chat, Clock(NOW))


async def test_without_a_page_the_organisers_ask_themselves(messenger) -> None:
    messenger.holds(SCHOOL, fields=FIELDS)
    await messenger.anna.play("""
        > register
        < Registration: Summer School Berlin, July 5, 2027 Name?
        > Anna
        < Is this right? … • Name? Anna 2 seats are left. …
        > yes
        < You are registered … The organisers also ask the following, but not in this chat: E-mail? Please tell them: team@example.org …
    """)
    assert rows(messenger.database)[0].answers == {"name": "Anna"}


def token_in(town: Town) -> str:
    return town.anna.shown[-1].text.rpartition(FORM)[2]


async def test_on_a_messenger_what_is_personal_is_given_on_a_page(with_page) -> None:
    town = with_page
    town.holds(SCHOOL, fields=FIELDS)
    await town.anna.play("""
        > register
        < 1 of 2 Registration: Summer School Berlin, July 5, 2027 Name?
        > Anna
        < 2 of 2 Some answers are personal, so please give them on this page and not in the chat. The link is yours alone and works for a day: https://chat.example.org/form/… [I have filled it in]
    """)
    token = token_in(town)
    link = town.does(lambda t: WebLinks(t).use(token, {"email": "anna@example.org"}))
    assert link.target == {
        "event": SCHOOL.id, "fields": ["email"], "abroad": None, "language": "en",
    }  # fmt: skip
    assert town.does(lambda t: WebLinks(t).use(token, {"email": "eve@example.org"})) is None
    await town.anna.house.inbox.accept(went_on(link, NOW))
    (summary,) = await town.delivered()
    assert as_line(summary).startswith("Is this right?")
    await town.anna.say("yes")
    assert rows(town.database)[0].answers == {"name": "Anna", "email": "anna@example.org"}
    # What was filled in is kept in one place only.
    assert town.does(lambda t: t.connection.scalar(text("SELECT count(*) FROM web_link"))) == 0


async def test_a_question_that_is_asked_again_has_the_same_link(with_page) -> None:
    """One page, one use: two links could be filled in differently."""
    town = with_page
    town.holds(SCHOOL, fields=FIELDS)
    for line in ("register", "Anna"):
        await town.anna.say(line)
    first = token_in(town)
    await town.anna.tap("I have filled it in")
    assert token_in(town) == first
    await town.anna.say("Deutsch")
    assert token_in(town) == first
    assert links(town) == 1
    link = town.does(lambda t: WebLinks(t).use(first, {"email": "anna@example.org"}))
    assert link.target["language"] == "de"
    assert town.does(lambda t: WebLinks(t).use(first, {"email": "eve@example.org"})) is None


async def test_a_question_that_is_asked_after_its_link_was_used_has_another(with_page) -> None:
    town = with_page
    town.holds(SCHOOL, fields=FIELDS)
    for line in ("register", "Anna"):
        await town.anna.say(line)
    first = token_in(town)
    town.does(lambda t: WebLinks(t).use(first, {"email": "anna@example.org"}))
    for line in ("cancel", "register", "Anna"):
        await town.anna.say(line)
    assert token_in(town) not in ("", first)
    assert links(town) == 2


async def test_a_link_that_is_too_old_is_not_given_again(town_settings, library) -> None:
    clock = Clock(NOW)
    settings = replace(town_settings, own_channels="web", public_url="https://chat.example.org")
    async with Chat.opened(settings, library, clock) as chat:
        town = Town(chat, clock)
        town.holds(SCHOOL, fields=FIELDS)
        for line in ("register", "Anna"):
            await town.anna.say(line)
        first = token_in(town)
        town.wait(timedelta(hours=20))
        await town.anna.tap("I have filled it in")
        assert token_in(town) == first  # and it works for a day from now, as is said
        town.wait(timedelta(hours=23))
        assert town.does(lambda t: WebLinks(t).look(first)) is not None
        town.wait(timedelta(hours=2))
        await town.anna.tap("I have filled it in")
        assert token_in(town) not in ("", first)


async def test_nobody_makes_the_link_of_another_talk_or_with_another_secret(with_page) -> None:
    town = with_page
    talks = [Talk(p, Address("script", p), "en") for p in ("anna", "bert")]
    ours = [Settings(secret=s) for s in ("for tests only", "another")]
    made = [
        town.does(lambda t, talk=talk, of=of: QuestionLinks(t, of).of(talk, "registration:x", {}))
        for talk in talks
        for of in ours
    ]
    assert len(set(made)) == 4


def links(town: Town) -> int:
    return town.does(lambda t: t.connection.scalar(text("SELECT count(*) FROM web_link")))


async def test_what_is_personal_and_typed_all_the_same_is_not_kept(with_page) -> None:
    town = with_page
    town.holds(SCHOOL, fields=FIELDS)
    for line in ("register", "Anna"):
        await town.anna.say(line)
    await town.anna.say("anna.secret@example.org")
    assert town.anna.shown[0].text.startswith("Please write no personal details here;")
    for table in ("inbox", "outbox", "conversation", "question", "registration", "web_link"):
        wanted = text(f"SELECT * FROM {table}")
        found = town.does(lambda t, wanted=wanted: t.connection.execute(wanted).all())
        assert "secret" not in str(found), table


async def test_nothing_is_kept_abroad_without_a_consent_of_its_own(town_settings, library) -> None:
    settings = replace(town_settings, cross_border="Citymakers, Germany")
    async with Chat.opened(settings, library, lambda: NOW) as chat:
        town = Town(chat, Clock(NOW))
        town.holds(SCHOOL)
        await town.anna.play("""
            > register
            < Registration: Summer School Berlin, July 5, 2027 Your answers would be kept by Citymakers, Germany, outside the country you may be in. … Do you agree to that? [Yes, I agree] [No]
            > [No]
            < Then I cannot register you here, and I have kept none of your answers. [Ask a person]
        """)
        assert rows(town.database) == ()
        for line in ("register", "Yes, I agree", "yes"):
            await town.anna.say(line)
        assert len(rows(town.database)) == 1
        purposes = "SELECT purpose FROM consent ORDER BY id"
        assert town.does(lambda t: t.connection.scalars(text(purposes)).all()) == [
            "registration:summer-school", "cross-border:summer-school",
        ]  # fmt: skip
