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
from bot.i18n import _, direction_of, format_moment, language_name, languages, translate
from bot.services.roles import AUDIT, NAMES, READ, TEAM, may
from bot.web.templates import environment

_TEMPLATES = Path(__file__).parent / "templates"
STATIC: Final = "/console/static"
# Where one can go, the sentence in the menu, and the right it takes.
MENU: Final = (
    ("/console", _("Today"), READ),
    ("/console/conversations", _("Conversations"), READ),
    ("/console/people", _("People"), READ),
    ("/console/questions", _("Questions"), READ),
    ("/console/gaps", _("Gaps"), READ),
    ("/console/articles", _("Articles"), READ),
    ("/console/events", _("Events"), READ),
    ("/console/polls", _("Polls"), READ),
    ("/console/radar", _("Radar"), READ),
    ("/console/broadcasts", _("Broadcasts"), READ),
    ("/console/channels", _("Channels"), READ),
    ("/console/audit", _("Audit"), AUDIT),
    ("/console/team", _("Team"), TEAM),
    ("/console/tokens", _("Tokens"), TEAM),
    ("/console/webhooks", _("Webhooks"), TEAM),
    ("/console/settings", _("Settings"), TEAM),
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
                menu=_menu(visit),
                role_name=lambda role: translate(language, NAMES[role]),
                state_name=lambda state: translate(language, _STATES[state]),
                moment=partial(self._moment, language),
                **values,
            )
        )
        return web.Response(text=html, content_type="text/html", status=status)

    def _moment(self, language: str, at: datetime) -> str:
        """A moment by the clock of the office."""
        return format_moment(language, at, self._zone)


def _menu(visit: Visit) -> list[tuple[str, str, bool]]:
    """Address, label, and whether we are there: what this role may open."""
    role = visit.session.member.role if visit.session else ""
    here = visit.request.path.rstrip("/") or "/console"
    return [
        (path, translate(visit.language, label), here == path)
        for path, label, right in MENU
        if may(role, right)
    ]
