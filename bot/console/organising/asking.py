"""One question to those who register, as a form holds it: read by the same reader as files."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.i18n import languages
from bot.services.drafts import slug_for
from bot.services.fields import OPTIONS_LIMIT, Field

Form = Mapping[str, str]
PICKS: Final = ("choice", "choices")
_SPARE: Final = 3  # empty lines for options that are still to be written
_ID_LIMIT = 40


def form_of(field: Field) -> dict[str, str]:
    """The question as the form shows it."""
    stored: dict[str, Any] = field.to_json()
    form = {name: str(stored.get(name, "")) for name in ("id", "kind", "collect_on")}
    form |= {name: str(stored[name]) for name in ("least", "most") if name in stored}
    flags = {"required": field.required, "personal": field.personal, "sensitive": field.sensitive}
    form |= {name: "1" for name, is_so in flags.items() if is_so}
    for name, texts in (("ask", field.ask), ("reason", field.reason)):
        form |= {f"{name}-{code}": text for code, text in texts.items()}
    for at, option in enumerate(field.options):
        form[f"option-{at}-id"] = option.id
        form |= {f"option-{at}-{code}": text for code, text in option.label.items()}
    return form


def options_of(form: Form) -> list[dict[str, str]]:
    """The options that are written, in their order: id, and label by language."""
    rows = []
    for at in range(OPTIONS_LIMIT + _SPARE):
        row = {name: form.get(f"option-{at}-{name}", "").strip() for name in ("id", *languages())}
        if any(row[code] for code in languages()):
            rows.append(row)
    return rows


def with_spare(rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Likewise, with lines to write more; no more than a question may have."""
    empty = dict.fromkeys(("id", *languages()), "")
    return [*rows, *[empty] * min(_SPARE, OPTIONS_LIMIT - len(rows))]


def raised(rows: Sequence[dict[str, str]], at: int) -> list[dict[str, str]]:
    """With one of them a place higher."""
    moved = list(rows)
    if 0 < at < len(moved):
        moved[at - 1 : at + 1] = [moved[at], moved[at - 1]]
    return moved


def written(form: Form, known: Sequence[str]) -> dict[str, Any]:
    """As a file has it; a new one gets a name of its own among the `known`."""
    kind = form.get("kind", "")
    field: dict[str, Any] = {"id": form.get("id", "").strip() or _name(form, known), "kind": kind}
    for name in ("ask", "reason"):
        field[name] = {code: form.get(f"{name}-{code}", "") for code in languages()}
    field |= {name: bool(form.get(name)) for name in ("required", "personal", "sensitive")}
    if form.get("collect_on"):
        field["collect_on"] = form["collect_on"]
    if kind in PICKS:
        field["options"] = _options(options_of(form))
    limits = {name: form.get(name, "").strip() for name in ("least", "most")}
    return field | {name: _limit(said, kind) for name, said in limits.items() if said}


def _options(rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Those that are new are named by what they say: answers keep the name, labels may change."""
    taken = {row["id"] for row in rows}
    options = []
    for row in rows:
        label = {code: row[code] for code in languages()}
        name = row["id"] or _free(slug_for(label.get("en") or "") or "option", taken)
        taken.add(name)
        options.append({"id": name, "label": label})
    return options


def _name(form: Form, known: Sequence[str]) -> str:
    asked = form.get("ask-en") or next((form.get(f"ask-{code}", "") for code in languages()), "")
    plain = slug_for(asked).replace("-", "_")[: _ID_LIMIT - 4].strip("_")
    named = plain if plain[:1].isalpha() else f"question_{plain}".strip("_")
    return _free(named[: _ID_LIMIT - 4], set(known), "_")


def _free(name: str, taken: set[str], joint: str = "-") -> str:
    number, found = 1, name
    while found in taken:
        found = f"{name}{joint}{(number := number + 1)}"
    return found


def _limit(said: str, kind: str) -> Any:
    is_number = said.isascii() and said.lstrip("-").isdecimal() and len(said) < 15
    return int(said) if is_number and kind != "date" else said
