"""The numbers a text gives, and whether an article's facts vouch for them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from knowledge.article import Article

_TIMES = {"万": 10_000, "亿": 100_000_000}
# Digits after a Latin letter belong to a name, and are passed over first: CO2, PM2.5, D4UC.
_NUMBER = re.compile(r"[A-Za-z]\d[\d.,]*|(\d+(?:[.,'\u00a0\u202f]\d+)*)[ \u00a0]?([万亿]?)")
_IN_NAMES = re.compile(r"(?<=[A-Za-z])\d+")
_BLANKS = re.compile(r"['\u00a0\u202f]")
_GERMAN_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, and its value: `2,25` and 2.25 in German, `1.36亿` and 136000000."""

    written: str
    value: str
    unscaled: str  # without 万 and 亿


def numbers(text: str, lang: str) -> tuple[Number, ...]:
    """The numbers written in digits."""
    found = _NUMBER.findall(text)
    return tuple(_number(digits, unit, lang) for digits, unit in found if digits)


def unvouched(text: str, lang: str, figures: Iterable[str]) -> tuple[str, ...]:
    """The numbers of a text that are not among the figures, as written, each once."""
    known = {number.value for figure in figures for number in numbers(figure, lang)}
    found = (number for number in numbers(text, lang) if number.value not in known)
    return tuple(dict.fromkeys(number.written for number in found))


def unused(article: Article) -> tuple[str, ...]:
    """The figures that neither title, period nor text use."""
    said = f"{article.title}\n{article.period}\n{article.text}"
    used = {form for n in numbers(said, article.lang) for form in (n.value, n.unscaled)}
    used.update(_IN_NAMES.findall(said))
    return tuple(
        figure
        for figure in article.figures
        if not any(number.value in used for number in numbers(figure, article.lang))
    )


def _number(digits: str, unit: str, lang: str) -> Number:
    plain = _without_separators(digits, lang)
    try:
        value = Decimal(plain)
    except InvalidOperation:  # a date such as 21.11.2026: compared as it is written
        return Number(digits + unit, plain, plain)
    return Number(digits + unit, _plain(value * _TIMES.get(unit, 1)), _plain(value))


def _without_separators(digits: str, lang: str) -> str:
    digits = _BLANKS.sub("", digits)
    if lang != "de":
        return re.sub(r",(?=\d{3}(?!\d))", "", digits)
    if _GERMAN_THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    return digits.replace(",", ".")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
