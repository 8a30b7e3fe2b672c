"""An article while somebody writes it: its fields as a form holds them, in all languages at once.

Every field is one text. Some are the same in all languages (`kind`, `sources`); others belong to
one and carry its code: `title.de`. What stands in them may be wrong or half done.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from bot.i18n import languages

THEMES: Final = 12  # fields for themes; the first is the main one
SHARED: Final = (
    *("kind", "status", "country"),
    *(f"theme{number}" for number in range(1, THEMES + 1)),
    *("sources", "verified", "checked_on"),
)
TOLD: Final = ("title", "city", "period", "answer", "parts", "figures", "asked", "missing")
"""What each language says for itself. `missing`: that it may be left out, "1" or ""."""

SLUG: Final = 80  # characters of a name
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
Fields = Mapping[str, str]


def is_slug(text: str) -> bool:
    """Whether this can be the name of an article."""
    return len(text) <= SLUG and _SLUG.fullmatch(text) is not None


def slug_for(title: str) -> str:
    """A name out of a title in Latin letters; "" where nothing of it can be one."""
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_UMLAUTS))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    return "-".join(words[:8])[:SLUG].strip("-")


def names() -> tuple[str, ...]:
    """All fields a draft has."""
    return (*SHARED, *(f"{name}.{lang}" for lang in languages() for name in TOLD))


def read_fields(form: Mapping[str, str]) -> Fields:
    """What a form says of an article; what it does not name is empty."""
    return {name: form.get(name, "").strip() for name in names()}


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes.

    seen  the version of each language that they have before them; 0, or none: as packaged
    """

    slug: str
    fields: Fields
    seen: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: str, lang: str = "") -> str:
        """What stands in a field."""
        return self.fields.get(f"{name}.{lang}" if lang else name, "")

    def is_empty(self, lang: str) -> bool:
        """Whether nothing was written in a language; wordings alone are no article."""
        return not any(self.of(name, lang) for name in ("title", "answer", "parts"))

    def saying(self, fields: Fields) -> "Draft":
        """The same with some fields said otherwise."""
        return replace(self, fields={**self.fields, **fields})


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to say of a field: `severity` as in `kb check`; `told` in the reader's language."""

    field: str
    severity: str
    told: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An article as it stands: what an editor gets before them.

    packaged  the languages that come with the program
    history   how it stood after each edit, newest first; it ends with how it was before
    """

    draft: Draft
    packaged: frozenset[str]
    history: tuple["Edit", ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """An article as it stood after one edit.

    number    1 for the first edit; 0 is how it was before, which may be nothing
    langs     the languages that were changed
    versions  which version of each language counted then; 0: as packaged
    fields    what it said
    """

    number: int
    langs: tuple[str, ...]
    at: datetime | None
    by: str
    versions: Mapping[str, int]
    fields: Fields


@dataclass(frozen=True, slots=True)
class Merged:
    """Two who wrote at once, put together.

    draft    ours, with what only they changed
    taken    the fields that only they changed
    clashes  those that both changed: ours stands in the draft until somebody decides
    """

    draft: Draft
    taken: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()


def merge(before: Fields, theirs: Draft, ours: Draft) -> Merged:
    """Field by field: what we left as it was is theirs, what they left as it was is ours."""
    fields, taken, clashes = dict(ours.fields), [], []
    for name in names():
        was, other, mine = (d.get(name, "") for d in (before, theirs.fields, ours.fields))
        if other in (was, mine) or name.startswith("missing."):
            continue
        if mine == was:
            fields[name] = other
            taken.append(name)
        else:
            clashes.append(name)
    return Merged(Draft(ours.slug, fields, theirs.seen), tuple(taken), tuple(clashes))


def changed(old: Fields, new: Fields) -> tuple[str, ...]:
    """The fields in which two differ, in their order on the page."""
    return tuple(n for n in names() if old.get(n, "") != new.get(n, "") and n[:8] != "missing.")


def lines(text: str) -> tuple[str, ...]:
    """The lines of a field that holds a list, each once."""
    said = (" ".join(line.split()) for line in text.splitlines())
    return tuple(dict.fromkeys(filter(None, said)))


def with_lines(text: str, more: Iterable[str]) -> str:
    """The list with some lines more; one it has already is not written again."""
    known = {line.casefold() for line in lines(text)}
    fresh = [line for line in more if line.casefold() not in known]
    return "\n".join((*lines(text), *dict.fromkeys(fresh)))


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message. `size`: as its channel counts; `buttons`, `links`: what can be tapped."""

    text: str
    size: int
    buttons: tuple[str, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An article on one channel: the answer, and the whole text for who asks for more."""

    lang: str
    channel: str
    measure: str
    limit: int
    answer: tuple[Bubble, ...]
    whole: tuple[Bubble, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a list shows it.

    origin  `packaged` with the program, `edited` here, `written` here
    changed_at, changed_by  when it was last changed here; None and "" for never
    """

    slug: str
    title: str
    kind: str
    themes: tuple[str, ...]
    languages: tuple[str, ...]
    origin: str
    changed_at: datetime | None
    changed_by: str
    checked_on: date | None
    is_stale: bool
