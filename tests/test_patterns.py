"""No pattern of ours takes long over what a stranger can send."""

import re
import time
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import regex

import adapters
import bot
import dialogs
import knowledge

# Five times what the door lets in: what grows with the square of it would take a minute.
LENGTH = 20_000
HOSTILE = (
    "a",
    " ",
    "\n",
    "1",
    "-",
    ".",
    '"',
    "\\\\",
    "<",
    "=",
    ":",
    "城",
    "a ",
    "a-",
    "1.",
    "é\u0301",
    "//",
)
SECONDS = 0.5
# Those that only ever see the beginning of a text.
READ = {
    "bot.services.answers._MAIL": 500,
    "bot.services.answers._PLAIN_MAIL": 500,
    "bot.services.linking._CODE": 40,
    "bot.understanding.language._NOT_PROSE": 400,
}


def _modules() -> list[str]:
    found = []
    for package in (adapters, bot, dialogs, knowledge):
        root = Path(str(package.__file__)).parent
        for path in root.rglob("*.py"):
            parts = path.relative_to(root.parent).with_suffix("").parts
            if not {"__main__", "migrations", "bench"} & {*parts}:
                found.append(".".join(parts).removesuffix(".__init__"))
    return sorted(found)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that stands in a module under a name of its own."""
    return {
        f"{module}.{name}": value
        for module in _modules()
        for name, value in vars(import_module(module)).items()
        if isinstance(value, re.Pattern | regex.Pattern) and isinstance(value.pattern, str)
    }


@pytest.mark.parametrize("name", sorted(_patterns()))
def test_a_pattern_takes_a_moment_whatever_it_is_given(name: str) -> None:
    pattern = _patterns()[name]
    slow = []
    for sign in HOSTILE:
        text = sign * (READ.get(name, LENGTH) // len(sign))
        begun = time.process_time()
        for _found in pattern.finditer(text):
            pass
        pattern.match(text + "\0")
        if time.process_time() - begun > SECONDS:
            slow.append(sign)
    assert slow == []
