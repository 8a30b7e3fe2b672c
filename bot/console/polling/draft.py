"""A poll while somebody writes it, as the fields of a form, and what its buttons do with them.

Fields that belong to a question begin with its place, `q.0.ask.en`; those of one of its answers
also with the answer's, `q.0.o.2.label.de`. What stands in them may be wrong or half done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from bot.console.polling.filled import number_of
from bot.services.poll_check import OPTIONS, QUESTIONS
from bot.services.poll_written import MEANT_FOR

SHOWN: Final = 2  # empty answers that a question begins with
_WIDE: Final = 11  # points of a scale
Fields = Mapping[str, str]
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and what may be answered."""

    fields: Fields
    options: tuple[Fields, ...] = ()

    @property
    def kind(self) -> str:
        """Its kind; the first there is while nobody has chosen."""
        return self.fields.get("kind") or "single"

    @property
    def has_options(self) -> bool:
        """Whether answers are written for it."""
        return self.kind in MEANT_FOR["options"]

    def uses(self, name: str) -> bool:
        """Whether a field means something for its kind."""
        return self.kind in MEANT_FOR.get(name, (self.kind,))

    def shows(self, name: str) -> bool:
        """Whether the form shows a field; what it does not show now is kept for another kind."""
        name = name.partition(".")[0]
        if name == "adding":
            return self.kind == "statements"
        if name[:1] == "p" and (point := number_of(name[1:])) is not None:
            return self.kind == "scale" and point in self.points
        return self.uses(name)

    @property
    def points(self) -> Sequence[int]:
        """The points of its scale, which may have labels."""
        low, high = (number_of(self.fields.get(name, "")) for name in ("low", "high"))
        first = 1 if low is None else low
        last = first + 4 if high is None else high
        return range(first, min(last, first + _WIDE - 1) + 1)


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole poll."""

    fields: Fields
    questions: tuple[Asked, ...] = field(default_factory=lambda: (_blank(),))


def read_draft(form: Fields) -> Draft:
    """What was posted."""
    own = {name: value for name, value in form.items() if not name.startswith("q.")}
    found: dict[int, tuple[dict[str, str], dict[int, dict[str, str]]]] = {}
    for name, value in form.items():
        place, rest = _placed(name, "q.", QUESTIONS + 1)
        if rest:
            fields, options = found.setdefault(place, ({}, {}))
            number, of_option = _placed(rest, "o.", OPTIONS + 1)
            (options.setdefault(number, {}) if of_option else fields)[of_option or rest] = value
    questions = tuple(
        Asked(fields, tuple(options[n] for n in sorted(options)))
        for _place, (fields, options) in sorted(found.items(), key=lambda pair: pair[0])
    )
    return Draft(own, questions)


def _placed(name: str, head: str, most: int) -> tuple[int, str]:
    """The number behind a head, and what stands behind it; "" where there is none."""
    number, _dot, rest = name.removeprefix(head).partition(".")
    place = number_of(number) if name.startswith(head) else None
    return (place, rest) if place is not None and place < most else (0, "")


def tidied(draft: Draft) -> Draft:
    """Without answers that nobody wrote; so many stay empty as a question begins with."""
    return replace(draft, questions=tuple(map(_tidy, draft.questions)))


def _tidy(asked: Asked) -> Asked:
    if not asked.has_options:
        return asked
    kept = [option for option in asked.options if any(value.strip() for value in option.values())]
    return replace(asked, options=(*kept, *({} for _ in range(SHOWN - len(kept)))))


# -- buttons -------------------------------------------------------------------------------------


def pressed(draft: Draft, button: str) -> Draft:
    """The draft after a button: `add`, `up.1`, `down.1`, `drop.1`; of answers `add.1`, `up.1.0`."""
    what, *places = button.split(".")
    numbers = [number_of(place) for place in places]
    match numbers:
        case []:
            if what == "add" and len(draft.questions) < QUESTIONS:
                return replace(draft, questions=(*draft.questions, _blank()))
        case [int(at)] if at < len(draft.questions):
            if what != "add":
                return replace(draft, questions=_moved(draft.questions, what, at))
            asked = draft.questions[at]
            if len(asked.options) < OPTIONS:
                return _with(draft, at, replace(asked, options=(*asked.options, {})))
        case [int(at), int(option)] if at < len(draft.questions):
            asked = draft.questions[at]
            return _with(draft, at, replace(asked, options=_moved(asked.options, what, option)))
    return draft


def _with(draft: Draft, at: int, asked: Asked) -> Draft:
    return replace(draft, questions=(*draft.questions[:at], asked, *draft.questions[at + 1 :]))


def _moved(those: tuple[Part, ...], what: str, at: int) -> tuple[Part, ...]:
    """One of them taken away, or changed with its neighbour."""
    if not at < len(those):
        return those
    if what == "drop":
        return (*those[:at], *those[at + 1 :])
    other = {"up": at - 1, "down": at + 1}.get(what, at)
    if not 0 <= other < len(those):
        return those
    order = list(those)
    order[at], order[other] = order[other], order[at]
    return tuple(order)


def _blank() -> Asked:
    return Asked({"kind": "single"}, tuple({} for _ in range(SHOWN)))
