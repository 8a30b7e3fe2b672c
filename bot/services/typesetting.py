"""Puts text on a page of a PDF, in whatever script it is written, as far as our fonts go.

Latin, Greek, Cyrillic, Chinese and Japanese stand in the file itself, each with the glyphs that are
used (DejaVu and Droid Sans Fallback, in `fonts/`). Korean and the rarest Chinese signs are set in
the fonts that PDF readers have for them (Adobe's HYSMyeongJo and STSong-Light).
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

_FONTS = Path(__file__).parent / "fonts"
_HAN = re.compile(
    r"[\u2e80-\u30ff\u3100-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]"
)
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_UNIT = re.compile(
    rf"[（《「“]*{_HAN.pattern}[，。、；：！？）》」”]*|\s+|[^\s\u2e80-\u9fff\uf900-\uffef]+|.",
    re.DOTALL,
)
_PART = re.compile(r"[^/.@?&=_-]*[/.@?&=_-]|[^/.@?&=_-]+")  # an address is cut behind these signs
_FALLBACK = "DroidSansFallback"
_STROKE = 0.02  # of the size: how much a line is thickened where the font has no bold
A4, A3 = (595.28, 841.89), (841.89, 1190.55)  # points


@dataclass(frozen=True, slots=True)
class Style:
    """How a line looks: its size in points, whether it is bold, and its colour."""

    size: float
    bold: bool = False
    colour: str = "#211f1c"


class Sheet:
    """One page, written from the top downwards, everything in the middle of it or of a column.

    Nothing is drawn before it is finished: a try on which not all has room only measures.
    """

    def __init__(
        self, title: str, author: str, language: str, page: tuple[float, float] = A4
    ) -> None:
        self._title, self._author, self._language = title, author, language
        self._strokes: list[Callable[[Any], None]] = []
        self.width, self.height = page
        self.y = self.height

    def down(self, points: float) -> None:
        """Leave a space."""
        self.y -= points

    def write(
        self, text: str, style: Style, width: float = 430, middle: float | None = None
    ) -> None:
        """Write a text, in as many lines as it needs; `middle`: of its column."""
        for line in wrapped(text, style, width):
            self.y -= style.size * 1.4
            at = (self.width / 2 if middle is None else middle) - measured(line, style) / 2
            self._strokes.append(partial(_line, line, style, (at, self.y)))

    def squares(self, rows: Iterable[Iterable[int]], side: float, middle: float) -> None:
        """Draw a QR code from here downwards, black on the paper."""
        lines = [list(row) for row in rows]
        self._strokes.append(partial(_squares, lines, side, (middle - side / 2, self.y)))
        self.y -= side

    def rule(self, width: float, colour: str = "#8a8479") -> None:
        """Draw a line across."""
        left, y = (self.width - width) / 2, self.y

        def draw(canvas: Any) -> None:
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(0.8)
            canvas.line(left, y, left + width, y)

        self._strokes.append(draw)

    def frame(self, colour: str) -> None:
        """Draw a frame around the page."""

        def draw(canvas: Any) -> None:
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(1.2)
            canvas.rect(36, 36, self.width - 72, self.height - 72)

        self._strokes.append(draw)

    def finish(self) -> bytes:
        """The file."""
        from reportlab.pdfgen.canvas import Canvas  # heavy, and rarely needed

        _load()
        out = io.BytesIO()
        page = (self.width, self.height)
        canvas: Any = Canvas(out, pagesize=page, lang=self._language, invariant=1)
        canvas.setTitle(self._title)
        canvas.setAuthor(self._author)
        canvas.setCreator("Citybot")
        for draw in self._strokes:
            draw(canvas)
        canvas.showPage()
        canvas.save()
        return out.getvalue()


def _squares(
    lines: Sequence[Sequence[int]], side: float, top: tuple[float, float], canvas: Any
) -> None:
    one, (left, y) = side / len(lines), top
    canvas.setFillColor("#000000")
    for down, row in enumerate(lines, 1):
        for at, dark in enumerate(row):
            if dark:  # a hair wider, so that no reader draws a gap
                canvas.rect(left + at * one, y - down * one, one * 1.01, one * 1.01, 0, 1)


def _line(line: str, style: Style, at: tuple[float, float], canvas: Any) -> None:
    text = canvas.beginText(*at)
    text.setFillColor(style.colour)
    text.setStrokeColor(style.colour)
    canvas.setLineWidth(style.size * _STROKE)
    for font, part in _runs(line, style.bold):
        is_thin = style.bold and not font.endswith("-Bold")
        text.setTextRenderMode(2 if is_thin else 0)  # PDF 32000-1, 9.3.6: filled and stroked
        text.setFont(font, style.size)
        text.textOut(part)
    text.setTextRenderMode(0)
    canvas.drawText(text)


def can_write(text: str) -> bool:
    """Whether our fonts have every sign of a text."""
    _load()
    return all(_font(sign, bold=False) for sign in text)


def measured(text: str, style: Style) -> float:
    """How wide a line is, in points."""
    return _width(text, style.bold) * style.size


@lru_cache(maxsize=10_000)  # the same words are measured for each size that is tried
def _width(text: str, bold: bool) -> float:
    """Likewise, set in a size of one point."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    _load()
    return float(sum(stringWidth(part, font, 1) for font, part in _runs(text, bold)))


def wrapped(text: str, style: Style, width: float) -> Sequence[str]:
    """A text in lines of that width: cut between words, and anywhere between Chinese signs.

    A word that is wider than a line is cut, an address behind a slash or a full stop.
    """
    _load()
    plain = text.replace("\u202f", "\u00a0")  # "6:00 PM": no font has the narrow one
    return [line for paragraph in plain.split("\n") for line in _filled(paragraph, style, width)]


def _filled(paragraph: str, style: Style, width: float) -> Sequence[str]:
    lines, used = [""], 0.0
    for unit in _units(paragraph, style, width):
        if lines[-1] and used + measured(unit.rstrip(), style) > width:
            lines, used = [*lines, ""], 0.0
        put = unit if lines[-1] else unit.lstrip()
        lines[-1] += put
        used += measured(put, style)
    return [line.rstrip() for line in lines]


def _units(paragraph: str, style: Style, width: float) -> Iterator[str]:
    """What stays together on a line."""
    for unit in _UNIT.findall(paragraph):
        if measured(unit.rstrip(), style) <= width:
            yield unit
            continue
        for part in _PART.findall(unit):
            yield from (part,) if measured(part, style) <= width else part


def _runs(text: str, bold: bool) -> Iterator[tuple[str, str]]:
    """The text in pieces of one font each; what no font has is left out."""
    known = (sign for sign in text if _font(sign, bold))
    for font, signs in groupby(known, key=lambda sign: _font(sign, bold)):
        yield str(font), "".join(signs)


@cache
def _font(sign: str, bold: bool) -> str | None:
    from reportlab.pdfbase.pdfmetrics import getFont

    name = "DejaVuSans-Bold" if bold else "DejaVuSans"
    if ord(sign) in getFont(name).face.charToGlyph:
        return name
    if ord(sign) in getFont(_FALLBACK).face.charToGlyph:
        return _FALLBACK
    if _HANGUL.match(sign):
        return "HYSMyeongJo-Medium"
    return "STSong-Light" if _HAN.match(sign) else None


@cache
def _load() -> None:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name in ("DejaVuSans", "DejaVuSans-Bold", _FALLBACK):
        registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))
    for name in ("STSong-Light", "HYSMyeongJo-Medium"):
        registerFont(UnicodeCIDFont(name))
