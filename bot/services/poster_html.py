"""A poster as a page of HTML that needs nothing but itself: to be looked at, changed, printed."""

from pathlib import Path

from markupsafe import Markup

from bot.i18n import direction_of
from bot.services.poster import Poster, Size, Way
from bot.services.poster_pdf import scale_of
from bot.web.templates import environment

_FOLDER = Path(__file__).parent / "templates"
_SIZES = {"a4": "A4", "a3": "A3"}
_SMALLER = 0.9  # than in the PDF: no two browsers have the same fonts


def as_html(poster: Poster, size: Size) -> str:
    """The file."""
    first = (poster.titled or poster.said)[0].language
    template = environment(_FOLDER, first).get_template("poster.html")
    style = (_FOLDER / "poster.css").read_text(encoding="utf-8").replace("A4", _SIZES[size])
    codes = [(way, _svg(way)) for way in poster.ways]
    return template.render(
        poster=poster,
        first=first,
        size=size,
        style=Markup(style),  # noqa: S704 - a file of ours
        codes=codes,
        direction=direction_of,
        scale=round(min(1.0, scale_of(poster, size) * _SMALLER), 3),
    )


def _svg(way: Way) -> Markup:
    drawn = way.code().svg_inline(
        border=4, light="#fff", svgclass="qr", title=" · ".join(way.names), omitsize=True
    )
    return Markup(drawn)  # noqa: S704 - of segno's, which escapes the title
