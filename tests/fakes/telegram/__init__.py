"""Telegram, as its documents describe it, on 127.0.0.1: the Bot API and the other end of webhooks.

    async with FakeTelegram() as telegram:
        anna = telegram.person(42, "Anna", language="de")
        anna.says("hello")

Written from https://core.telegram.org/bots/api and, where that is silent, from Telegram's own
server (https://github.com/tdlib/telegram-bot-api). Everything is counted and kept: calls with
what they were answered, pushes with what they were answered, and what each chat shows.
"""

from tests.fakes.telegram.chats import Group, Person, Shown
from tests.fakes.telegram.clock import VirtualClock
from tests.fakes.telegram.ledger import Call, Push
from tests.fakes.telegram.scripts import Cut, Dropped, Hangs, Page, Refuses, Throttles
from tests.fakes.telegram.server import TOKEN, FakeTelegram

__all__ = [
    "TOKEN",
    "Call",
    "Cut",
    "Dropped",
    "FakeTelegram",
    "Group",
    "Hangs",
    "Page",
    "Person",
    "Push",
    "Refuses",
    "Shown",
    "Throttles",
    "VirtualClock",
]
