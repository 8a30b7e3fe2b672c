"""The channels, by name; a new one is one file here and one line in this list."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from bot.channel import Channel, Desk


def _web(desk: Desk) -> Channel:
    from adapters.web import WebChannel

    return WebChannel(desk)


def _terminal(desk: Desk) -> Channel:
    from adapters.terminal import TerminalChannel

    return TerminalChannel(desk)


# Imported when opened, so that a command pays only for the channels it uses.
CHANNELS: Mapping[str, Callable[[Desk], Channel]] = {"web": _web, "terminal": _terminal}


def known() -> Mapping[str, Callable[[Desk], Channel]]:
    """Our channels, and those of other packages (entry point group `citybot.channels`)."""
    others = {point.name: point.load() for point in entry_points(group="citybot.channels")}
    return {**others, **CHANNELS}
