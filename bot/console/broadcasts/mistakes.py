"""What is wrong in the form of a broadcast, said with the words the form has for its fields."""

from collections.abc import Mapping
from typing import Final

from bot.console.broadcasts.form import Fields, written_at
from bot.i18n import _, language_called, language_name, languages, translate
from bot.services.broadcast import BadBroadcast

_FIELDS: Final[Mapping[str, str]] = {
    "name": _("Name"),
    "texts": _("Text"),
    "choices": _("What people can answer"),
    "links": _("Links below the text"),
    "hours": _("Hours in which it may still be delivered"),
    "night": _("At night"),
    "audience.languages": _("Who speaks"),
    "audience.statuses": _("As"),
    "audience.seen_within": _("Wrote in the last days"),
    "audience.not_seen_within": _("Did not write in the last days"),
    "audience.missed": _("Did not get an earlier broadcast"),
    "audience.named": _("Nobody but the people named here"),
}
_NUMBERED: Final[Mapping[str, str]] = {
    "choices": _("Choice {number}"),
    "links": _("Link {number}"),
}


def mistake(bad: BadBroadcast, form: Fields, language: str) -> str:
    """Why it is not saved."""
    values = dict(bad.values)
    if "place" in values:
        values["place"] = _called(str(values["place"]), form, language)
    if "language" in values:
        values["language"] = language_called(language, str(values["language"]))
    return translate(language, bad.why, **values)


def _called(place: str, form: Fields, language: str) -> str:
    """`choices.1.en` is a place in a file; here it is the first choice that is filled in."""
    kind, _dot, rest = place.partition(".")
    number = rest.partition(".")[0]
    if kind in _NUMBERED and number.isdecimal():
        at = written_at(form, kind)[int(number) - 1] + 1
        said = translate(language, _NUMBERED[kind], number=at)
    else:
        said = translate(language, _FIELDS.get(place) or _FIELDS.get(kind, place))
    code = place.rpartition(".")[2]
    if code not in languages():
        return said
    return translate(language, _("{field}, {spoken}"), field=said, spoken=language_name(code))
