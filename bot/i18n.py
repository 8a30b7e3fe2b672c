"""The person's language: texts, dates, numbers, plurals. Catalogues are gettext, read as .po.

A language is a folder of `locales/`; its short code (`zh` for `zh_Hans`) is what the rest of
the house knows. Texts are marked where they stand with `_`, and translated where the person's
language is known.
"""

import io
import re
from datetime import date, datetime, tzinfo
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT = "en"
# What platforms and browsers call our languages where cutting at the first dash is not enough.
_ALIASES = {"cn": "zh", "zho": "zh", "chi": "zh", "ger": "de", "deu": "de", "eng": "en"}


def _(msgid: str) -> str:
    """Mark an English text for translation; returned unchanged."""
    return msgid


@cache
def languages() -> dict[str, str]:
    """Short code to catalogue folder: {'de': 'de', 'en': 'en', 'zh': 'zh_Hans'}."""
    folders = sorted(f.name for f in resources.files("locales").iterdir() if f.is_dir())
    return {name.split("_")[0]: name for name in folders if not name.startswith("_")}


def negotiate(*wanted: str | None) -> str | None:
    """The first of the wanted locales (`de-AT`, `zh_TW`, `en`) that we speak, as short code."""
    for locale in wanted:
        base = re.split("[-_.@]", locale or "")[0].lower()  # a system writes de.UTF-8, de@euro
        code = _ALIASES.get(base, base)
        if code in languages():
            return code
    return None


@cache
def _catalogue(language: str) -> NullTranslations:
    folder = languages().get(language)
    if folder is None:
        return NullTranslations()
    path = resources.files("locales") / folder / "LC_MESSAGES" / "messages.po"
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=folder))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(language: str, msgid: str, /, **values: object) -> str:
    """The text in that language, its named places filled: `{name}`."""
    text = _catalogue(language).gettext(msgid) if msgid else ""
    return text.format(**values) if values else text


def translate_plural(language: str, one: str, many: str, count: int, **values: object) -> str:
    """Like translate, for texts that change with a count: `{count} place`, `{count} places`."""
    # Both are texts of their own in the catalogues: ngettext would not find them there.
    text = _catalogue(language).gettext(one if count == 1 else many)
    return text.format(count=count, **values)


@cache
def alternatives(msgid: str) -> dict[str, tuple[str, ...]]:
    """The wordings of a trigger, `yes|yep|sure`, by language."""
    return {code: tuple(translate(code, msgid).split("|")) for code in languages()}


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(languages().get(language, DEFAULT))


def language_name(language: str) -> str:
    """What a language calls itself: `Deutsch`, `中文`."""
    return _locale(language).language_name or language


def format_moment(language: str, moment: datetime, zone: tzinfo) -> str:
    """Weekday, day and time as people of that language write them, in the given zone."""
    local, locale = moment.astimezone(zone), _locale(language)
    day = dates.format_date(local.date(), "full", locale=locale)
    time = dates.format_time(local, "short", locale=locale)
    joined = str(dates.get_datetime_format("medium", locale=locale))  # "{1}, {0}"; 中文: "{1} {0}"
    return joined.format(time, day)


def format_day(language: str, day: date) -> str:
    """A date as people of that language write it."""
    return dates.format_date(day, "long", locale=_locale(language))


def format_number(language: str, value: float) -> str:
    """A number with that language's separators."""
    return numbers.format_decimal(value, locale=_locale(language))


def format_list(language: str, items: tuple[str, ...]) -> str:
    """`a, b and c` in that language."""
    return lists.format_list(items, locale=_locale(language))


def template_translations(language: str) -> NullTranslations:
    """What Jinja's i18n extension installs for a page in that language."""
    return _catalogue(language)
