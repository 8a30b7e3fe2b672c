"""What organisers ask of people who register: fields as values, checked when they are written.

How an answer is read: bot/services/answers.py.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.dialog import Json
from bot.i18n import _, languages
from bot.services.texts import Texts
from bot.text import clean

KINDS = (
    *("text", "long_text", "number", "choice", "choices"),
    *("date", "email", "phone", "country", "city"),
)
COLLECT_ON = ("web", "any")
ALWAYS_PERSONAL = frozenset({"email", "phone"})
FIELDS_LIMIT = 40
OPTIONS_LIMIT = 50
TEXT_LIMIT = 2000  # characters of a text that organisers write
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
# Slots of the form itself.
_TAKEN = frozenset(
    {"event", "seats", "abroad", "page", "sensitive", "check", "change", "what", "sure"}
)


class BadEvent(Exception):
    """An event that cannot be kept as it is written; says why, as a msgid with its values.

    `key` is what it is about, where that is one: a file can say where that stands.
    """

    def __init__(self, why: str, /, **values: object) -> None:
        super().__init__(why.format(**values))
        self.why, self.values = why, values
        self.key: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    id: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Field:
    """One thing people are asked when they register.

    reason      why we ask; needed where the field is personal
    sensitive   of a kind the law protects specially: health, faith, origin; has its own consent
    collect_on  `web`: through a page of ours only; `any`: the chat may ask as well
    least, most numbers, or how many options may be picked; of a date, the first and the last day
    """

    id: str
    kind: str
    ask: Texts
    required: bool = True
    reason: Texts = field(default_factory=dict)
    personal: bool = False
    sensitive: bool = False
    collect_on: str = "any"
    options: tuple[Option, ...] = ()
    least: int | str | None = None
    most: int | str | None = None

    @property
    def texts(self) -> tuple[Texts, ...]:
        """All that the organisers wrote of it for people to read."""
        return (self.ask, self.reason, *(option.label for option in self.options))

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that is an answer."""
        first, last = (date.fromisoformat(str(d)) if d else None for d in (self.least, self.most))
        return first or date.min, last or date.max

    @property
    def numbers(self) -> tuple[int | None, int | None]:
        """The least and the most number, or count of options, that is an answer."""
        least, most = (n if isinstance(n, int) else None for n in (self.least, self.most))
        return least, most

    def to_json(self) -> dict[str, Json]:
        """The field as it is stored; what says nothing is left out."""
        stored: dict[str, Json] = {"id": self.id, "kind": self.kind, "ask": dict(self.ask)}
        stored |= {} if self.required else {"required": False}
        stored |= {"reason": dict(self.reason)} if self.reason else {}
        stored |= {"personal": True} if self.personal else {}
        stored |= {"sensitive": True} if self.sensitive else {}
        stored |= {"collect_on": self.collect_on}
        if self.options:
            stored["options"] = [{"id": o.id, "label": dict(o.label)} for o in self.options]
        limits = {"least": self.least, "most": self.most}
        return stored | {key: value for key, value in limits.items() if value is not None}


def read_fields(stored: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Fields that were checked when they were saved."""
    return tuple(_field(one) for one in stored)


def check_fields(written: Any) -> tuple[Field, ...]:
    """Fields as an organiser wrote them. Raises BadEvent."""
    if not isinstance(written, list) or len(written) > FIELDS_LIMIT:
        raise BadEvent(_("fields must be a list of at most {count}."), count=FIELDS_LIMIT)
    fields = tuple(_checked(one) for one in written)
    ids = [one.id for one in fields]
    if twice := next((i for i in ids if ids.count(i) > 1), None):
        raise BadEvent(_("There are two fields named {name}."), name=twice)
    return fields


def check_texts(written: Any, of: str) -> Texts:
    """Texts by language; one text alone counts for English. Raises BadEvent."""
    texts = {"en": written} if isinstance(written, str) else (written or {})
    if not isinstance(texts, Mapping) or not all(
        isinstance(text, str) and code in languages() for code, text in texts.items()
    ):
        known = ", ".join(languages())
        raise BadEvent(_("{of} must be a text, or texts by language: {known}."), of=of, known=known)
    cleaned = {code: clean(text) for code, text in texts.items()}
    if longest := next((code for code, text in cleaned.items() if len(text) > TEXT_LIMIT), None):
        raise BadEvent(
            _("{of} in {language} is longer than {count} characters."),
            of=of,
            language=longest,
            count=TEXT_LIMIT,
        )
    return {code: text for code, text in cleaned.items() if text}


def _checked(written: Any) -> Field:
    if not isinstance(written, Mapping) or not isinstance(written.get("id"), str):
        raise BadEvent(_("Each field needs an id, a kind and a question to ask."))
    name = written["id"]
    if not _ID.fullmatch(name) or name in _TAKEN:
        raise BadEvent(_("{name} is no name for a field: use a-z, 0-9 and _."), name=name)
    if unknown := set(map(str, written)) - _KNOWN:
        raise BadEvent(
            _("Field {name}: {key} is unknown."), name=name, key=", ".join(sorted(unknown))
        )
    if written.get("kind") not in KINDS:
        raise BadEvent(
            _("Field {name}: the kind must be one of {kinds}."), name=name, kinds=", ".join(KINDS)
        )
    return _consistent(_field(_with_texts(written, name)))


_KNOWN = frozenset(Field.__dataclass_fields__)


def _with_texts(written: Mapping[str, Any], name: str) -> dict[str, Any]:
    texts = {key: check_texts(written.get(key), f"{name}.{key}") for key in ("ask", "reason")}
    options = written.get("options", [])
    if not isinstance(options, list) or not all(
        isinstance(o, Mapping) and isinstance(o.get("id"), str) for o in options
    ):
        raise BadEvent(_("Field {name}: each option needs an id and a label."), name=name)
    labelled = [
        {"id": o["id"], "label": check_texts(o.get("label", o["id"]), f"{name}.{o['id']}")}
        for o in options
    ]
    return {**written, **texts, "options": labelled}


def _consistent(one: Field) -> Field:
    if not one.ask:
        raise BadEvent(_("Field {name} needs a question to ask."), name=one.id)
    if one.collect_on not in COLLECT_ON:
        raise BadEvent(_("Field {name}: collect_on is web or any."), name=one.id)
    if one.personal and not one.reason:
        raise BadEvent(_("Field {name} is personal: say in reason why you ask."), name=one.id)
    if one.sensitive and one.required:
        raise BadEvent(
            _("Field {name} is sensitive: people must be free to leave it out (required: false)."),
            name=one.id,
        )
    picks = one.kind in ("choice", "choices")
    ids = [o.id for o in one.options]
    if picks and not (0 < len(set(ids)) == len(ids) <= OPTIONS_LIMIT):
        raise BadEvent(
            _("Field {name} needs 1 to {count} options, each with an id of its own."),
            name=one.id,
            count=OPTIONS_LIMIT,
        )
    _check_limits(one)
    return one


def _check_limits(one: Field) -> None:
    limits = tuple(n for n in (one.least, one.most) if n is not None)
    if one.kind == "date":
        if not all(map(_is_day, limits)):
            raise BadEvent(
                _("Field {name}: least and most are days, like 2027-05-14."), name=one.id
            )
        in_order = one.days[0] <= one.days[1]
    else:
        if not all(type(n) is int and abs(n) < 10**12 for n in limits):
            raise BadEvent(_("Field {name}: least and most are whole numbers."), name=one.id)
        in_order = list(limits) == sorted(limits)
    if not in_order:
        raise BadEvent(_("Field {name}: least is more than most."), name=one.id)


def _is_day(written: object) -> bool:
    try:
        return date.fromisoformat(str(written)).isoformat() == written
    except ValueError:
        return False


def _field(stored: Mapping[str, Any]) -> Field:
    sensitive = bool(stored.get("sensitive"))
    personal = bool(stored.get("personal")) or sensitive or stored["kind"] in ALWAYS_PERSONAL
    return Field(
        id=stored["id"],
        kind=stored["kind"],
        ask=stored["ask"],
        required=bool(stored.get("required", True)),
        reason=stored.get("reason") or {},
        personal=personal,
        sensitive=sensitive,
        collect_on=str(stored.get("collect_on") or ("web" if personal else "any")),
        options=tuple(Option(o["id"], o["label"]) for o in stored.get("options", ())),
        least=_limit(stored.get("least")),
        most=_limit(stored.get("most")),
    )


def _limit(written: Any) -> Any:
    """YAML reads a day as one; it is kept as it is written."""
    return written.isoformat() if isinstance(written, date) else written
