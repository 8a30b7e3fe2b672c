"""Somebody changes what they answered when they registered: by its name, on a list, on a page."""

from dataclasses import replace

import pytest

from bot.services.consents import Consents
from bot.services.fields import check_fields
from tests.clock import Clock
from tests.dialogs.conftest import Town
from tests.eventful import FIELDS, NOW, SCHOOL, rows
from tests.script import Chat

ACCESS = check_fields(
    [
        {"id": "access", "kind": "text", "ask": "Do you need a ramp?", "reason": "to plan rooms",
         "sensitive": True, "required": False, "collect_on": "any"},
    ]
)  # fmt: skip


async def registered(town: Town, *said: str) -> None:
    """Anna has registered for the only event there is."""
    for line in ("register", *said, "yes"):
        await town.anna.say(line)


async def test_an_answer_is_changed_by_its_name(town) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    await registered(town, "Anna", "anna@example.org")
    await town.anna.play("""
        > change my e-mail
        < Your e-mail? Why we ask: for news
        > anna@example.net
        < Done, that is changed. You are registered for Summer School Berlin, … • What is your name? Anna • Your e-mail? anna@example.net [Change my answers] [Cancel my registration]
    """)
    assert rows(town.database)[0].answers == {"name": "Anna", "email": "anna@example.net"}


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Ich möchte meine E-Mail ändern", "Ihre E-Mail? Warum wir fragen: für Neues"),
        ("meinen Namen korrigieren", "Wie heißen Sie?"),
        ("修改邮箱", "您的邮箱？ 询问原因：用于通知"),
        ("修改姓名", "您的姓名？"),
    ],
)
async def test_in_every_language(town, said, asked) -> None:
    town.holds(SCHOOL, fields=FIELDS)
    await registered(town, "Anna", "anna@example.org")
    await town.anna.play(f"""
        > {said}
        < {asked}
    """)


async def test_what_no_answer_is_called_is_picked_from_a_list(town) -> None:
    town.holds(SCHOOL, fields=FIELDS, seats_each=2)
    await registered(town, "1", "Anna", "anna@example.org")
    await town.anna.play("""
        > change my answers
        < What would you like to change? [The number of seats] [What is your name?] [Your e-mail?]
        > 1
        < How many seats do you need, with yourself? 1 to 2.
        > 2
        < Done, that is changed. You are registered for Summer School Berlin, … 2 seats. …
    """)
    assert rows(town.database)[0].seats == 2


async def test_what_a_chat_may_not_ask_is_changed_on_the_page(town_settings, library) -> None:
    elsewhere = replace(town_settings, own_channels="web", public_url="https://chat.example.org")
    mail = check_fields([{"id": "email", "kind": "email", "ask": "E-mail?", "reason": "for news"}])
    async with Chat.opened(elsewhere, library, lambda: NOW) as chat:
        town = Town(chat, Clock(NOW))
        town.holds(SCHOOL, seats_each=2)
        await registered(town, "1")
        town.holds(SCHOOL, seats_each=2, fields=mail)
        await town.anna.say("change my e-mail")
        (asked,) = town.anna.shown
    assert asked.text == "What would you like to change? Personal answers are changed on the page."
    assert [choice.label for choice in asked.choices] == ["The number of seats"]
    (page,) = asked.links
    assert page.url.startswith("https://chat.example.org/r/")


async def test_what_is_protected_is_not_taken_without_a_yes_to_just_that(town) -> None:
    town.holds(SCHOOL, fields=ACCESS)
    consent = "The organisers have a question that is specially protected (to plan rooms). …"
    await registered(town, "no")
    await town.anna.play(f"""
        > change my answers
        < What would you like to change? [Do you need a ramp?]
        > 1
        < {consent} [Yes, I agree] [No]
        > no
        < Good, everything stays as it was.
        > change my answers
        < What would you like to change? [Do you need a ramp?]
        > 1
        < {consent} [Yes, I agree] [No]
        > yes
        < Do you need a ramp? Why we ask: to plan rooms [Skip]
        > A ramp, please
        < Done, that is changed. …
        # Who has agreed is not asked again.
        > change my answers
        < What would you like to change? [Do you need a ramp?]
        > 1
        < Do you need a ramp? Why we ask: to plan rooms [Skip]
        > [Skip]
        < Done, that is changed. …
    """)
    (anna,) = rows(town.database)
    assert anna.answers == {}
    given = town.does(lambda t: Consents(t).valid(anna.person_id, f"sensitive:{SCHOOL.id}"))
    assert len(given) == 1
