"""What people are asked when they register, written in the console."""

import pytest

from bot.services.fields import check_fields
from tests.console.office import Office
from tests.console.organising import ONE, done, event_of, filled, held, registered
from tests.eventful import FIELDS


async def test_questions_are_added_ordered_and_taken_away(both: Office) -> None:
    desk = await both.joins("anna", "organiser")
    held(both)
    assert "Nothing is asked" in (await desk.get(f"{ONE}/questions")).words
    blank = await desk.get(f"{ONE}/question")
    typed = {"ask-en": "What will you eat?", "ask-zh": "您吃什么？", "kind": "choice",
             "option-0-en": "Soup", "option-1-en": "Salad", "option-1-de": "Salat"}  # fmt: skip
    more = await desk.post(f"{ONE}/question", **filled(blank, **typed), do="more")
    assert {name: more.fields[name] for name in typed} == typed, "nothing typed is lost"
    up = await desk.post(f"{ONE}/question", **filled(more), do="up-1")
    assert (up.fields["option-0-en"], up.fields["option-1-en"]) == ("Salad", "Soup")
    assert (await desk.post(f"{ONE}/question", **filled(up), do="save")).status == 303
    for asked, kind in (("Your name?", "text"), ("Born on?", "date")):
        sent = {"ask-en": asked, "kind": kind}
        assert (await desk.post(f"{ONE}/question", **sent, do="save")).status == 303
    first, *_others = event_of(both).fields
    assert (first.id, first.required) == ("what_will_you_eat", True)
    assert [(o.id, dict(o.label)) for o in first.options] == [
        ("salad", {"en": "Salad", "de": "Salat"}), ("soup", {"en": "Soup"}),
    ]  # fmt: skip
    for do, order in [("up", ["your_name", "what_will_you_eat", "born_on"]),
                      ("down", ["what_will_you_eat", "your_name", "born_on"])]:  # fmt: skip
        assert (await desk.post(f"{ONE}/questions", do=do, field="your_name")).status == 303
        assert [field.id for field in event_of(both).fields] == order
    registered(both, "a", answers={"born_on": "2000-01-01"})
    asks = await desk.post(f"{ONE}/questions", do="remove", field="born_on")
    assert "1 person has answered it." in asks.words
    assert len(event_of(both).fields) == 3
    for _twice in range(2):
        gone = await desk.post(f"{ONE}/questions", do="remove", field="born_on", sure="1")
        assert gone.status == 303
    assert [field.id for field in event_of(both).fields] == ["what_will_you_eat", "your_name"]
    assert done(both) == ["event.change"] * 6


async def test_an_answer_keeps_its_option_whatever_it_is_called(office: Office) -> None:
    desk = await office.joins("anna", "organiser")
    options = [{"id": "a", "label": "Soup"}, {"id": "b", "label": "Salad"}]
    held(office, fields=check_fields([
        {"id": "food", "kind": "choice", "ask": "Food?", "options": options},
    ]))  # fmt: skip
    form = await desk.get(f"{ONE}/questions/food")
    sent = filled(form, **{"option-0-en": "", "option-1-en": "A salad", "option-2-en": "Bread"})
    assert (await desk.post(f"{ONE}/questions/food", **sent, do="save")).status == 303
    (field,) = event_of(office).fields
    assert [(o.id, dict(o.label)) for o in field.options] == [
        ("b", {"en": "A salad"}), ("bread", {"en": "Bread"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ask-en": ""}, "needs a question to ask"),
        ({"kind": "email"}, "is personal: say in reason why you ask"),
        ({"kind": "choice"}, "needs 1 to 50 options"),
        (
            {"sensitive": "1", "required": "1", "reason-en": "access"},
            "must be free to leave it out",
        ),
        ({"kind": "number", "least": "9", "most": "1"}, "least is more than most"),
        ({"kind": "number", "least": "9" * 14}, "whole numbers"),
        ({"kind": "date", "least": "1.1.2027"}, "are days, like 2027-05-14"),
        ({"kind": "drop table"}, "the kind must be one of"),
        ({"id": "seats"}, "is no name for a field"),
        ({"ask-en": "x" * 100_000}, "longer than 2000 characters"),
    ],
)
async def test_a_question_that_cannot_be_asked_is_told_so(
    office: Office, changes: dict[str, str], why: str
) -> None:
    desk = await office.joins("anna", "organiser")
    held(office)
    sent = {"ask-en": "Why?", "kind": "text", "do": "save"} | changes
    page = await desk.post(f"{ONE}/question", **sent)
    assert page.status == 422
    assert why in page.words
    assert page.fields["ask-en"] == sent["ask-en"]
    assert event_of(office).fields == ()


async def test_of_two_who_change_one_question_the_second_is_told(office: Office) -> None:
    anna, ben = await office.joins("anna", "organiser"), await office.joins("ben", "organiser")
    held(office, fields=FIELDS)
    path = f"{ONE}/questions/name"
    first, second = await anna.get(path), await ben.get(path)
    sent = filled(first, **{"ask-en": "Your name?"})
    assert (await anna.post(path, **sent, do="save")).status == 303
    late = await ben.post(path, **filled(second, **{"ask-en": "Who are you?"}), do="save")
    assert "Somebody else has changed this question" in late.words
    assert late.fields["ask-en"] == "Who are you?"
    assert event_of(office).fields[0].ask["en"] == "Your name?"
    assert (await ben.post(path, **filled(late), do="save")).status == 303
    assert event_of(office).fields[0].ask["en"] == "Who are you?"
