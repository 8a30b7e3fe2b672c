"""Parts of a page that benchmarks write one by one: each replaces its own, and keeps the rest."""

import re
from pathlib import Path

_PART = re.compile(
    r"<!-- bench (?P<name>[a-z]+) -->\n.*?<!-- end of bench (?P=name) -->\n", re.DOTALL
)


def put(path: Path, name: str, text: str) -> None:
    """The part of that name, in its place or at the end; a page that is not there is begun."""
    page = _read(path)
    part = f"<!-- bench {name} -->\n{text}<!-- end of bench {name} -->\n"
    parts = {found["name"]: found.group() for found in _PART.finditer(page)}
    old = parts.get(name)
    page = page.replace(old, part) if old else f"{page.rstrip()}\n\n{part}".lstrip()
    path.write_text(page, encoding="utf-8")


def put_head(path: Path, text: str) -> None:
    """What stands above all parts."""
    parts = [found.group() for found in _PART.finditer(_read(path))]
    path.write_text("\n".join((text, *parts)), encoding="utf-8")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
