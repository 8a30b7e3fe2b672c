"""Reads our Markdown as far as the tests need it: blocks of code, tables, links, sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = tuple(
    sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda p: p.as_posix())
)
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its kind (`python`, `console`), the file it belongs in, and its text."""

    kind: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command of a `console` block, and what the page says it prints; `…` is any text."""

    command: str
    output: str


def page(name: str) -> str:
    """The text of a page, by its path from the top."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under the heading `## heading`, up to the next of its level."""
    plain = _FENCE.sub(lambda fence: "\0" * len(fence[0]), text)  # a fence may hold headings
    begin = plain.index(f"\n## {heading}\n")
    end = plain.find("\n## ", begin + 1)
    return text[begin : end if end >= 0 else None]


def headings(text: str) -> tuple[str, ...]:
    """All headings, as the anchors GitHub makes of them."""
    plain = _FENCE.sub("", text)
    return tuple(_anchor(found[2]) for found in _HEADING.finditer(plain))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def blocks(text: str) -> tuple[Block, ...]:
    """All fenced blocks in order."""
    found = []
    for fence in _FENCE.finditer(text):
        kind, _blank, path = fence["info"].strip().partition(" ")
        found.append(Block(kind, path, fence["body"]))
    return tuple(found)


def spoken(block: Block) -> Iterator[Spoken]:
    """The commands of a `console` block, each with the lines below it."""
    before, *commands = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not before, f"a console block begins with a command: {before!r}"
    for command in commands:
        line, _newline, output = command.partition("\n")
        yield Spoken(line, output.rstrip("\n"))


def shown(expected: str) -> re.Pattern[str]:
    """A pattern of an expected output, where `…` stands for any text, over lines too."""
    parts = (re.escape(part) for part in expected.split("…"))
    return re.compile("(?:.*)".join(parts), re.DOTALL)


def tables(text: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """All tables as rows of cells; the first row is the head, the line below it is left out."""
    found: list[list[tuple[str, ...]]] = []
    last = -2
    for number, line in enumerate(_FENCE.sub("", text).splitlines()):
        if row := _ROW.fullmatch(line):
            if number != last + 1:
                found.append([])
            found[-1].append(tuple(cell.strip() for cell in row[1].split("|")))
            last = number
    return tuple((rows[0], *rows[2:]) for rows in found)


def links(text: str) -> tuple[str, ...]:
    """The targets of all links, code left out."""
    return tuple(found["target"] for found in _LINK.finditer(_FENCE.sub("", text)))
