"""How a channel is set up at its platform: what to do there, and which settings it takes."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """One channel's.

    steps     what to do, in order: msgids, with the values {address} (to copy) and {base} (ours)
    needs     the settings without which it does not open
    settings  those that may be set besides
    callback  the path at which the platform calls us; "" where nothing has to be copied
    embed     whether a line of HTML puts it on another site
    """

    steps: Sequence[str]
    needs: Sequence[str] = ()
    settings: Sequence[str] = ()
    callback: str = ""
    embed: bool = False
