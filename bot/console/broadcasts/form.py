"""The form of a broadcast: its fields as a broadcast fills them, and what they say of one.

It is read by the reader of broadcast files, so that both refuse the same.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.dialog import Transaction
from bot.i18n import languages
from bot.services.broadcast import Broadcast
from bot.services.broadcast_choices import CHOICES
from bot.services.broadcast_mistakes import Mistakes
from bot.services.broadcast_written import LINKS, to_plain
from bot.services.handpicking import codes_of, people_of

LISTS: Final = ("topics", "languages", "channels", "events", "programmes", "statuses", "polls")
NUMBERS: Final = ("seen_within", "not_seen_within", "missed")
Fields = Mapping[str, str]
Picked = Mapping[str, bool]


def asks(form: Fields, *beginnings: str) -> bool:
    """Whether something of that kind is marked."""
    return any(name.startswith(beginnings) for name in form)


def filled_in(form: Fields, *beginnings: str) -> bool:
    """Whether something of that kind is written."""
    return any(text.strip() for name, text in form.items() if name.startswith(beginnings))


def marked(form: Fields, kind: str) -> list[str]:
    """What is marked of that kind."""
    return [name.partition(":")[2] for name in form if name.startswith(f"{kind}:")]


def filled(known: Broadcast, codes: Fields) -> dict[str, str]:
    """The fields of the form, as it stands; `codes`: of who was named by hand, see codes()."""
    plain = to_plain(known)
    form = {key: str(plain.get(key, "")) for key in ("name", "fallback", "about", "zone", "hours")}
    form |= {"night": str(plain["night"]), "begins": str(plain.get("begins", "")).replace(" ", "T")}
    form |= {f"text_{code}": text for code, text in known.texts.items()}
    for place, page in enumerate(known.links):
        form[f"url_{place}"] = page.url
        form |= {f"label_{place}_{code}": text for code, text in page.label.items()}
    for place, choice in enumerate(known.choices):
        form |= {f"choice_{place}_{code}": text for code, text in choice.items()}
    audience = known.audience.to_json()
    for key in LISTS:
        form |= {f"{key}:{one}": "1" for one in audience.get(key, ())}
    form |= {key: str(audience[key]) for key in NUMBERS if key in audience}
    form |= {"named": "1"} if known.audience.named else {}
    return form | {"consents": " ".join(known.audience.consents), **codes}


def plain(form: Fields) -> dict[str, Any]:
    """What the form says, as a file would hold it."""
    written: dict[str, Any] = {
        key: form.get(key, "") for key in ("name", "about", "zone", "hours", "night")
    }
    written["texts"] = {code: form.get(f"text_{code}", "") for code in languages()}
    written["begins"] = form.get("begins", "").replace("T", " ")
    spoken = [code for code, text in written["texts"].items() if text.strip()]
    wanted = form.get("fallback", "")
    written["fallback"] = wanted if wanted in spoken else next(iter(spoken), "")
    written["links"] = [
        {
            "url": form.get(f"url_{place}", ""),
            "label": {code: form.get(f"label_{place}_{code}", "") for code in languages()},
        }
        for place in written_at(form, "links")
    ]
    written["choices"] = [_choice(form, place) for place in written_at(form, "choices")]
    audience: dict[str, Any] = {key: marked(form, key) for key in LISTS}
    audience |= {key: form.get(key, "").strip() or 0 for key in NUMBERS}
    audience |= {"consents": form.get("consents", "").split(), "named": form.get("named", "")}
    return written | {"audience": audience}


def written_at(form: Fields, kind: str) -> list[int]:
    """In which places of the form a link, or a choice, is written: any word of it counts."""
    if kind == "links":
        return [n for n in range(LINKS) if filled_in(form, f"url_{n}", f"label_{n}_")]
    return [n for n in range(CHOICES) if filled_in(form, f"choice_{n}_")]


def _choice(form: Fields, place: int) -> dict[str, str]:
    label = {code: form.get(f"choice_{place}_{code}", "").strip() for code in languages()}
    return {code: text for code, text in label.items() if text}


def codes(transaction: Transaction, picked: Picked) -> dict[str, str]:
    """The two boxes of people named by hand, by codes."""
    known = codes_of(transaction, picked)
    boxes: dict[str, list[str]] = {"include": [], "exclude": []}
    for person, code in known.items():
        boxes["include" if picked[person] else "exclude"].append(code)
    return {box: "\n".join(sorted(some)) for box, some in boxes.items()}


def picked(transaction: Transaction, form: Fields, before: Picked) -> dict[str, bool]:
    """Who is named by hand now. Who was before, and has no code any more, stays as they were.

    Raises BadBroadcast.
    """
    codeless = set(before) - set(codes_of(transaction, before))
    kept, mistakes = {person: before[person] for person in codeless}, Mistakes()
    for box, wanted in (("include", True), ("exclude", False)):
        people = mistakes.of(people_of, transaction, form.get(box, ""), box)
        kept |= dict.fromkeys(people or (), wanted)
    mistakes.refuse()
    return kept


def differing(form: Fields, theirs: Fields) -> Iterable[str]:
    """The fields in which two who write at once differ, by name."""
    names = dict.fromkeys((*theirs, *form))
    known = [name for name in names if name not in ("csrf", "revision")]
    return [name for name in known if form.get(name, "") != theirs.get(name, "")]
