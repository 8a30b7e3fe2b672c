"""A reply as one text, for what a platform takes only so."""

from dataclasses import replace

from bot.message import Capabilities, Reply
from bot.render import fit


def in_one(reply: Reply, can: Capabilities) -> Reply | None:
    """The whole of it: links, choices and pictures in words; None where it has no room."""
    parts = fit(reply, replace(can, attachments=(), choices=0, links=False)).parts
    return parts[0] if len(parts) == 1 else None
