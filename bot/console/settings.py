"""Settings: what each is for, where it comes from, its value; and how much is stored, for how long.

Nothing is changed here: a setting counts from the start of the program, so that all its processes
agree. Where it is changed stands beside it.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from aiohttp import web

from bot.config import SECRETS
from bot.console.desk import Desk
from bot.console.download import csv_answer
from bot.console.meanings import GROUPS, meaning, value_of
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.database import SCHEMA
from bot.i18n import _, format_number, translate
from bot.origins import variables
from bot.services import retention
from bot.services.storage import Backup, Stored, folders, last_backup

SETTINGS = "/console/settings"
_COLUMNS = ("setting", "value", "from", "environment", "meaning")
_OLD: Final = timedelta(days=2)  # of a backup: then somebody should look
_ORIGINS: Final = {
    "flag": _("given at the start"),
    "environment": _("the environment"),
    "file": _("a file named in the environment"),
    "toml": "citybot.toml",
    "default": _("as it comes"),
}
_KEPT: Final = {
    _("what was written and answered"): retention.CONTENT,
    _("that something was delivered, without its text"): retention.LEDGER,
    _("questions with their person"): retention.QUESTIONS,
    _("where a talk stands, after the last word"): retention.SILENCE,
    _("consents, as proof"): retention.CONSENTS,
    _("who was deleted, as hashes"): retention.ERASURES,
}
_DUE: Final = {
    "inbox": _("what people wrote"),
    "outbox": _("what was answered, or not fetched"),
    "question": _("questions that lose their person"),
    "conversation": _("talks that are silent"),
    "person": _("visitors of the web page who have not come back"),
    "consent": _("consents"),
    "reminder": _("reminders that are over"),
    "transcript": _("conversations of the team's list"),
}
_OTHER: Final = _("what was valid for a while only: codes, links, traces of searches")


@dataclass(frozen=True, slots=True)
class Line:
    """One setting as a page tells it. `value` is "" for secrets and where nothing is given."""

    key: str
    meaning: str
    value: str
    origin: str
    variable: str
    is_secret: bool
    is_given: bool


class SettingsPage:
    """For administrators."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """All of it."""
        language, settings = visit.language, self._desk.settings
        counts = bool(visit.asked("due"))
        storage = await self._desk.look(lambda t: Stored(t).figures(with_due=counts))
        backup = await asyncio.to_thread(last_backup, settings)
        values = {
            "has_replica": self._desk.replica is not None,
            "lag": await self._lag(language),
            "groups": {
                translate(language, g): self._lines(visit, keys) for g, keys in GROUPS.items()
            },
            "storage": storage,
            "size": _size(language, storage.size),
            "due": None if storage.due is None else _due(language, storage.due),
            "kept": {translate(language, said): span.days for said, span in _KEPT.items()},
            "backup": backup,
            "backup_size": _size(language, backup.size) if backup else "",
            "is_old": self._is_old(backup),
            "folders": [str(folder) for folder in folders(settings)],
            "version": _version(),
            "schema": SCHEMA,
        }
        return self._rendering.page(visit, "settings.html", values)

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The settings as CSV; secrets say only whether they are given."""
        lines = [line for keys in GROUPS.values() for line in self._lines(visit, keys)]
        rows = (
            {
                "setting": line.key,
                "value": ("given" if line.is_given else "") if line.is_secret else line.value,
                "from": line.origin,
                "environment": line.variable,
                "meaning": line.meaning,
            }
            for line in lines
        )
        return await csv_answer("settings.csv", _COLUMNS, rows)

    async def _lag(self, language: str) -> str:
        """How many seconds the copy is behind; "" where there is none that answers."""
        replica = self._desk.replica
        lag = await asyncio.to_thread(replica.lag) if replica else None
        return "" if lag is None else format_number(language, round(lag, 1))

    def _is_old(self, backup: Backup | None) -> bool:
        return backup is None or self._desk.now() - backup.made_at > _OLD

    def _lines(self, visit: Visit, keys: Mapping[str, str]) -> tuple[Line, ...]:
        return tuple(self._line(visit, key) for key in keys)

    def _line(self, visit: Visit, key: str) -> Line:
        language, settings = visit.language, self._desk.settings
        origin = self._desk.origins.get(key, "default")
        is_secret, file = key in SECRETS, "_FILE" if origin == "file" else ""
        return Line(
            key,
            meaning(language, key),
            value_of(settings, key),
            translate(language, _ORIGINS[origin]),
            f"{variables(key)[-1]}{file}" if file else variables(key)[0],
            is_secret,
            bool(getattr(settings, key)),
        )


def _due(language: str, rows: Mapping[str, int]) -> dict[str, int]:
    """What the next run removes, in words; what nobody knows by name together."""
    told: dict[str, int] = {}
    for said, count in _named(rows):
        words = translate(language, said)
        told[words] = told.get(words, 0) + count
    return told


def _named(rows: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for table, count in sorted(rows.items()):
        yield _DUE.get(table, _OTHER), count


def _size(language: str, size: int) -> str:
    """Bytes as people say it: 12.5 MB."""
    return f"{format_number(language, round(size / 1_000_000, 1))} MB"


def _version() -> str:
    try:
        return version("citybot")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "–"
