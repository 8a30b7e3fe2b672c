"""People: found by pseudonym, filters or a reference; nobody's name or address stands here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.download import csv_answer
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import languages, translate
from bot.services.acquaintances import PAGE, Acquaintances, Page, Sought, Wanted, read_sought
from bot.services.agreements import PURPOSE_NAMES, PURPOSES
from bot.services.conversations import Conversations
from bot.services.roles import PRIVATE, may

PEOPLE = "/console/people"
_FILE = 10_000  # people in one file
_COLUMNS = (
    *("person", "channels", "language", "first_at", "last_at", "consents", "registrations"),
    "stopped",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class PeoplePages:
    """The list, and its file."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def list(self, visit: Visit) -> web.StreamResponse:
        """One page of people; which ones stands in the address."""
        wanted = self._wanted(visit)

        def look(transaction: Transaction) -> tuple[Page, tuple[str, ...]]:
            found = Acquaintances(transaction).find(wanted)
            return found, Conversations(transaction).channels()

        page, spoken = await self._desk.look(look)
        if wanted.sought.reference and len(page.found) == 1:
            return to(f"{PEOPLE}/{page.found[0].id}")
        values = {"page": page, "wanted": wanted, "purposes": purposes(visit), "most": PAGE}
        values |= {"may_find": may(visit.member.role, PRIVATE)}
        values["older"] = _as_key(page.older)
        values["channels"] = sorted({*self._desk.channels, *spoken, wanted.channel} - {""})
        return self._rendering.page(visit, "people.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The same as CSV, without anything that says who somebody is."""
        wanted = self._wanted(visit)
        page = await self._desk.look(lambda t: Acquaintances(t).find(wanted, _FILE))
        rows = (
            {
                "person": one.called,
                "channels": ", ".join(one.channels),
                "stopped": "yes" if one.stopped else "no",
                **{name: getattr(one, name) for name in _COLUMNS[2:7]},
            }
            for one in page.found
        )
        return await csv_answer("people.csv", _COLUMNS, rows)

    def _wanted(self, visit: Visit) -> Wanted:
        """What the address asks for; nonsense is as good as nothing."""
        said = visit.asked("q").strip()
        sought = read_sought(said)
        if sought.reference and not may(visit.member.role, PRIVATE):
            sought = Sought()  # it says who somebody is to whoever sees it on a list of names
        return Wanted(
            said=said,
            sought=sought,
            channel=visit.asked("channel"),
            language=_among(visit.asked("language"), languages().__contains__),
            consent=_among(visit.asked("consent"), PURPOSES.__contains__),
            registered=bool(visit.asked("registered")),
            stopped=bool(visit.asked("stopped")),
            before=_key(visit.asked("before")),
        )


def purposes(visit: Visit) -> dict[str, str]:
    """What people may have agreed to, in words."""
    return {name: translate(visit.language, said) for name, said in PURPOSE_NAMES.items()}


def _among(value: str, known: Callable[[str], bool]) -> str:
    return value if known(value) else ""


def _as_key(older: tuple[datetime, str] | None) -> str:
    """Where the next page begins, as the address has it."""
    return f"{(older[0] - _EPOCH) // _MICROSECOND}-{older[1]}" if older else ""


def _key(text: str) -> tuple[datetime, str] | None:
    at, _dash, one = text.partition("-")
    if not (at.isascii() and at.isdecimal() and len(at) < 17 and one.isalnum()):
        return None
    return _EPOCH + int(at) * _MICROSECOND, one[:40]
