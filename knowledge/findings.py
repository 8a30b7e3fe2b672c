"""One thing `kb check` has to say about a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.i18n import translate
from knowledge.files import BadArticle, Placed

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong where: a msgid with its values.

    error: untrue, or unusable; warning: will read or answer badly; hint: worth a look
    """

    file: str
    line: int
    severity: Severity
    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: str) -> str:
        """The message in the person's language."""
        return translate(language, self.msgid, **self.values)


def at(
    placed: Placed, where: str | int, severity: Severity, msgid: str, **values: object
) -> Finding:
    """A finding at a key's line, or at a line; in a table, at the article's row."""
    line = where if isinstance(where, int) else placed.lines.get(where, 1)
    return Finding(placed.file.name, placed.file.row or line, severity, msgid, values)


def of_bad(bad: BadArticle, row: int) -> tuple[Finding, ...]:
    """The faults of a file that is no article, as errors."""
    return tuple(
        Finding(bad.name, row or fault.line, "error", fault.msgid, fault.values)
        for fault in bad.faults
    )
