"""Whether a person can be written to first, and when: what each channel allows, told to dialogs."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.message import Address, Capabilities

Certainty = Literal["sure", "when they look", "when they write"]


@dataclass(frozen=True, slots=True)
class Reach:
    """What dialogs may know of the open channels.

    channels  what each can
    fetched   those whose people come and look for themselves
    doors     for each, what opens its talk with a code, where that is known
    """

    channels: Mapping[str, Capabilities]
    fetched: Set[str] = frozenset()
    doors: Mapping[str, Callable[[str], str | None]] = field(default_factory=dict)

    def at(self, to: Address, now: datetime, later: datetime) -> Certainty:
        """How a message is certain to be seen that we begin at a later moment.

        `now` is when the person wrote: reply windows count from there.
        """
        if to.channel in self.fetched:
            return "when they look"
        can = self.channels.get(to.channel, Capabilities())
        if can.reply_window is None or later <= now + timedelta(seconds=can.reply_window):
            return "sure"
        return "when they write"

    def door(self, channel: str, code: str) -> str:
        """A link to a talk with us alone on that channel; "" where there is none."""
        opens = self.doors.get(channel)
        return (opens(code) if opens else None) or ""

    def takes_files(self, to: Address, kind: str = "text/calendar") -> bool:
        """Whether a file of this kind can be handed over there; most often one for a calendar."""
        can = self.channels.get(to.channel)
        return can is None or bool({"*", kind} & set(can.attachments))


EVERYWHERE = Reach({})
"""Where no channel is open that could say no: a question asked on the command line."""
