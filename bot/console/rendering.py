"""Fills the templates of the console: HTML in the language of whoever works there, all escaped."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.config import Settings
from bot.console.visit import Visit
from bot.i18n import (
    _,
    direction_of,
    format_moment,
    format_short_moment,
    language_called,
    language_name,
    languages,
    sentences,
    translate,
)
from bot.services.roles import AUDIT, NAMES, READ, TEAM, may
from bot.web.templates import environment

_TEMPLATES = Path(__file__).parent / "templates"
STATIC: Final = "/console/static"
# What one does there, and: where one can go, the sentence in the menu, and the right it takes.
MENU: Final = (
    (
        _("Daily work"),
        (
            ("/console", _("Today"), READ),
            ("/console/conversations", _("Conversations"), READ),
            ("/console/questions", _("Questions"), READ),
            ("/console/gaps", _("Gaps"), READ),
            ("/console/articles", _("Articles"), READ),
            ("/console/radar", _("Radar"), READ),
        ),
    ),
    (
        _("Organising"),
        (
            ("/console/events", _("Events"), READ),
            ("/console/polls", _("Polls"), READ),
            ("/console/broadcasts", _("Broadcasts"), READ),
            ("/console/people", _("People"), READ),
        ),
    ),
    (
        _("The house"),
        (
            ("/console/channels", _("Channels"), READ),
            ("/console/settings", _("Settings"), TEAM),
            ("/console/audit", _("Audit"), AUDIT),
            ("/console/team", _("Team"), TEAM),
            ("/console/tokens", _("Tokens"), TEAM),
            ("/console/webhooks", _("Webhooks"), TEAM),
        ),
    ),
)

# What became of a message, see bot/models/mail.py.
_STATES: Final = {
    "queued": _("waits for its turn"),
    "sending": _("on its way"),
    "sent": _("sent"),
    "parked": _("waits until the person writes"),
    "failed": _("failed"),
    "expired": _("too late, not sent"),
    "cancelled": _("called off"),
    "unsure": _("sent or not: unknown"),
}


class Rendering:
    """The pages of the console of one house."""

    def __init__(self, settings: Settings, version: str) -> None:
        self._settings, self._static = settings, f"{STATIC}/{version}"
        self._zone = ZoneInfo(settings.zone)

    def page(
        self, visit: Visit, template: str, values: Mapping[str, Any], status: int = 200
    ) -> web.Response:
        """A page of that template."""
        language = visit.language
        html = (
            environment(_TEMPLATES, language)
            .get_template(template)
            .render(
                settings=self._settings,
                static=self._static,
                visit=visit,
                language=language,
                direction=direction_of(language),
                languages={code: language_name(code) for code in languages()},
                called=partial(language_called, language),
                menu=_menu(visit),
                role_name=lambda role: translate(language, NAMES[role]),
                state_name=lambda state: translate(language, _STATES[state]),
                moment=partial(self._moment, language),
                short=partial(self._short, language),
                sentences=sentences,
                **values,
            )
        )
        return web.Response(text=html, content_type="text/html", status=status)

    def _moment(self, language: str, at: datetime) -> str:
        """A moment by the clock of the office."""
        return format_moment(language, at, self._zone)

    def _short(self, language: str, at: datetime) -> str:
        """The same in a list."""
        return format_short_moment(language, at, self._zone)


def _menu(visit: Visit) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """By group: address, label, and whether we are there: what this role may open."""
    role = visit.session.member.role if visit.session else ""
    here = visit.request.path.rstrip("/") or "/console"

    def group(rooms: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str, bool]]:
        open_to = (room for room in rooms if may(role, room[2]))
        return [(path, translate(visit.language, said), here == path) for path, said, _r in open_to]

    groups = ((translate(visit.language, label), group(rooms)) for label, rooms in MENU)
    return [(label, rooms) for label, rooms in groups if rooms]
