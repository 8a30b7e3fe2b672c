"""Organisers' fields as a web form: how each is shown, and what a sent form answers.

Names in the form are `f.FIELD`, and `f.FIELD.OPTION` where several may be picked: an organiser's
field can then never be taken for one of ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.dialog import Invalid, Json
from bot.i18n import _, translate
from bot.services.answers import LONG_TEXT, TEXT, countries, read_answer
from bot.services.events import Event
from bot.services.fields import Field, Option
from bot.services.texts import in_language
from bot.text import clean

Posted = Mapping[str, str]
_FEW: Final = 8  # options that are shown at once; more go into a list
_TYPES: Final = {"email": "email", "phone": "tel", "date": "date"}
# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill
_AUTOFILL: Final = {"email": "email", "phone": "tel", "city": "address-level2"}
_AUTOFILL_BY_NAME: Final = {"name": "name", "organisation": "organization", "birthday": "bday"}


@dataclass(frozen=True, slots=True)
class Input:
    """One field as the page shows it. `picked`: the options that are chosen."""

    field: Field
    label: str
    reason: str
    options: tuple[tuple[str, str], ...]
    value: str = ""
    picked: frozenset[str] = frozenset()
    error: str = ""

    @property
    def name(self) -> str:
        """What it is called in the form."""
        return f"f.{self.field.id}"

    @property
    def looks(self) -> str:
        """`radios`, `checks`, `list`, `area` or `line`."""
        kind = self.field.kind
        if kind == "choice":
            return "radios" if len(self.options) <= _FEW else "list"
        return {"choices": "checks", "country": "list", "long_text": "area"}.get(kind, "line")

    @property
    def type(self) -> str:
        """The type of its line."""
        return _TYPES.get(self.field.kind, "text")

    @property
    def autofill(self) -> str:
        """What a browser may fill in by itself."""
        by_name = _AUTOFILL_BY_NAME.get(self.field.id)
        return by_name or _AUTOFILL.get(self.field.kind, "off")

    @property
    def most(self) -> int:
        """The most characters."""
        return LONG_TEXT if self.field.kind == "long_text" else TEXT


@dataclass(frozen=True, slots=True)
class Filled:
    """What was sent: answers by field, and what is wrong with the others."""

    answers: Mapping[str, Json] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def inputs(
    fields: Iterable[Field],
    language: str,
    known: Mapping[str, Json] | None = None,
) -> tuple[Input, ...]:
    """The fields, filled with the answers that are known."""
    return tuple(_known(one, language, (known or {}).get(one.id)) for one in fields)


def sent_inputs(
    fields: Iterable[Field], language: str, posted: Posted, filled: Filled
) -> tuple[Input, ...]:
    """The fields as they were sent, each with what is wrong."""
    return tuple(
        _input(
            one,
            language,
            value=clean(posted.get(f"f.{one.id}", "")),
            picked=_picked(one, posted),
            error=filled.errors.get(one.id, ""),
        )
        for one in fields
    )


def read(event: Event, fields: Iterable[Field], posted: Posted, language: str) -> Filled:
    """The answers in a form that was sent; what was left empty is None."""
    answers: dict[str, Json] = {}
    errors: dict[str, str] = {}
    for one in fields:
        try:
            answers[one.id] = _answer(event, one, posted)
        except Invalid as invalid:
            errors[one.id] = translate(language, invalid.why, **invalid.values)
    return Filled(answers, errors)


def _answer(event: Event, one: Field, posted: Posted) -> Json:
    """Raises Invalid."""
    text = _text(one, posted)
    if not text and one.required:
        picks = one.kind in ("choice", "choices", "country")
        raise Invalid(_("Please choose here.") if picks else _("Please fill this in."))
    return read_answer(one, text, event.zone) if text else None


def _text(one: Field, posted: Posted) -> str:
    """What was sent, as the reader of answers takes it: options by their number."""
    if one.kind not in ("choice", "choices"):
        return clean(posted.get(f"f.{one.id}", ""))
    picked = _picked(one, posted)
    return ", ".join(str(n) for n, o in enumerate(one.options, 1) if o.id in picked)


def _picked(one: Field, posted: Posted) -> frozenset[str]:
    if one.kind == "choices":
        return frozenset(o.id for o in one.options if f"f.{one.id}.{o.id}" in posted)
    return frozenset((posted.get(f"f.{one.id}", ""),))


def _known(one: Field, language: str, answer: Json) -> Input:
    picked = answer if isinstance(answer, list) else [answer]
    text = "" if answer is None or isinstance(answer, list) else str(answer)
    return _input(one, language, value=text, picked=frozenset(map(str, picked)))


def _input(
    one: Field,
    language: str,
    *,
    value: str = "",
    picked: frozenset[str] = frozenset(),
    error: str = "",
) -> Input:
    label, reason = in_language(one.ask, language), in_language(one.reason, language)
    return Input(one, label, reason, _options(one, language), value, picked, error)


def _options(one: Field, language: str) -> tuple[tuple[str, str], ...]:
    if one.kind == "country":
        return tuple(countries(language).items())
    return tuple((option.id, _label(option, language)) for option in one.options)


def _label(option: Option, language: str) -> str:
    return in_language(option.label, language) or option.id
