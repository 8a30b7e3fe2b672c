"""Turns the form of a poll into what a poll file says, and a poll that is there into a form."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final

from bot.console.polling.draft import Asked, Draft, Fields
from bot.console.polling.filled import number_of, texts_of
from bot.i18n import languages
from bot.services.drafts import slug_for
from bot.services.poll_check import OPTIONS
from bot.services.poll_written import FLAGS
from bot.services.polls import Poll

_ID: Final = 40  # characters
_NUMBERS: Final = ("least", "most", "points", "low", "high")


# -- as a file says it ---------------------------------------------------------------------------


def spoken(draft: Draft) -> tuple[str, ...]:
    """The languages it has a title in: everything has to be said in these."""
    return tuple(texts_of(draft.fields, "title"))


def as_written(draft: Draft, known: Poll | None = None) -> dict[str, Any]:
    """What a poll file would say, for the same reader; of the `known` poll moments stay exact."""
    fields = draft.fields
    plain: dict[str, Any] = {
        "id": known.id if known else name_of(draft),
        "title": texts_of(fields, "title"),
        "questions": list(_questions(draft)),
    }
    plain |= {name: said for name in ("summary", "next_steps") if (said := texts_of(fields, name))}
    plain |= {name: fields[name] for name in ("zone", "level", "mode") if fields.get(name)}
    plain |= {name: True for name in ("live", "kiosk") if fields.get(name)}
    return plain | _moments(fields, known)


def name_of(draft: Draft) -> str:
    """Its name in addresses: as written, else out of the title in Latin letters."""
    titles = texts_of(draft.fields, "title")
    made = slug_for(titles.get("en") or titles.get("de") or "")
    return draft.fields.get("id", "").strip() or made[:_ID].strip("-")


def _moments(fields: Fields, known: Poll | None) -> dict[str, str]:
    """A field has no seconds, and says nothing of which of two equal hours is meant."""
    exact = _local(known) if known and known.zone == fields.get("zone") else {}
    said = {name: fields.get(name, "").strip() for name in ("opens", "closes")}
    return {
        name: exact[name][1] if name in exact and exact[name][0] == text else text
        for name, text in said.items()
        if text
    }


def _local(poll: Poll) -> dict[str, tuple[str, str]]:
    """Both moments: as the form shows them, and exactly."""
    moments = {"opens": poll.opens_at, "closes": poll.closes_at}
    local = {name: moment.astimezone(poll.local_zone) for name, moment in moments.items()}
    return {name: (at.strftime("%Y-%m-%dT%H:%M"), at.isoformat()) for name, at in local.items()}


def _questions(draft: Draft) -> Iterator[dict[str, Any]]:
    ids: list[str] = []
    for number, asked in enumerate(draft.questions, 1):
        ids.append(_id(asked.fields, "ask", f"q{number}", ids))
        yield _question(asked, ids[-1])


def _question(asked: Asked, its_id: str) -> dict[str, Any]:
    fields = asked.fields
    plain: dict[str, Any] = {"id": its_id, "kind": asked.kind, "ask": texts_of(fields, "ask")}
    if asked.has_options:
        plain["options"] = list(_options(asked))
    said = {name: fields.get(name, "").strip() for name in (*_NUMBERS, "grid", "method")}
    used = {name: text for name, text in said.items() if text and asked.uses(name)}
    plain |= {name: _as_number(name, text) for name, text in used.items()}
    if asked.kind == "scale":
        labels = {point: texts_of(fields, f"p{point}") for point in asked.points}
        plain["labels"] = {point: texts for point, texts in labels.items() if texts}
    return plain | {name: True for name in FLAGS if fields.get(name) and asked.shows(name)}


def _as_number(name: str, text: str) -> object:
    """What is none stays as it was written: the reader says what is wrong with it."""
    if name in _NUMBERS:
        number = number_of(text)
        return text if number is None else number
    if name == "grid":
        digits = text.replace(",", ".")
        is_number = digits.replace(".", "", 1).isdecimal() and digits.isascii() and len(digits) < 9
        return float(digits) if is_number and digits != "." else text
    return text


def _options(asked: Asked) -> Iterator[dict[str, Any]]:
    ids: list[str] = []
    for number, option in enumerate(asked.options, 1):
        if not any(value.strip() for value in option.values()):
            continue
        ids.append(_id(option, "label", f"o{number}", ids))
        plain: dict[str, Any] = {"id": ids[-1], "label": texts_of(option, "label")}
        plain |= {"image": option["image"].strip()} if option.get("image", "").strip() else {}
        yield plain | ({"alt": alt} if (alt := texts_of(option, "alt")) else {})


def _id(fields: Fields, named: str, usual: str, taken: Sequence[str]) -> str:
    """As written; else out of the words, and told from those before it."""
    if written := fields.get("id", "").strip():
        return written
    texts = texts_of(fields, named)
    made = slug_for(texts.get("en") or texts.get("de") or "")[: _ID - 4].strip("-") or usual
    free = [made, *(f"{made}-{n}" for n in range(2, OPTIONS + 2))]
    return free[len(list(takewhile(lambda one: one in taken, free)))]


# -- as the form shows it ------------------------------------------------------------------------


def draft_of(poll: Poll, plain: Mapping[str, Any]) -> Draft:
    """A poll that is there, as fields; `plain` is how a file says it."""
    names = ("id", "zone", "level", "mode")
    fields = {name: str(plain.get(name, "")) for name in names}
    fields |= {name: shown for name, (shown, _exact) in _local(poll).items()}
    fields |= {name: "1" for name in ("live", "kiosk") if plain.get(name)}
    for name in ("title", "summary", "next_steps"):
        fields |= _flat(name, plain.get(name, {}))
    return Draft(fields, tuple(_asked(question) for question in plain["questions"]))


def _asked(plain: Mapping[str, Any]) -> Asked:
    names = ("id", "kind", *_NUMBERS, "grid", "method")
    fields = {name: str(plain[name]) for name in names if name in plain} | _flat(
        "ask", plain["ask"]
    )
    for point, texts in plain.get("labels", {}).items():
        fields |= _flat(f"p{point}", texts)
    fields |= {name: "1" for name in FLAGS if plain.get(name)}
    options = (
        {"id": o["id"], "image": o.get("image", "")}
        | _flat("label", o["label"])
        | _flat("alt", o.get("alt", {}))
        for o in plain.get("options", ())
    )
    return Asked(fields, tuple(options))


def _flat(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}.{code}": texts.get(code, "") for code in languages()}


def flat(draft: Draft) -> dict[str, str]:
    """All fields under the names they have in the form; what is empty is left out."""
    found = dict(draft.fields)
    for place, asked in enumerate(draft.questions):
        found |= {f"q.{place}.{name}": value for name, value in asked.fields.items()}
        for number, option in enumerate(asked.options):
            found |= {f"q.{place}.o.{number}.{name}": value for name, value in option.items()}
    return {name: value for name, value in found.items() if value}
