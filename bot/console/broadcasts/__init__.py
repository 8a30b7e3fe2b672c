"""Broadcasts on pages: written, looked at, sent, held, and what became of them; and topics."""

from typing import Final

BROADCASTS: Final = "/console/broadcasts"
TOPICS: Final = "/console/topics"
