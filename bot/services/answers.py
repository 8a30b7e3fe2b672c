"""Reads what people answer to organisers' fields: one stored form for each, or kindly refused."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache

from babel import Locale
from babel.core import get_global

from bot.dialog import Invalid, Json
from bot.i18n import _, format_day, format_list, format_number, languages
from bot.services.fields import Field
from bot.services.texts import in_language
from bot.text import clean
from bot.understanding.choices import number as counted
from bot.understanding.wordings import words

TEXT = 300  # characters of a short text
LONG_TEXT = 3000
_DATES = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})", re.ASCII),
    re.compile(r"(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>\d{4})", re.ASCII),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?", re.ASCII),
)
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,6})?", re.ASCII)
_MAIL = re.compile(r"[^\s<>()\[\],;:\"“”，；：（）。]+@[^\s<>()\[\],;:\"“”，；：（）。]+")
_BEHIND_CHINESE = re.compile(r"^[\u3400-\u9fff]+[\w.+-]+@[\w.-]+$", re.ASCII)
_PLAIN_MAIL = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# In CLDR with a currency, but parts of countries, or of none.
_NO_COUNTRIES = frozenset({"AC", "TA", "CP", "DG", "IC", "EA", "EU", "ZZ"})
_ALIASES = {"usa": "US", "uk": "GB", "great britain": "GB", "england": "GB", "prc": "CN"}


def read_answer(field: Field, text: str, zone: str) -> Json:
    """The answer as it is kept. `zone` says where a phone number without + is from.

    Raises Invalid. What is kept reads back as itself: an e-mail address, "+49301234567",
    "2027-05-14", "DE", the id of an option.
    """
    text = clean(text)
    if len(text) > LONG_TEXT:
        raise _too_long(text, LONG_TEXT)
    if field.kind == "phone":
        return _phone(text, zone)
    return _READERS[field.kind](field, text)


def fits(field: Field, value: Json) -> bool:
    """Whether a kept answer is still one: the field may have changed since."""
    if value in (None, "", []):
        return not field.required
    if field.kind in ("choice", "choices"):
        ids = {option.id for option in field.options}
        picked = value if isinstance(value, list) else [value]
        return isinstance(value, list) == (field.kind == "choices") and ids.issuperset(picked)
    try:
        return read_answer(field, str(value), "UTC") == value
    except Invalid:
        return False


def shown(field: Field, value: Json, language: str) -> str:
    """A kept answer as people read it."""
    if value in (None, "", []):
        return "–"
    if field.kind in ("choice", "choices"):
        labels = {option.id: in_language(option.label, language) for option in field.options}
        picked = value if isinstance(value, list) else [value]
        return format_list(language, tuple(labels.get(str(p), str(p)) for p in picked))
    if field.kind == "date":
        return format_day(language, date.fromisoformat(str(value)))
    if field.kind == "country":
        return _territories(language).get(str(value), str(value))
    if isinstance(value, int | float):
        return format_number(language, value)
    return str(value)


def _text(field: Field, text: str) -> Json:
    if not text:
        raise Invalid(_("Please write a few words."))
    if field.kind == "text" and len(text) > TEXT:
        raise _too_long(text, TEXT)
    return text


def _too_long(text: str, most: int) -> Invalid:
    told = _("That is {count} characters; please use at most {most}.")
    return Invalid(told, count=len(text), most=most)


def _city(_field: Field, text: str) -> Json:
    if not any(c.isalpha() for c in text) or len(text) > 100:
        raise Invalid(_("Please write the name of a city."))
    return text


def _number(field: Field, text: str) -> Json:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _NUMBER.fullmatch(plain)
    value = float(plain.replace(",", ".")) if found else counted(text)
    if value is None:
        raise Invalid(_("Please write a number, for example 3."))
    least, most = field.numbers
    if least is not None and value < least:
        raise Invalid(_("It must be at least {least}."), least=least)
    if most is not None and value > most:
        raise Invalid(_("It can be at most {most}."), most=most)
    return int(value) if value == int(value) else value


def _choice(field: Field, text: str) -> Json:
    picked = _options(field, text)
    if len(picked) != 1:
        raise Invalid(_("Please pick one of these, or write its number."))
    return picked[0]


def _choices(field: Field, text: str) -> Json:
    picked = list(dict.fromkeys(_options(field, text)))
    least, most = field.numbers
    least, most = least or 1, most or len(field.options)
    if not picked:
        raise Invalid(_("Please write the numbers of those that fit, for example: 1, 3"))
    if not least <= len(picked) <= most:
        raise Invalid(_("Please pick {least} to {most} of them."), least=least, most=most)
    return list[Json](picked)


def _options(field: Field, text: str) -> list[str]:
    """The options a list names, by number, label or id; none of them when one part is strange."""
    whole = _option(field, text)
    if whole:
        return [whole]
    parts = [p for p in re.split(r"[,;、，；\n]|\s+(?:and|und|&)\s+|和|\s", text) if p.strip()]
    found = [_option(field, part) for part in parts]
    return [one for one in found if one] if all(found) else _by_label(field, text)


def _by_label(field: Field, text: str) -> list[str]:
    parts = [p for p in re.split(r"[,;、，；\n]|\s+(?:and|und|&)\s+|和", text) if p.strip()]
    found = [_option(field, part) for part in parts]
    return [one for one in found if one] if all(found) else []


def _option(field: Field, text: str) -> str | None:
    said = words(text)
    place = counted(text)
    if place and place <= len(field.options):
        return field.options[place - 1].id
    named = (
        o.id
        for o in field.options
        if said and said in {words(t) for t in (o.id, *o.label.values())}
    )
    return next(named, None)


def _date(field: Field, text: str) -> Json:
    plain = unicodedata.normalize("NFKC", text)
    found = next(filter(None, (pattern.fullmatch(plain) for pattern in _DATES)), None)
    if found is None:
        raise Invalid(_("Please write the date like this: 2027-05-14 or 14.5.2027"))
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError as error:
        raise Invalid(_("{date} is not in the calendar. Which day is meant?"), date=text) from error
    first, last = field.days
    if day < first:
        raise Invalid(_("It must be {day} or later."), day=first)
    if day > last:
        raise Invalid(_("It must be {day} or earlier."), day=last)
    return day.isoformat()


def _email(_field: Field, text: str) -> Json:
    from email_validator import EmailNotValidError, validate_email  # heavy, and rarely needed

    found = _MAIL.findall(text[:500])
    if len(found) == 1 and _BEHIND_CHINESE.search(found[0]):  # 我的邮箱abc@qq.com
        found = _PLAIN_MAIL.findall(found[0])
    wrong = _("That is no e-mail address I could write to. It looks like name@example.org")
    if len(found) != 1:
        raise Invalid(wrong)
    try:
        checked = validate_email(found[0].rstrip("."), check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid(wrong) from error
    return checked.normalized


def _phone(text: str, zone: str) -> str:
    """E.164; a number without country code is read as one of the event's country, or China."""
    import phonenumbers  # likewise

    plain = unicodedata.normalize("NFKC", text)[:50]
    home = get_global("zone_territories").get(zone)
    digits = re.sub(r"\D", "", plain)
    regions = ("CN", home) if _CHINESE_MOBILE.fullmatch(digits) else (home,)
    for region in regions:
        try:
            number = phonenumbers.parse(plain, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            e164 = phonenumbers.PhoneNumberFormat.E164
            return str(phonenumbers.format_number(number, e164))
    raise Invalid(_("That is no phone number I know. Please begin with the country code: +49 …"))


def _country(_field: Field, text: str) -> Json:
    code = _countries().get(" ".join(words(text)))
    if code is None:
        raise Invalid(_("I do not know that country. Please write its name, or two letters: DE"))
    return code


def countries(language: str) -> dict[str, str]:
    """Code to name of every country, by name as that language sorts plain letters."""
    return dict(sorted(_territories(language).items(), key=lambda item: item[1].casefold()))


@cache
def _territories(language: str) -> dict[str, str]:
    names = Locale.parse(languages().get(language, "en")).territories
    known = set(get_global("territory_currencies")) - _NO_COUNTRIES
    return {code: name for code, name in names.items() if code in known}


@cache
def _countries() -> dict[str, str]:
    """Names in all our languages, and codes, as people write them."""
    named = {
        " ".join(words(name)): code
        for language in languages()
        for code, name in _territories(language).items()
    }
    codes = {code.lower(): code for code in _territories("en")}
    return {**codes, **named, **_ALIASES}


_READERS: dict[str, Callable[[Field, str], Json]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "email": _email,
    "country": _country,
    "city": _city,
}
