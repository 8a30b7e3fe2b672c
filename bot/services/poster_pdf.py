"""A poster as a page of PDF, A4 or A3: set as large as everything on it has room."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.services.poster import Poster, Said, Size, Way
from bot.services.typesetting import A3, A4, Sheet, Style, measured

_SIZES: Final = {"a4": A4, "a3": A3}
_ACCENT, _SOFT = "#14524f", "#4d4943"
_MARGIN = 40.0  # points, on A4
_SCALES: Final = tuple(n / 100 for n in range(130, 39, -5))  # below, nobody could read it
_QUIET = 4  # squares of white around a code: ISO/IEC 18004


def as_pdf(poster: Poster, size: Size) -> bytes:
    """The file. What has no room is left out: the summary first, then all but the title."""
    return _set(poster, size).finish()


def scale_of(poster: Poster, size: Size) -> float:
    """How large the texts are set, so that everything has room: 1 is the usual size."""
    return _set(poster, size).scale


def _set(poster: Poster, size: Size) -> "_Page":
    for shortened in (
        poster,
        _shortened(poster, asks_too=False),
        _shortened(poster, asks_too=True),
    ):
        for scale in _SCALES:
            page = _Page(shortened, size, scale)
            page.write()
            if page.fits:
                return page
    return page


def _shortened(poster: Poster, asks_too: bool) -> Poster:
    less = {"summary": "", "asks": ()} if asks_too else {"summary": ""}
    return replace(poster, said=tuple(replace(said, **less) for said in poster.said))


class _Page:
    """One try at one scale of the texts; codes keep their size, they are scanned from afar."""

    def __init__(self, poster: Poster, size: Size, scale: float) -> None:
        first = poster.titled[0] if poster.titled else poster.said[0]
        self._poster, self.scale = poster, scale
        self._paper = _SIZES[size][0] / A4[0]
        self._unit = self._paper * scale
        self._sheet = Sheet(first.title, poster.issuer, first.language, _SIZES[size])
        self._width = self._sheet.width - 2 * _MARGIN * self._paper

    @property
    def fits(self) -> bool:
        """Whether nothing reached into the margin."""
        return self._sheet.y >= _MARGIN * self._paper * 0.8

    def finish(self) -> bytes:
        """The file."""
        return self._sheet.finish()

    def write(self) -> None:
        """All of it, from the top."""
        self._sheet.down(_MARGIN * self._paper * 0.7)
        self._text(self._poster.issuer, Style(13, colour=_ACCENT))
        for said in self._poster.titled:
            self._question(said)
        self._down(18)
        self._text(
            "  ·  ".join(filter(None, (s.scan for s in self._poster.said))), Style(15, bold=True)
        )
        self._down(8)
        self._ways(self._poster.ways)
        self._down(10)
        self._text("  ·  ".join(s.write for s in self._poster.said), Style(11, colour=_SOFT))
        self._text(self._poster.code, Style(34, bold=True, colour=_ACCENT))
        self._down(10)
        self._columns()
        if self._poster.contact:
            self._down(8)
            self._text(self._poster.contact, Style(10, colour=_SOFT))

    def _question(self, said: Said) -> None:
        self._down(14)
        self._text(said.title, Style(26, bold=True))
        for ask in (said.summary, *said.asks):
            if ask and ask != said.title:
                self._down(3)
                self._text(ask, Style(15))

    def _ways(self, ways: tuple[Way, ...]) -> None:
        if not ways:
            return
        room = self._width / len(ways)
        side = min(150 * self._paper, room * 0.9)

        def put(number: int, middle: float) -> None:
            rows = [list(row) for row in ways[number].code().matrix_iter(border=_QUIET)]
            self._sheet.squares(rows, side, middle)
            for line in self._lines(ways[number].names, Style(11), room * 0.95):
                self._text(line, Style(11), room * 0.95, middle)
            if ways[number].address:
                self._text(ways[number].address, Style(10, colour=_SOFT), room * 0.95, middle)

        self._beside(len(ways), put)

    def _columns(self) -> None:
        said = self._poster.said
        room = self._width / len(said)

        def put(number: int, middle: float) -> None:
            for text, bold in (
                (said[number].closes, True),
                (said[number].who, False),
                (said[number].secrecy, False),
            ):
                self._text(text, Style(10, bold=bold), room * 0.92, middle)
                self._down(3)

        self._beside(len(said), put)

    def _beside(self, count: int, put: Callable[[int, float], None]) -> None:
        """Columns of one height: what comes next stands below the longest."""
        top, ends = self._sheet.y, []
        room = self._width / count
        for number in range(count):
            self._sheet.y = top
            put(number, self._sheet.width / 2 + (number - (count - 1) / 2) * room)
            ends.append(self._sheet.y)
        self._sheet.y = min(ends, default=top)

    def _lines(self, names: tuple[str, ...], style: Style, room: float) -> tuple[str, ...]:
        """Names side by side, or one below the other where one would be cut."""
        together = " · ".join(names)
        fits = measured(together, self._scaled(style)) <= room
        return (together,) if fits else names

    def _text(
        self, text: str, style: Style, width: float = 0.0, middle: float | None = None
    ) -> None:
        self._sheet.write(text, self._scaled(style), width or self._width, middle)

    def _scaled(self, style: Style) -> Style:
        return replace(style, size=style.size * self._unit)

    def _down(self, points: float) -> None:
        self._sheet.down(points * self._unit)
