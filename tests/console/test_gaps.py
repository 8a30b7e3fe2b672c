"""From questions without an answer to a gap, to a decision, to who wanted to hear it."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Settings
from bot.services import gap_sorting
from bot.services.gap_sorting import sort_questions
from knowledge.library import Library
from tests.console.office import NOW, Office, opened
from tests.console.test_pages import asked

BIKE = (  # one matter in three languages
    ("en", "Where can I borrow a cargo bike?"),
    ("de", "Wo kann ich ein Lastenrad leihen?"),
    ("zh", "哪里可以借货运自行车？"),
)


def sort(office: Office) -> int:
    house = office.house
    return sort_questions(house.database, house.now(), house.library.marks)


def ask(office: Office, *questions: tuple[str, str], **other: object) -> None:
    """Each by somebody else, then sorted."""
    for language, said in questions:
        number = office.rows("SELECT count(*) FROM question")[0][0]
        person = {"person_id": f"p{number}", "address": f"web:p{number}"}
        asked(office, said, **{"language": language, "found": [], **person, **other})
    sort(office)


def gaps(office: Office) -> list[tuple[object, ...]]:
    return office.rows(
        "SELECT id, people, state FROM gap WHERE merged_into IS NULL AND people > 0 ORDER BY id"
    )


async def test_questions_on_one_matter_are_one_gap_in_all_languages(both: Office) -> None:
    ask(both, *BIKE, ("en", "How do I get a parking permit?"))
    assert gaps(both) == [(1, 3, "open"), (2, 1, "open")]
    desk = await both.joins("anna", "viewer")
    page = await desk.get("/console/gaps")
    assert "哪里可以借货运自行车" in page.words
    assert "Deutsch 1, English 1, 中文 1" in page.words
    assert "parking" not in page.words  # one person is no gap yet
    assert "parking" in (await desk.get("/console/gaps?few=1")).words


async def test_who_asks_three_times_is_one_person(both: Office) -> None:
    ask(both, *BIKE, person_id="p1", address="web:p1")
    assert gaps(both) == [(1, 1, "open")]


async def sort_at_once(office: Office) -> list[tuple[object, ...]]:
    """Four sort the same questions, each from the same moment on as far as they are let."""
    for language, said in BIKE:
        asked(office, said, language=language, found=[], person_id=said)
    together = threading.Barrier(4)

    def met(place: Callable[..., None]) -> Callable[..., None]:
        def placed(*args: object) -> None:
            with suppress(threading.BrokenBarrierError):
                together.wait(0.5)
            place(*args)

        return placed

    house = office.house
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gap_sorting._Sorting, "_place", met(gap_sorting._Sorting._place))
        work = (house.database, house.now(), house.library.marks)
        await asyncio.gather(*(asyncio.to_thread(sort_questions, *work) for _ in range(4)))
    return gaps(office)


async def test_those_who_sort_at_once_open_a_gap_once(both: Office) -> None:
    assert await sort_at_once(both) == [(1, 3, "open")]
    assert sort(both) == 0


async def test_without_the_lock_they_open_it_several_times(
    postgres_url: str, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin with its guard off; SQLite lets one write at a time anyway."""
    monkeypatch.setattr(gap_sorting, "_alone", lambda _connection: None)
    settings = Settings(data_dir=tmp_path, database_url=postgres_url, secret="for tests only")
    async with opened(settings, library) as office:
        await sort_at_once(office)
        assert office.rows("SELECT count(*) FROM gap")[0][0] > 1


async def test_a_wording_that_holds_something_of_a_person_is_not_published(office: Office) -> None:
    ask(office, *BIKE[1:], ("en", "Where can I borrow a cargo bike? Call +49 30 1234567"))
    desk = await office.joins("anna", "editor")
    chosen = {"state": "answered", "article": "kalkbreite-zurich", "version": "1", "tried": "1"}
    await desk.post("/console/gaps/1", **chosen)
    texts = str(office.rows("SELECT content FROM article_version"))
    assert "Lastenrad" in texts
    assert "cargo bike" not in texts


async def test_what_was_taken_out_by_somebody_else_is_not_taken_out_twice(both: Office) -> None:
    ask(both, *BIKE)
    anna, ben = await both.joins("anna", "reviewer"), await both.joins("ben", "reviewer")
    pages = await asyncio.gather(*(d.post("/console/gaps/1/split", q2="1") for d in (anna, ben)))
    assert sorted(page.status for page in pages) == [303, 422]
    # The one who came second may have used up a number.
    assert [(people, state) for _id, people, state in gaps(both)] == [(2, "open"), (1, "open")]


async def test_an_article_is_tried_then_published_and_who_waits_is_told(both: Office) -> None:
    ask(both, *BIKE)
    both.change("UPDATE question SET tell = :yes WHERE id IN (1, 3)", yes=True)
    desk = await both.joins("anna", "editor")
    assert "Want to hear when we know 2" in (await desk.get("/console/gaps/1")).words
    chosen = {"state": "answered", "article": "kalkbreite-zurich", "version": "1"}
    trial = await desk.post("/console/gaps/1", **chosen)
    assert trial.words.count("✓ finds it only by its own wording") == 3
    assert "Without these wordings: 0 of 3" in trial.words
    assert both.rows("SELECT count(*) FROM article_version") == [(0,)]
    done = await desk.post("/console/gaps/1", **chosen, tried="1")
    assert (done.status, done.location) == (303, "/console/gaps/1")
    assert gaps(both) == [(1, 3, "answered")]
    told = both.rows("SELECT address, body FROM outbox ORDER BY address")
    assert [address for address, _body in told] == ["web:p0", "web:p2"]
    assert "现在可以回答" in str(told[1][1])
    assert "answer:kalkbreite-zurich" in str(told[1][1])
    assert both.rows("SELECT lang FROM article_version ORDER BY lang") == [
        ("de",),
        ("en",),
        ("zh",),
    ]
    assert both.rows("SELECT action, object FROM audit_entry WHERE action LIKE 'gap.%'") == [
        ("gap.answered", "gap:1")
    ]
    assert "People who were told of it 2, " in (await desk.get("/console/gaps/1")).words
    await desk.post("/console/gaps/1", **{**chosen, "version": "2"}, tried="1")
    assert both.rows("SELECT count(*) FROM outbox") == [(2,)]  # each is told once


async def test_a_gap_that_is_still_asked_about_opens_again(both: Office) -> None:
    ask(both, *BIKE)
    desk = await both.joins("anna", "editor")
    chosen = {"state": "answered", "article": "kalkbreite-zurich", "version": "1", "tried": "1"}
    await desk.post("/console/gaps/1", **chosen)
    both.wait(timedelta(minutes=20))
    later = NOW + timedelta(minutes=10)
    ask(both, BIKE[0], outcome="answered", asked_at=later)
    assert "Answered since 100 %" in (await desk.get("/console/gaps/1")).words
    ask(both, *BIKE[:2], asked_at=later)
    assert gaps(both) == [(1, 5, "answered")]
    ask(both, BIKE[2], asked_at=later)
    assert gaps(both) == [(1, 6, "open")]
    page = await desk.get("/console/gaps/1")
    assert "people still found no answer" in page.words
    assert "Answered since 25 %" in page.words


async def test_of_two_who_decide_at_once_the_second_is_told(both: Office) -> None:
    ask(both, *BIKE)
    anna, ben = await both.joins("anna", "reviewer"), await both.joins("ben", "reviewer")
    pages = await asyncio.gather(
        anna.post("/console/gaps/1", state="ignored", version="1"),
        ben.post("/console/gaps/1", state="for_a_person", version="1"),
    )
    assert sorted(page.status for page in pages) == [303, 422]
    late = next(page for page in pages if page.status == 422)
    assert "Somebody else has decided meanwhile" in late.words


async def test_gaps_are_put_together_and_taken_apart(both: Office) -> None:
    ask(both, *BIKE, ("en", "How do I get a parking permit?"))
    desk = await both.joins("anna", "reviewer")
    await desk.post("/console/gaps/2/merge", into="1")
    assert gaps(both) == [(1, 4, "open")]
    assert (
        "parking" in (await desk.get("/console/gaps/2")).words
    )  # an old address still leads there
    await desk.post("/console/gaps/1/split", q4="1")
    assert gaps(both) == [(1, 3, "open"), (3, 1, "open")]
    nothing = await desk.post("/console/gaps/1/split")
    assert "some of the questions, but not all" in nothing.words


@pytest.mark.parametrize("into", ["1", "77", "", "9" * 30, "x"])
async def test_a_gap_is_not_put_into_itself_or_nothing(office: Office, into: str) -> None:
    ask(office, *BIKE)
    desk = await office.joins("anna", "reviewer")
    page = await desk.post("/console/gaps/1/merge", into=into)
    assert (page.status, gaps(office)) == (422, [(1, 3, "open")])


async def test_a_reviewer_publishes_nothing_and_no_article_is_made_up(office: Office) -> None:
    ask(office, *BIKE)
    chosen = {"state": "answered", "article": "nowhere", "version": "1", "tried": "1"}
    reviewer, editor = await office.joins("anna", "reviewer"), await office.joins("ben", "editor")
    assert (await reviewer.post("/console/gaps/1", **chosen)).status == 403
    page = await editor.post("/console/gaps/1", **chosen)
    assert (page.status, "no such article" in page.words) == (422, True)
    assert gaps(office) == [(1, 3, "open")]


async def test_what_is_not_our_subject_says_where_to_turn(both: Office) -> None:
    ask(both, *BIKE)
    both.change("UPDATE question SET tell = :yes", yes=True)
    desk = await both.joins("anna", "reviewer")
    page = await desk.get("/console/gaps/1")
    assert "are told so at once: 3" in page.words
    chosen = {"state": "out_of_scope", "version": "1", "referral.de": " Zum Radladen. "}
    await desk.post("/console/gaps/1", **chosen)
    told = both.rows("SELECT body FROM outbox ORDER BY address")
    assert "something we cannot help with here" in str(told[0])
    assert "Zum Radladen." in str(told[1])
    page = await desk.get("/console/gaps/1")
    assert "not our subject Where to turn instead (Deutsch) Zum Radladen. By" in page.words
    assert "Change where to turn" in page.words


async def test_matters_of_few_people_are_not_hidden_behind_an_empty_list(office: Office) -> None:
    ask(office, *BIKE[:2], ("en", "How do I get a parking permit?"))
    desk = await office.joins("anna", "reviewer")
    page = await desk.get("/console/gaps")
    assert "but of one or two people: 2. Show them" in page.words
    assert "parking" in (await desk.get("/console/gaps?few=1")).words
    assert "parking permit? (#2, people: 1)" in (await desk.get("/console/gaps/1")).html


@pytest.mark.parametrize("state", ["out_of_scope", "for_a_person", "ignored"])
async def test_today_counts_no_question_on_what_was_decided(office: Office, state: str) -> None:
    ask(office, *BIKE, ("en", "How do I get a parking permit?"), asked_at=office.house.now())
    desk = await office.joins("anna", "reviewer")
    assert "4 questions of the last week without" in (await desk.get("/console")).words
    await desk.post("/console/gaps/1", state=state, version="1")
    today = await desk.get("/console")
    assert "1 questions of the last week without" in today.words
    assert "Answered: 0 of 4 questions" in today.words
    listed = await desk.get("/console/questions?outcome=declined&days=7&undecided=1")
    assert "Found: 1" in listed.words
