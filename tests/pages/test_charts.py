"""Charts as they are drawn: every word is there, nothing is wider than the page, no style inline."""

import re

from hypothesis import given
from hypothesis import strategies as some
from markupsafe import escape

from bot.web.charts import Bar, Named, bars, grid

NAMED = Named("chart-x", "Votes", "In the table.")
TEXT = some.text(some.characters(exclude_categories=("C", "Z")) | some.just(" "), min_size=1)


def lines(svg: str) -> list[str]:
    return re.findall(r'<text class="words"[^>]*>(.*?)</text>', svg)


@given(TEXT.map(str.strip).filter(bool))
def test_no_sign_of_a_label_is_lost_or_run(label: str) -> None:
    svg = bars(NAMED, [Bar(label, "en", (0.5,), "5")])
    shown = "".join(lines(svg)).replace(" ", "")
    assert shown == str(escape(label)).replace(" ", "")
    assert "style=" not in re.sub(">[^<]*<", "><", svg)


def test_a_label_is_broken_between_words_and_where_there_are_none() -> None:
    def label(text: str) -> list[str]:
        return lines(bars(NAMED, [Bar(text, "en", (1.0,), "1")]))

    assert label("The whole way from there to the central station") == [
        "The whole way from there to the",
        "central station",
    ]
    assert label("城" * 20) == ["城" * 17, "城" * 3]
    assert label("x" * 40) == ["x" * 34, "x" * 6]


@given(some.lists(some.floats(0, 1), min_size=3, max_size=3).filter(sum))
def test_parts_together_are_never_wider_than_the_track(parts: list[float]) -> None:
    shares = tuple(part / sum(parts) for part in parts)
    svg = bars(NAMED, [Bar("a", "en", shares, "")], ("Agree", "Pass", "Disagree"))
    drawn = re.findall(r'<rect x="([\d.]+)%" y="[\d.]+em" width="([\d.]+)%"', svg.split("words")[1])
    (_x, track), *others = [(float(x), float(width)) for x, width in drawn]
    assert all(x + width <= track + 0.02 for x, width in others)


def test_a_map_has_north_above_and_the_darkest_where_most_are() -> None:
    svg = grid(NAMED, {(52.515, 13.385): 20, (52.525, 13.385): 5}, 0.01)
    cells = re.findall(r'class="cell heat(\d)" x="([\d.]+)" y="(\d+)"', svg)
    assert cells == [("3", "0.0", "10"), ("1", "0.0", "0")]


def test_cells_across_the_world_are_no_map() -> None:
    assert grid(NAMED, {(52.5, 13.4): 5, (-33.9, 151.2): 5}, 0.01) == ""
