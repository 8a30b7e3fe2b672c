"""Broadcasts on pages: written, looked at, sent, held, and what became of them."""

from bot.console.broadcasts.listing import BROADCASTS, ListPages
from bot.console.broadcasts.one import OnePages
from bot.console.broadcasts.topics import TOPICS, TopicPages
from bot.console.broadcasts.writing import WritingPages

__all__ = ["BROADCASTS", "TOPICS", "ListPages", "OnePages", "TopicPages", "WritingPages"]
