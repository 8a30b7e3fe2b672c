"""What is wrong in the form of a broadcast, said at its fields and in the form's words for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.console.broadcasts.form import Fields, written_at
from bot.i18n import _, language_called, language_name, languages, sentences, translate
from bot.services.broadcast import BadBroadcast

_FIELDS: Final[Mapping[str, str]] = {
    "name": _("Name"),
    "texts": _("Text"),
    "choices": _("What people can answer"),
    "links": _("Links below the text"),
    "hours": _("Hours in which it may still be delivered"),
    "night": _("At night"),
    "alt": _("What it shows"),
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


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that has to be put right; `field` is its id in the form, "" for none."""

    field: str
    told: str


def wrong_in(bad: BadBroadcast, form: Fields, language: str) -> tuple[Wrong, ...]:
    """Everything that has to be put right."""
    return tuple(
        Wrong(_field(str(one.values.get("place", "")), form), mistake(one, form, language))
        for one in bad.every
    )


def unkept(fields: Iterable[str], language: str) -> tuple[Wrong, ...]:
    """What is said of fields out of which was taken what cannot be kept, see Visit.mended."""
    told = _(
        "There was a character in it that cannot be kept. It was taken out: please look whether "
        "all is right, and save once more."
    )
    return tuple(Wrong(name, translate(language, told)) for name in fields)


def by_field(wrong: Iterable[Wrong]) -> dict[str, str]:
    """What is said at each field."""
    told: dict[str, str] = {}
    for one in wrong:
        told[one.field] = sentences(told.get(one.field, ""), one.told)
    return told


def mistake(bad: BadBroadcast, form: Fields, language: str) -> str:
    """Why it is not saved: one reason."""
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
        said = translate(language, _NUMBERED[kind], number=_at(kind, number, form) + 1)
    else:
        said = translate(language, _FIELDS.get(place) or _FIELDS.get(kind, place))
    code = place.rpartition(".")[2]
    if code not in languages():
        return said
    return translate(language, _("{field}, {spoken}"), field=said, spoken=language_name(code))


def _at(kind: str, number: str, form: Fields) -> int:
    """In which place of the form it stands: those that are empty are no links, and no choices."""
    return written_at(form, kind)[int(number) - 1]


def _field(place: str, form: Fields) -> str:
    """Its id; of what is written in each language, that of the first, unless it says which."""
    kind, *rest = place.split(".")
    code = rest[-1] if rest and rest[-1] in languages() else next(iter(languages()))
    match kind:
        case "texts":
            return f"text_{code}"
        case "audience":
            return "".join(rest[:1])
        case "choices":
            return f"choice_{_at(kind, rest[0], form) if rest else 0}_{code}"
        case "links":
            at = _at(kind, rest[0], form) if rest else 0
            return f"label_{at}_{code}" if "label" in rest else f"url_{at}"
        case _:
            return kind if kind != "alt" else f"alt_{code}"
