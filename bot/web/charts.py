"""Draws charts as SVG: no script, no style of their own (charts.css has the looks), words in em.

Widths are shares of the page, heights follow the size of the type: a chart is as readable on a
phone, and for who sets larger letters, as anywhere. What it shows stands in a table beside it.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

from markupsafe import Markup

_LINE, _BAR, _GAP, _LEAD = 1.4, 1.1, 0.9, 0.35  # em
_WIDE = 34  # half-width signs of a label in one line, as a phone of 320 pixels has room for
_LONGEST = 60.0  # percent of the width, for the whole; right of it stands its figure
_SIDE = 60  # cells of a map at most, each way; more would be dust


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart: `parts` are shares of the whole, 0 to 1; `said`: its figure."""

    label: str
    language: str
    parts: tuple[float, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Named:
    """What a chart is called, and its id in the page."""

    id: str
    title: str
    about: str


def bars(named: Named, items: Sequence[Bar], keys: Sequence[str] = ()) -> Markup:
    """Lying bars, each below its label. `keys`: what the parts of a bar mean, where it has some."""
    at, drawn, fills = 0.0, list[Markup](), _fills(named)
    for key, fill in zip(keys, fills, strict=False):
        drawn.append(_key(at, key, fill))
        at += _LINE
    at += _GAP / 2 if keys else 0.0
    for item in items:
        lines = _wrapped(item.label)
        drawn += [_text(at + n * _LINE, line, item.language) for n, line in enumerate(lines)]
        at += len(lines) * _LINE + _LEAD
        drawn += [_track(at), *_parts(at, item.parts, fills), _figure(at, item.said)]
        at += _BAR + _GAP
    hatch = _HATCH.format(named.id) if keys else Markup("")
    size = Markup('class="chart bars" width="100%" height="{:.2f}em"').format(at)
    return svg(named, size, [hatch, *drawn])


def grid(named: Named, counts: dict[tuple[float, float], int], side: float) -> Markup:
    """Cells of a map, north above: the darker, the more. `counts` by latitude and longitude.

    "" where the cells lie too far apart to be seen on one map.
    """
    north, west = max(la for la, _lo in counts), min(lo for _la, lo in counts)
    rows = round((north - min(la for la, _lo in counts)) / side) + 1
    columns = round((max(lo for _la, lo in counts) - west) / side) + 1
    if max(rows, columns) > _SIDE:
        return Markup("")
    wide, most = max(cos(radians(north)), 0.1) * 10, max(counts.values())
    drawn = [
        Markup('<rect class="cell heat{}" x="{:.1f}" y="{}" width="{:.1f}" height="10"/>').format(
            1 + 3 * (count - 1) // most, *_corner(north, west, side, (place, wide)), wide
        )
        for place, count in sorted(counts.items())
    ]
    box = Markup('class="chart map" viewBox="-1 -1 {:.1f} {}"')
    return svg(named, box.format(columns * wide + 2, rows * 10 + 2), drawn)


def _corner(
    north: float, west: float, side: float, cell: tuple[tuple[float, float], float]
) -> tuple[float, int]:
    (latitude, longitude), wide = cell
    return round((longitude - west) / side) * wide, round((north - latitude) / side) * 10


def svg(named: Named, looks: Markup, drawn: Iterable[Markup]) -> Markup:
    """A picture with its name and what to know of it; `looks`: attributes of the whole."""
    return Markup(
        '<svg {} role="img" aria-labelledby="{}" focusable="false">'
        '<title id="{}">{}</title><desc>{}</desc>{}</svg>'
    ).format(looks, named.id, named.id, named.title, named.about, Markup("").join(drawn))


# What disagrees is hatched: it is told from the rest without seeing colours, and on paper.
_HATCH: Final = Markup(
    '<defs><pattern id="{}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="part2" width="6" height="6"/>'
    '<rect class="stripe" width="2" height="6"/></pattern></defs>'
)


def _fills(named: Named) -> tuple[Markup, ...]:
    hatched = Markup('fill="url(#{}-hatch)"').format(named.id)
    return Markup('class="part0"'), Markup('class="part1"'), hatched


def _key(at: float, key: str, fill: Markup) -> Markup:
    text = Markup('<text x="6%" y="{:.2f}em">{}</text>').format(at + 1.1, key)
    return _rect(at + 0.25, (0.0, 4.0), fill) + text


def _text(at: float, line: str, language: str) -> Markup:
    # Not "label": pages have a class of that name, and its size would draw the words too high.
    label = Markup('<text class="words" x="0" y="{:.2f}em" lang="{}">{}</text>')
    return label.format(at + 1.1, language, line)


def _track(at: float) -> Markup:
    return _rect(at, (0.0, _LONGEST), Markup('class="track"'))


def _figure(at: float, said: str) -> Markup:
    text = Markup('<text class="figure" x="{:.0f}%" y="{:.2f}em">{}</text>')
    return text.format(_LONGEST + 2, at + 0.9, said)


def _parts(at: float, parts: Sequence[float], fills: Sequence[Markup]) -> Iterable[Markup]:
    left = 0.0
    for part, fill in zip(parts, fills, strict=False):
        if part > 0:
            yield _rect(at, (left, part * _LONGEST), fill)
            left += part * _LONGEST


def _rect(at: float, span: tuple[float, float], looks: Markup) -> Markup:
    return Markup('<rect x="{:.2f}%" y="{:.2f}em" width="{:.2f}%" height="{}em" {}/>').format(
        span[0], at, span[1], _BAR, looks
    )


# -- words in lines ------------------------------------------------------------------------------


def _wrapped(label: str) -> list[str]:
    """The label in lines: between words where there are blanks, else wherever a line is full."""
    lines, line = list[str](), ""
    for word in _pieces(label):
        if line and _width(line + word.rstrip()) > _WIDE:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line.rstrip()]


def _pieces(label: str) -> Iterable[str]:
    """Words with the blank behind them; single signs of a script without blanks; never too wide."""
    piece = ""
    for sign in " ".join(label.split()):
        is_wide = unicodedata.east_asian_width(sign) in "WF"
        if piece and (is_wide or piece.endswith(" ") or _width(piece + sign) > _WIDE):
            yield piece
            piece = ""
        piece += sign
    yield piece


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
