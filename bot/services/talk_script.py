"""A conversation as a script for tests/dialogs: what was said, to be played again."""

from collections.abc import Iterable, Iterator
from typing import Final

from bot.message import Choice
from bot.services.redaction import BLOCK
from bot.services.transcript import Line, Transcript

_FILE: Final = '''\
"""Conversation {number}, as it was held; what could say who it was is blacked out."""

from tests.script import Chat


async def test_conversation_{number}(chat: Chat) -> None:
    await chat.play(
        r"""
{script}
        """
    )
'''


def as_script(transcript: Transcript) -> str:
    """A Python file with one test. `transcript`: a redacted one."""
    script = "\n".join(f"        {line}" for line in _lines(transcript.lines))
    return _FILE.format(number=transcript.id, script=script)


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    offered: dict[str, str] = {}
    for line in lines:
        if line.kept != "text":
            yield "# (not shown)"
        elif line.side == "person":
            yield _said(line, offered)
            offered = {}
        elif line.side == "team":
            yield f"# the team: {_plain(line.text)}"
        else:
            yield f"< {_told(line)}"
            offered |= {choice.value: _plain(choice.label) for choice in line.choices}


def _said(line: Line, offered: dict[str, str]) -> str:
    if line.kind == "joined":
        return "> (joins)"
    if line.kind == "left":
        return "# (leaves)"
    tapped = offered.get(line.picked) if line.picked else None
    return f"> [{tapped}]" if tapped else f"> {_plain(line.text)}"


def _told(line: Line) -> str:
    """As tests/script.py writes a reply; `…` stands for what was blacked out."""
    files = (f"{{{_plain(name)}}}" for name in line.files)
    choices: Iterable[Choice] = line.choices
    parts = (_plain(line.text), *files, *(f"[{_plain(c.label)}]" for c in choices))
    told = " ".join(parts)
    while BLOCK in told:
        start = told.index(BLOCK)
        end = start + len(told[start:]) - len(told[start:].lstrip(BLOCK))
        told = f"{told[:start]}…{told[end:]}"
    return told


def _plain(text: str) -> str:
    """On one line, and nothing that ends the text in a Python file."""
    return " ".join(text.split()).replace('"' * 3, "'" * 3)
