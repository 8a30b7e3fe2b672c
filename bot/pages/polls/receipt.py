"""Tells whether a receipt was counted, never what it says.

A receipt travels in the body of a request alone: addresses end in logs of proxies, in histories
and in what browsers send on.
"""

from typing import Final

from aiohttp import web

from bot.config import Settings
from bot.dialog import Transaction
from bot.flood import FloodGate
from bot.i18n import _, translate
from bot.pages.desk import Desk
from bot.pages.door import Visit
from bot.pages.rendering import Rendering
from bot.services.ballots import Ballots
from bot.services.keys import Keys
from bot.services.poll_texts import receipt_told, receipt_unknown
from bot.services.polls import Polls
from bot.services.receipts import read_receipt
from bot.web.body import read_form
from bot.web.origin import network_of
from bot.web.problem import SLOW_DOWN, later

LIMIT: Final = 2048  # bytes: a receipt is nine signs
_NONE = _("A receipt looks like V7F3-K29Q: a V, then seven letters and figures.")


class ReceiptPage:
    """A field for a receipt, and what became of it."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        settings: Settings = desk.settings
        self._keys = Keys.of(settings)
        self._gate = FloodGate(settings.flood_messages, settings.flood_seconds)

    async def ask(self, visit: Visit) -> web.Response:
        """The empty field, whatever the address says."""
        return self._page(visit)

    async def tell(self, visit: Visit) -> web.Response:
        """What became of the receipt that was sent. Raises Problem at a flood of them."""
        self._slow_down(visit)
        written = (await read_form(visit.request, LIMIT)).get("receipt", "")
        receipt = read_receipt(written)
        if receipt is None:
            response = self._page(visit, written[:30], error=translate(visit.language, _NONE))
            response.set_status(422)
            return response
        lines = await self._desk.look(lambda t: self._told(t, receipt, visit.language))
        return self._page(visit, receipt, lines)

    def _slow_down(self, visit: Visit) -> None:
        """Who tries receipt after receipt learns no more than that it takes long."""
        network = network_of(visit.request, self._desk.settings)
        if network is not None and self._gate.knock(network) != "welcome":
            raise later(SLOW_DOWN, self._gate.wait(network))

    def _told(self, transaction: Transaction, receipt: str, language: str) -> tuple[str, ...]:
        polls = Polls(transaction)
        states = Ballots(transaction, self._keys).status_of(receipt)
        lines = tuple(
            receipt_told(receipt, state, polls.get(poll_id), language)
            for poll_id, state in states.items()
        )
        return lines or (receipt_unknown(receipt, language),)

    def _page(
        self, visit: Visit, written: str = "", lines: tuple[str, ...] = (), error: str = ""
    ) -> web.Response:
        return self._rendering.page(
            "receipt.html", visit.language, written=written, lines=lines, error=error
        )
