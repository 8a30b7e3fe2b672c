"""Every sentence a person can read is in every catalogue: complete, current, nothing fuzzy."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from bot.i18n import languages

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted(languages().values())
PLACE = re.compile(r"\{(\w+)\}|%\((\w+)\)s")
WORDINGS = "wordings: "  # a msgid that stands for a list of wordings, `a|b|c`


@cache
def catalogue(folder: str) -> Catalog:
    path = ROOT / "locales" / folder / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=folder)


@pytest.fixture(scope="module")
def said() -> set[object]:
    """Every msgid that stands in the code and the templates now."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        method_map, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "_": None}
    found = extract_from_dir(ROOT, method_map, options, keywords=keywords)
    return {message for _file, _line, message, _comments, _context in found}


def texts(message: Message) -> tuple[str, ...]:
    string = message.string
    return tuple(string) if isinstance(string, list | tuple) else (str(string),)


def places(text: str) -> set[str]:
    return {a or b for a, b in PLACE.findall(text)}


@pytest.mark.parametrize("folder", CATALOGUES)
def test_a_catalogue_holds_exactly_what_is_said(folder: str, said: set[object]) -> None:
    held = {message.id for message in catalogue(folder) if message.id}
    assert held == said


@pytest.mark.parametrize("folder", CATALOGUES)
def test_nothing_is_missing_or_fuzzy(folder: str) -> None:
    unfinished = [m.id for m in catalogue(folder) if m.id and (m.fuzzy or not all(texts(m)))]
    assert unfinished == []


@pytest.mark.parametrize("folder", CATALOGUES)
def test_no_translation_says_itself_twice(folder: str) -> None:
    """As one did that two had merged."""
    twice = re.compile(r"(.{12,}?)\1+", re.DOTALL)
    repeated = [m.id for m in catalogue(folder) if any(map(twice.fullmatch, texts(m)))]
    assert repeated == []


@pytest.mark.parametrize("folder", CATALOGUES)
def test_a_translation_fills_the_same_places(folder: str) -> None:
    wrong = []
    for message in catalogue(folder):
        ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
        wanted = set().union(*(places(i) for i in ids))
        wrong += [message.id for t in texts(message) if places(t) != wanted]
    assert wrong == []


@pytest.mark.parametrize("folder", ["de", "zh_Hans"])
def test_people_are_addressed_with_respect(folder: str) -> None:
    """German says Sie, Chinese says 您, in what we say (what people say to us is theirs)."""
    ours = [
        (m.id, t) for m in catalogue(folder) if m.id and "|" not in str(m.string) for t in texts(m)
    ]
    familiar = re.compile(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Ee]uch|[Ee]uer\w*)\b|你")
    asked_by_people = {"What else can you do?"}
    assert [i for i, t in ours if familiar.search(t) and i not in asked_by_people] == []
