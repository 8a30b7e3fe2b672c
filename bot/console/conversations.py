"""Conversations: who said what to the assistant, found by words and filters, under pseudonyms."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.desk import Desk
from bot.console.download import csv_answer
from bot.console.questions import outcomes
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Transaction
from bot.i18n import languages, translate
from bot.services.conversations import PAGE, Conversations, Page, Wanted
from bot.services.questions import OUTCOMES

CONVERSATIONS = "/console/conversations"
_COLUMNS = ("id", "heard_at", "channel", "language", "labels", "held_by", "last")
_FILE = 10_000  # conversations in one file
_SURE = ("low", "high")
_MORE = ("dialog", "confidence", "label", "from", "to", "with")  # filters behind a fold
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class ConversationPages:
    """The list, and its file."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """One page of conversations; which ones stands in the address."""
        wanted = self._wanted(visit)

        def look(transaction: Transaction) -> tuple[Page, tuple[str, ...], tuple[str, ...]]:
            talks = Conversations(transaction)
            return talks.find(wanted), talks.labels(), talks.channels()

        page, labels, spoken = await self._desk.look(look)
        values = {"page": page, "wanted": wanted, "labels": labels, "most": PAGE}
        values |= {"older": _as_key(page.older), "outcomes": outcomes(visit)}
        values["is_narrowed"] = any(map(visit.asked, _MORE))
        channels = sorted({*self._desk.channels, *spoken, wanted.channel} - {""})
        values |= {"dialogs": self._dialogs(visit), "channels": channels}
        return self._rendering.page(visit, "conversations.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same as CSV."""
        wanted = self._wanted(visit)
        page = await self._desk.look(lambda t: Conversations(t).find(wanted, _FILE))
        rows = (
            {name: getattr(one, name) for name in _COLUMNS} | {"labels": ", ".join(one.labels)}
            for one in page.found
        )
        return await csv_answer("conversations.csv", _COLUMNS, rows)

    def _dialogs(self, visit: Visit) -> dict[str, str]:
        titled = {n: translate(visit.language, t) for n, t in self._desk.dialogs.items()}
        return dict(sorted(titled.items(), key=lambda named: named[1].casefold()))

    def _wanted(self, visit: Visit) -> Wanted:
        """What the address asks for; nonsense is as good as nothing."""
        zone = ZoneInfo(self._desk.settings.zone)
        until = _day(visit.asked("to"))
        return Wanted(
            words=visit.asked("q"),
            channel=visit.asked("channel"),
            language=_among(visit.asked("language"), languages().__contains__),
            dialog=visit.asked("dialog"),
            outcome=_among(visit.asked("outcome"), OUTCOMES.__contains__),
            confidence=_among(visit.asked("confidence"), _SURE.__contains__),
            label=visit.asked("label"),
            held=visit.asked("with") == "team",
            since=_begins(_day(visit.asked("from")), zone),
            until=_begins(until + timedelta(days=1) if until else None, zone),
            broadcast=whole_number(visit.asked("broadcast"), 0),
            before=_key(visit.asked("before")),
        )


def _among(value: str, known: Callable[[str], bool]) -> str:
    return value if known(value) else ""


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _begins(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time.min, zone) if day else None


def _as_key(older: tuple[datetime, int] | None) -> str:
    """Where the next page begins, as the address has it."""
    return f"{(older[0] - _EPOCH) // _MICROSECOND}-{older[1]}" if older else ""


def _key(text: str) -> tuple[datetime, int] | None:
    at, _dash, number = text.partition("-")
    if not (at.isdecimal() and number.isdecimal() and len(at) < 17 and len(number) < 18):
        return None
    return _EPOCH + int(at) * _MICROSECOND, int(number)
