"""A bar chart as SVG, small enough to draw ourselves."""

from collections.abc import Sequence
from html import escape

_ROW, _LABEL, _BAR = 28, 230, 380  # pixels


def bars(title: str, rows: Sequence[tuple[str, float]]) -> str:
    """One bar a row, as long as its value; the longest fills the width."""
    most = max((value for _label, value in rows), default=0) or 1
    drawn = "\n".join(_bar(at, label, value, most) for at, (label, value) in enumerate(rows))
    width, height = _LABEL + _BAR + 70, _ROW * len(rows) + 50
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="13">\n'
        # A ground of its own: pages are shown light and dark.
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n'
        f'<text x="12" y="26" font-size="15" font-weight="bold">{escape(title)}</text>\n'
        f"{drawn}\n</svg>\n"
    )


def _bar(at: int, label: str, value: float, most: float) -> str:
    top, length = 42 + at * _ROW, max(1, round(_BAR * value / most))
    return (
        f'<text x="12" y="{top + 14}">{escape(label)}</text>'
        f'<rect x="{_LABEL}" y="{top}" width="{length}" height="19" fill="#1f6f5c"/>'
        f'<text x="{_LABEL + length + 8}" y="{top + 14}">{value:.2f}</text>'
    )
