"""Somebody leaves a ballot in the middle, or it closes under their hands: they hear what counts."""

import pytest

from tests.dialogs.polling import FIRST, one_of_each
from tests.dialogs.test_poll import Booth
from tests.dialogs.test_poll import booth as polling_booth

booth = polling_booth
TWO = (FIRST, one_of_each()[0])
IN_TIME = "What you had answered by then counts. Your receipt: V…"


@pytest.mark.parametrize(
    ("vote", "north", "cancel", "said"),
    [
        ("vote", "North", "cancel", "Cancelled. What you have answered so far is on your ballot "
         "and counts; the rest stays as it was. Your receipt: V… [Change my vote] "
         "[Take my vote back]"),
        ("abstimmen", "Norden", "abbrechen", "Abgebrochen. Was Sie bisher beantwortet haben, steht "
         "auf Ihrem Stimmzettel und zählt; alles andere bleibt, wie es war. Ihre Quittung: V… "
         "[Meine Stimme ändern] [Meine Stimme zurückziehen]"),
        ("我要投票", "北区", "取消", "已取消。您目前已回答的内容已记入选票并计入结果；其余保持不变。您的回执：V… "
         "[修改我的投票] [撤回我的投票]"),
    ],
)  # fmt: skip
async def test_who_cancels_hears_that_the_answers_so_far_count(
    booth: Booth,
    vote: str,
    north: str,
    cancel: str,
    said: str,
) -> None:
    booth.station.open(*TWO)
    await booth.anna.play(f"""
        > {vote}
        < …
        > [{north}]
        < …
        > {cancel}
        < {said}
    """)
    assert booth.chosen() == [("where", "north", 1)]


async def test_who_cancels_takes_it_back_by_a_tap(booth: Booth) -> None:
    booth.station.open(*TWO)
    await booth.anna.play("""
        > vote
        < …
        > cancel
        < All right, cancelled. Everything stays as it was.
        > vote
        < …
        > [North]
        < …
        > cancel
        < Cancelled. What you have answered …
        > [Change my vote]
        < …
        > cancel
        < Cancelled. Your vote counts as it was. Your receipt: V… …
        > [Take my vote back]
        < …
        > [Yes, take it back]
        < Done, your vote is taken back. [Bike lanes]
    """)
    assert booth.chosen() == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1", ["lamps", "trees"]), ("3, 1", ["lamps", "trees"]), ("1, 2", ["lamps"])],
    ids=["one more", "all of it anew", "too many"],
)
async def test_what_was_tapped_stays_when_more_is_typed(
    booth: Booth, typed: str, kept: list[str]
) -> None:
    booth.station.open(TWO[1])
    await booth.anna.say("vote")
    await booth.anna.tap("Lamps")
    await booth.anna.say(typed)
    assert sorted(option for _question, option, _value in booth.chosen()) == kept
    assert ("Please pick 1 to 2 of them." in booth.anna.shown[0].text) == (kept == ["lamps"])


async def test_what_happens_then_says_that_it_is_in_another_language(booth: Booth) -> None:
    booth.station.open(FIRST, next_steps={"en": "The council decides in June."})
    await booth.anna.say("Ich möchte abstimmen")
    await booth.anna.say("Norden")
    told = "The council decides in June. (English; es gibt keine Übersetzung)"
    assert told in booth.anna.shown[0].text


@pytest.mark.parametrize("said", ["[Trees]", "cancel"])
async def test_a_poll_that_closes_in_the_middle_says_what_counts(booth: Booth, said: str) -> None:
    booth.station.open(*TWO)
    await booth.anna.play("""
        > vote
        < …
        > [North]
        < …
    """)
    booth.close()
    await booth.anna.play(f"""
        > {said}
        < “Bike lanes” closed on … Votes that came later do not count. {IN_TIME} [See the result]
    """)
