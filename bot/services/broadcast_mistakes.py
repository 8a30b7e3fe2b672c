"""All that is wrong with a broadcast, gathered, so that whoever wrote it mends it in one go."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from bot.services.broadcast import BadBroadcast

Given = ParamSpec("Given")
Read = TypeVar("Read")


class Mistakes:
    """What was refused so far."""

    def __init__(self) -> None:
        self._found: list[BadBroadcast] = []

    def of(
        self, read: Callable[Given, Read], *given: Given.args, **named: Given.kwargs
    ) -> Read | None:
        """What that gives; None where it is refused, which is kept."""
        try:
            return read(*given, **named)
        except BadBroadcast as bad:
            self._found.extend(bad.every)
            return None

    def add(self, why: str, /, **values: object) -> None:
        """One more, see BadBroadcast."""
        self._found.append(BadBroadcast(why, **values))

    def refuse(self) -> None:
        """Raises BadBroadcast with all of it, where there is any."""
        if self._found:
            first, *others = self._found
            first.also = tuple(others)
            raise first
