"""One event as a file has it, and where each part of it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Written:
    """What is written of one event.

    where     the file and the line, or which of its events it is
    places    where single keys stand: a line, or a column
    left_out  what else is written there that an event has no place for
    adds      whether texts are laid beside those in other languages: a calendar knows one only
    """

    where: str
    values: Mapping[str, Any]
    places: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    adds: bool = False

    def place(self, key: str | None) -> str:
        """Where a key stands, else the whole event."""
        return self.places.get(key or "", self.where)
