"""Drafts: two who wrote at once put together, names out of titles, differences in words."""

import pytest

from bot.services.difference import difference
from bot.services.drafts import Draft, is_slug, lines, merge, read_fields, slug_for, with_lines


def draft(seen: int, **fields: str) -> Draft:
    said = {name.replace("_", ".", 1): text for name, text in fields.items()}
    return Draft("bikes", read_fields(said), {"en": seen})


@pytest.mark.parametrize(
    ("before", "theirs", "ours", "stands", "taken", "clashes"),
    [
        ("a", "a", "b", "b", (), ()),
        ("a", "b", "a", "b", ("title.en",), ()),
        ("a", "b", "b", "b", (), ()),
        ("a", "b", "c", "c", (), ("title.en",)),
        ("a", "", "a", "", ("title.en",), ()),
        ("", "b", "", "b", ("title.en",), ()),
    ],
)
def test_two_who_wrote_at_once_are_put_together(
    before: str, theirs: str, ours: str, *, stands: str, taken: tuple[str], clashes: tuple[str]
) -> None:
    merged = merge(
        read_fields({"title.en": before}), draft(2, title_en=theirs), draft(1, title_en=ours)
    )
    assert merged.draft.of("title", "en") == stands
    assert (merged.taken, merged.clashes) == (taken, clashes)
    assert merged.draft.seen == {"en": 2}, "they have seen the newest now"


def test_that_a_language_may_be_missing_is_said_anew_each_time() -> None:
    merged = merge(read_fields({}), draft(2, missing_en="1"), draft(1))
    assert (merged.draft.of("missing", "en"), merged.taken) == ("", ())


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Borrowing a cargo bike", "borrowing-a-cargo-bike"),
        ("Öffentliche Plätze für Füße", "oeffentliche-plaetze-fuer-fuesse"),
        ("Café «Été» 2026!", "cafe-ete-2026"),
        ("借用货运自行车", ""),
        ("--", ""),
        ("x" * 200, "x" * 80),
        ("a b c d e f g h i j", "a-b-c-d-e-f-g-h"),
    ],
)
def test_a_title_gives_a_name(title: str, slug: str) -> None:
    assert slug_for(title) == slug
    assert is_slug(slug) is bool(slug)


@pytest.mark.parametrize(
    "wrong", ["", "A", "a--b", "-a", "a-", "a_b", "../a", "a\n", "é", "x" * 81]
)
def test_what_is_no_name_is_none(wrong: str) -> None:
    assert not is_slug(wrong)


@pytest.mark.parametrize(
    ("old", "new", "steps"),
    [
        ("a b c", "a x c", [("same", "a "), ("out", "b"), ("in", "x"), ("same", " c")]),
        ("", "a", [("in", "a")]),
        ("货运车", "货车", [("same", "货"), ("out", "运"), ("same", "车")]),
        ("same", "same", [("same", "same")]),
    ],
)
def test_a_difference_is_told_in_words(old: str, new: str, steps: list[tuple[str, str]]) -> None:
    assert list(difference(old, new)) == steps


def test_a_long_text_is_compared_line_by_line() -> None:
    old = "\n".join(f"line {number} of it" for number in range(2000))
    steps = difference(old, old.replace("line 7 of", "line seven of"))
    assert [text for step, text in steps if step != "same"] == [
        "line 7 of it\n",
        "line seven of it\n",
    ]


def test_a_list_takes_lines_it_does_not_have() -> None:
    assert lines(" a  b \n\na b\nc") == ("a b", "c")
    assert with_lines("How so?\nWhy?", ["why?", "When?", "When?"]) == "How so?\nWhy?\nWhen?"
