"""Questions of programs, answered as `citybot ask` answers them: nothing is kept of it."""

from collections.abc import Mapping
from typing import Any

from bot.api.call import Call
from bot.api.desk import Desk
from bot.dialog import Transaction
from bot.i18n import languages
from bot.text import MESSAGE_LIMIT


class Asking:
    """One room."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask(self, call: Call, _transaction: Transaction) -> Mapping[str, Any]:
        """An answer with its sources, to the contract of `citybot ask -o json`."""
        call.only("question", "language")
        language = call.word("language", languages()) if "language" in call.sent else ""
        return self._desk.answer(call.text("question", MESSAGE_LIMIT), language or call.language)
