"""Long polls, and what is said instead of being passed over: more options, points left, languages."""

from datetime import timedelta
from typing import Any

from bot.dialog import Transaction
from bot.services.moderation import Moderation
from tests.dialogs.polling import one_of_each
from tests.dialogs.test_poll import Booth
from tests.dialogs.test_poll import booth as polling_booth
from tests.services.polls.station import CLOSES, NOON, texts

booth = polling_booth
LAST = "[More options]"


def hundred(kind: str = "single", **more: Any) -> dict[str, Any]:
    options = [{"id": f"o{n}", "label": texts(f"Street {n}")} for n in range(1, 101)]
    return {"id": "which", "kind": kind, "ask": texts("Which street?"), "options": options} | more


async def test_of_a_hundred_options_twenty_are_shown_at_a_time(booth: Booth) -> None:
    booth.station.open(hundred())
    await booth.anna.play(f"""
        > vote
        < Bike lanes … Which street? Options 1 to 20 of 100; “More options” shows others. … {LAST}
        > more options
        < Which street? Options 21 to 40 of 100; “More options” shows others. … {LAST}
        > 2
        < Thank you, …
    """)
    assert booth.chosen() == [("which", "o22", 1)]


async def test_behind_the_last_page_comes_the_first(booth: Booth) -> None:
    booth.station.open(hundred())
    await booth.anna.say("vote")
    for _page in range(5):
        await booth.anna.tap("More options")
    await booth.anna.play("""
        > [Street 3]
        < Thank you, …
    """)
    assert booth.chosen() == [("which", "o3", 1)]


async def test_an_option_of_another_page_may_be_written_out(booth: Booth) -> None:
    booth.station.open(hundred(options=[{"id": w, "label": texts(w)} for w in WORDS]))
    await booth.anna.say("vote")
    await booth.anna.say(WORDS[-1])
    assert booth.chosen() == [("which", WORDS[-1], 1)]


async def test_several_are_picked_from_different_pages(booth: Booth) -> None:
    booth.station.open(hundred("multiple", most=4))
    await booth.anna.play("""
        > vote
        < … [Street 20] [More options] [That is all]
        > [Street 7]
        < Noted. Pick another one, or tap “That is all”. Options 1 to 20 of 100; …
        > [More options]
        < Noted. Pick another one, or tap “That is all”. Options 21 to 40 of 100; …
        > 1, 3
        < Thank you, …
    """)
    assert {option for _q, option, _v in booth.chosen()} == {"o7", "o21", "o23"}


async def test_points_that_are_left_are_said_and_meant(booth: Booth) -> None:
    booth.station.open(one_of_each()[2])
    await booth.anna.play("""
        > vote
        < … You have 100 points to give. …
        > 1 = 30, 2 = 30
        < Some of your points are not given yet. Leave them, or write it anew. [Leave them]
        > 1 = 101
        < That makes 101 points; you have 100 to give. Some of your points are not given yet. …
        > 1 = 30, 2 = 40
        < Some of your points are not given yet. …
        > [Leave them]
        < Thank you, …
        > [Change my vote]
        < … You have 100 points to give. …
        > 50, 50
        < Thank you, …
    """)
    assert sorted(booth.chosen()) == [("money", "benches", 50), ("money", "trees", 50)]


async def test_points_of_a_long_list_go_by_the_numbers_that_stand_there(booth: Booth) -> None:
    booth.station.open(hundred("budget"))
    await booth.anna.play("""
        > vote
        < … 1. Street 1 … 20. Street 20 You have 100 points to give. … [More options]
        > more options
        < Which street? … 21. Street 21 … 40. Street 40 …
        > 2 = 60, 33 = 40
        < Thank you, …
    """)
    assert sorted(booth.chosen()) == [("which", "o2", 60), ("which", "o33", 40)]


async def test_who_would_rather_not_say_may_write_so_where_numbers_are_points(
    booth: Booth,
) -> None:
    booth.station.open(one_of_each()[2])
    await booth.anna.play("""
        > vote
        < … [I would rather not say]
        > I would rather not say
        < Thank you, …
    """)
    assert booth.chosen() == [("money", "-", 0)]


async def test_a_question_of_300_characters_is_read_whole(booth: Booth) -> None:
    long = " ".join(["Shall the street be closed to cars on Sundays"] * 7)[:299].rstrip() + "?"
    booth.station.open(hundred(ask=texts(long[:290])))
    await booth.anna.play(f"""
        > vote
        < Bike lanes … {long[:290].strip()} Options 1 to 20 of 100; …
    """)


async def test_what_is_in_another_language_says_so(booth: Booth) -> None:
    booth.station.open(one_of_each()[3])
    with booth.station.office() as office:
        office.ask_extension("lanes", CLOSES + timedelta(days=1), {"de": "Ferien"})
    with booth.station.office("staff:bert") as office:
        office.agree_extension("lanes")
    with booth.station.database.write() as connection:
        moderation = Moderation(Transaction(connection, NOON))
        moderation.add(booth.station.poll(), "say", "zoe", ("de", "Zu wenige Bäume."))
        (waiting,) = moderation.statements("lanes")
        moderation.judge(("lanes", waiting.id), "accepted", "staff:bert")
    await booth.anna.play("""
        > vote
        < Bike lanes … 8:00 PM (Berlin): Ferien (Deutsch; there is no translation) … Statement 1 of 3: “It is too loud.” …
        > 1
        < Do you agree? Statement 2 of 3: “It is too dark.” …
        > 1
        < Do you agree? Statement 3 of 3: “Zu wenige Bäume.” (Deutsch; there is no translation) …
    """)


WORDS = tuple(f"{a}{b}" for a in ("oak", "elm", "ash", "fir", "yew") for b in
              ("gate", "hill", "lane", "mead", "moor", "side", "wick", "wood"))  # fmt: skip
