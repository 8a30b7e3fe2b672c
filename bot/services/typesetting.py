"""Puts text on a page of a PDF, in whatever script it is written, as far as our fonts go.

Latin, Greek, Cyrillic, Chinese and Japanese stand in the file itself, each with the glyphs that are
used (DejaVu and Droid Sans Fallback, in `fonts/`). Korean and the rarest Chinese signs are set in
the fonts that PDF readers have for them (Adobe's HYSMyeongJo and STSong-Light).
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
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
    """One page, written from the top downwards, everything in the middle of it or of a column."""

    def __init__(
        self, title: str, author: str, language: str, page: tuple[float, float] = A4
    ) -> None:
        from reportlab.pdfgen.canvas import Canvas  # heavy, and rarely needed

        _load()
        self._out = io.BytesIO()
        self.width, self.height = page
        self._canvas: Any = Canvas(self._out, pagesize=page, lang=language, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("Citybot")
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
            self._line(line, style, self.width / 2 if middle is None else middle)

    def squares(self, rows: Iterable[Iterable[int]], side: float, middle: float) -> None:
        """Draw a QR code from here downwards, black on the paper."""
        lines = [list(row) for row in rows]
        one = side / len(lines)
        left = middle - side / 2
        self._canvas.setFillColor("#000000")
        for down, row in enumerate(lines, 1):
            for at, dark in enumerate(row):
                if dark:  # a hair wider, so that no reader draws a gap
                    self._canvas.rect(
                        left + at * one, self.y - down * one, one * 1.01, one * 1.01, 0, 1
                    )
        self.y -= side

    def rule(self, width: float, colour: str = "#8a8479") -> None:
        """Draw a line across."""
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(0.8)
        left = (self.width - width) / 2
        self._canvas.line(left, self.y, left + width, self.y)

    def frame(self, colour: str) -> None:
        """Draw a frame around the page."""
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(1.2)
        self._canvas.rect(36, 36, self.width - 72, self.height - 72)

    def finish(self) -> bytes:
        """The file."""
        self._canvas.showPage()
        self._canvas.save()
        return self._out.getvalue()

    def _line(self, line: str, style: Style, middle: float) -> None:
        text = self._canvas.beginText(middle - measured(line, style) / 2, self.y)
        text.setFillColor(style.colour)
        text.setStrokeColor(style.colour)
        self._canvas.setLineWidth(style.size * _STROKE)
        for font, part in _runs(line, style.bold):
            is_thin = style.bold and not font.endswith("-Bold")
            text.setTextRenderMode(2 if is_thin else 0)  # PDF 32000-1, 9.3.6: filled and stroked
            text.setFont(font, style.size)
            text.textOut(part)
        text.setTextRenderMode(0)
        self._canvas.drawText(text)


def can_write(text: str) -> bool:
    """Whether our fonts have every sign of a text."""
    _load()
    return all(_font(sign, bold=False) for sign in text)


def measured(text: str, style: Style) -> float:
    """How wide a line is, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(sum(stringWidth(p, font, style.size) for font, p in _runs(text, style.bold)))


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
