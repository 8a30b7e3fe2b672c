"""The person's language: texts, dates, numbers, plurals. Catalogues are gettext, read as .po.

A language is a folder of `locales/`; its short code (`zh` for `zh_Hans`) is what the rest of
the house knows. Texts are marked where they stand with `_`, and translated where the person's
language is known.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from gettext import NullTranslations
from importlib import resources
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, numbers

from bot.catalogue import read_catalogue
from bot.zones import place_of

DEFAULT = "en"


class Said(str):
    """A msgid that stands within another text, and is said in the language of that."""

    __slots__ = ()


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


class _Texts(NullTranslations):
    """One language's texts, in the shape Jinja expects; what is missing is said in English."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        return self._texts.get(message, message)


@cache
def _catalogue(language: str) -> NullTranslations:
    folder = languages().get(language)
    if folder is None:
        return NullTranslations()
    path = resources.files("locales") / folder / "LC_MESSAGES" / "messages.po"
    return _Texts(read_catalogue(path.read_text(encoding="utf-8")))


def translate(language: str, msgid: str, /, **values: object) -> str:
    """The text in that language, its named places filled: `{name}`; a day as people read it."""
    text = _catalogue(language).gettext(msgid) if msgid else ""
    return text.format(**{n: _as_read(language, v) for n, v in values.items()}) if values else text


def _as_read(language: str, value: object) -> object:
    """A day in words; a moment needs a place whose clock shows it, and is told by its caller."""
    if isinstance(value, Said):
        return translate(language, value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_day(language, value)
    return value


def is_ours(msgid: str) -> bool:
    """Whether it is a text of this house, and not somebody else's words."""
    return any(_catalogue(code).gettext(msgid) != msgid for code in languages() if code != DEFAULT)


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


def language_called(language: str, code: str) -> str:
    """What people of one language call another: `Englisch`, `英语`."""
    return _locale(code).get_language_name(languages().get(language, language)) or code


def format_moment(language: str, moment: datetime, zone: tzinfo) -> str:
    """Weekday, day and time as people of that language write them, in the given zone."""
    local, locale = moment.astimezone(zone), _locale(language)
    day = dates.format_date(local.date(), "full", locale=locale)
    clock = dates.format_time(local, "short", locale=locale)
    joined = str(dates.get_datetime_format("medium", locale=locale))  # "{1}, {0}"; 中文: "{1} {0}"
    return joined.format(clock, day)


def format_short_moment(language: str, moment: datetime, zone: tzinfo) -> str:
    """`Nov 26, 2026, 9:00 AM`: for lists, where the weekday would only take room."""
    local, locale = moment.astimezone(zone), _locale(language)
    day = dates.format_date(local.date(), "medium", locale=locale)
    joined = str(dates.get_datetime_format("medium", locale=locale))
    return joined.format(dates.format_time(local, "short", locale=locale), day)


def format_brief_moment(language: str, moment: datetime, zone: tzinfo) -> str:
    """`Nov 26, 9:00 AM`: where the room is short, and the weekday and year are said elsewhere."""
    local, locale = moment.astimezone(zone), _locale(language)
    day = dates.format_skeleton("MMMd", local, locale=locale)
    joined = str(dates.get_datetime_format("medium", locale=locale))
    return joined.format(dates.format_time(local, "short", locale=locale), day)


def place_name(language: str, zone: ZoneInfo) -> str:
    """The city a zone is named after, as people of that language call it: 上海."""
    named = _locale(language).time_zones.get(str(zone), {})
    return str(named.get("city") or place_of(zone))


def format_day(language: str, day: date) -> str:
    """A date as people of that language write it."""
    return dates.format_date(day, "long", locale=_locale(language))


def format_span(language: str, first: date, last: date) -> str:
    """ "2027", "May 2027", "December 7 – 13, 2026": from one day to another."""
    skeleton = "yMMMMd"
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        skeleton = "y" if (first.month, last.month) == (1, 12) else "yMMMM"
    return dates.format_interval(first, last, skeleton, locale=_locale(language))


def format_weekday(language: str, day: date) -> str:
    """`Friday` in that language."""
    return dates.format_date(day, "EEEE", locale=_locale(language))


def format_time(language: str, at: time) -> str:
    """A time of day as people of that language write it."""
    return dates.format_time(at, "short", locale=_locale(language))


def format_number(language: str, value: float) -> str:
    """A number with that language's separators."""
    return numbers.format_decimal(value, locale=_locale(language))


def format_list(language: str, items: tuple[str, ...]) -> str:
    """`a, b and c` in that language."""
    return lists.format_list(items, locale=_locale(language))


def sentences(*texts: str) -> str:
    """Sentences one after another; after a Chinese full stop there is no blank."""
    joined = ""
    for text in filter(None, texts):
        blank = "" if not joined or joined.endswith(("。", "！", "？")) else " "
        joined += blank + text
    return joined


def clauses(language: str, texts: Iterable[str]) -> str:
    """Parts of a sentence one after another, with the comma of the language."""
    return ("，" if language == "zh" else ", ").join(filter(None, texts))


def template_translations(language: str) -> NullTranslations:
    """What Jinja's i18n extension installs for a page in that language."""
    return _catalogue(language)


def direction_of(language: str) -> str:
    """Where lines of that language begin: `ltr` or `rtl`."""
    return _locale(language).text_direction


def format_share(language: str, share: float) -> str:
    """A share of one as people of that language write percents: `60%`, `60 %`."""
    return numbers.format_percent(share, locale=_locale(language))


@cache
def month_names() -> dict[str, int]:
    """The months as our languages with letters call them, small, and their numbers."""
    return {
        name.lower(): number
        for language in ("en", "de")
        for number, name in dates.get_month_names("wide", locale=language).items()
    }
