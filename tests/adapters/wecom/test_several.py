"""Several choices marked on one card: one answer, whole, and of the question that is open."""

import pytest

from bot.services.fields import check_fields
from bot.services.marks import UNSURE
from tests.adapters.wecom.conftest import World
from tests.adapters.wecom.test_taps import STALE, TAKEN
from tests.dialogs.polling import FIRST, one_of_each
from tests.eventful import SCHOOL, held, rows
from tests.services.polls.station import NOON, Station

MISSING = one_of_each()[0]  # up to two of three, or "I do not know"


@pytest.fixture
def station(world: World) -> Station:
    world.platform.clock.at = NOON
    return Station(world.house.database, world.house.settings.data_dir / "keys")


def chosen(station: Station) -> list[str]:
    return [row["option"] for row in station.rows("ballot_choice")]


async def test_what_is_marked_is_the_whole_answer(world: World, station: Station) -> None:
    station.open(MISSING)
    phone = world.phone()
    await world.talk(phone, "vote")
    card = phone.last_card()
    assert [label for label, _key in card.taps] == ["Trees", "Benches", "Lamps", "I do not know"]
    await phone.marks("Lamps", "Trees")
    await world.deliver()
    assert any(line.startswith("Thank you, your vote is recorded.") for line in phone.lines)
    assert chosen(station) == ["lamps", "trees"]
    assert card.done == "✓ Trees, Lamps"


async def test_one_mark_is_an_answer_as_well(world: World, station: Station) -> None:
    station.open(MISSING)
    phone = world.phone()
    await world.talk(phone, "vote")
    await world.tap(phone, "Benches")
    assert chosen(station) == ["benches"]


async def test_not_to_know_stands_alone(world: World, station: Station) -> None:
    station.open(MISSING)
    phone = world.phone()
    await world.talk(phone, "vote")
    await world.tap(phone, "I do not know")
    assert chosen(station) == [UNSURE]


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        (("Trees", "Benches", "Lamps"), "Please pick"),
        (("Trees", "I do not know"), "Please pick one of these"),
    ],
)
async def test_what_is_no_answer_is_asked_again(
    world: World, station: Station, marks: tuple[str, ...], told: str
) -> None:
    station.open(MISSING)
    phone = world.phone()
    before = await world.talk(phone, "vote")
    await phone.marks(*marks)
    await world.deliver()
    assert phone.lines[len(before)].startswith(told)
    assert chosen(station) == []
    await phone.marks("Trees")
    await world.deliver()
    assert chosen(station) == ["trees"]


async def test_numbers_in_words_do_as_well(world: World, station: Station) -> None:
    station.open(MISSING)
    phone = world.phone()
    await world.talk(phone, "vote", "1, 3")
    assert chosen(station) == ["lamps", "trees"]


async def test_a_card_of_a_question_that_is_over_changes_nothing(
    world: World, station: Station
) -> None:
    station.open(MISSING, FIRST)
    phone = world.phone()
    await world.talk(phone, "vote")
    old = phone.last_card()
    await world.talk(phone, "2, 3")
    await phone.marks("Trees", "Lamps", card=old)
    await world.deliver()
    assert chosen(station) == ["benches", "lamps"]


async def test_a_card_is_sent_once(world: World, station: Station) -> None:
    station.open(MISSING, FIRST)
    phone = world.phone()
    await world.talk(phone, "vote")
    card = phone.last_card()
    await phone.marks("Trees", "Lamps", card=card)
    await phone.marks("Benches", card=card)
    await world.deliver()
    assert TAKEN in phone.lines
    assert chosen(station) == ["lamps", "trees"]


async def test_marks_of_somebody_else_or_of_two_cards_have_no_effect(
    world: World, station: Station
) -> None:
    station.open(MISSING)
    anna, bo = world.phone("anna"), world.phone("bo")
    await world.talk(anna, "vote")
    card = anna.last_card()
    await bo.marks("Trees", card=card)
    mixed = anna.marked(card, "Trees", "Lamps").replace(b".2+]", b"9.2+]")
    await anna.push(mixed)
    await anna.push(anna.marked(card, "Trees").replace(b".0+]", b".zz+]"))
    await world.deliver()
    assert (bo.lines, anna.lines[-2:]) == ([STALE], [STALE, STALE])
    assert chosen(station) == []


async def test_fields_of_events_are_marked_too(open_world) -> None:
    days = [{"id": "mon", "label": "Monday"}, {"id": "tue", "label": "Tuesday"}]
    field = {"id": "days", "kind": "choices", "ask": "Which days?", "options": days}
    async with open_world(own_channels="wecom") as world:
        held(world.house.database, SCHOOL, fields=check_fields([field]))
        phone = world.phone()
        asked = await world.talk(phone, "register")
        assert "Which days? 1. Monday 2. Tuesday Write the numbers" in asked[0]
        await phone.marks("Monday", "Tuesday")
        await world.deliver()
        await world.tap(phone, "Register")
        assert rows(world.house.database)[0].answers == {"days": ["mon", "tue"]}


async def test_where_no_card_is_taken_the_words_do(world: World, station: Station) -> None:
    station.open(MISSING)
    world.platform.corp.takes_cards = False
    phone = world.phone()
    asked = await world.talk(phone, "vote")
    assert "1. Trees 2. Benches 3. Lamps" in asked[-1]
    await world.talk(phone, "1, 3")
    assert chosen(station) == ["lamps", "trees"]
