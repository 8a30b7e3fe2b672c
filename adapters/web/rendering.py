"""Fills the templates: HTML in the person's language, everything escaped."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale, dates

from adapters.web.lines import Line, cursor
from adapters.web.reception import language_name
from bot.config import Settings
from bot.i18n import _, languages, translate
from bot.text import MESSAGE_LIMIT
from bot.web.problem import EMPTY, TOO_LONG
from bot.web.templates import environment

_TEMPLATES = Path(__file__).parent / "templates"

# Shown while nothing was said yet; what the assistant knows answers each of them.
EXAMPLES: Final = (
    _("How do housing cooperatives keep rents low?"),
    _("How does a community garden start?"),
    _("How can residents decide a city budget?"),
)

# What the page says by itself once it is live; handed to the script with the page.
_LIVE: Final = {
    "sending": _("Sending…"),
    "waiting": _("Not sent yet. I try again as soon as there is a connection."),
    "failed": _("Not sent."),
    "retry": _("Try again"),
    "discard": _("Remove"),
    "thinking": _("Looking for an answer…"),
    "offline": _("You are offline. You can go on writing; it is sent later."),
    "left": _("{left} characters left"),
    "forgetful": _(
        "Your browser does not keep our talk inside this website. "
        "Open the chat in its own window to go on."
    ),
    "empty": EMPTY.sentence,
    "too_long": TOO_LONG.sentence,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page shows. `draft` is text that could not be taken and must not be lost.

    `invite`: the code of the link they came by; `leads_to`: the title of what it leads to.
    """

    language: str
    lines: Sequence[Line]
    embedded: bool
    has_session: bool
    notice: str = ""
    draft: str = ""
    invite: str = ""
    leads_to: str = ""


def address(language: str, embedded: bool, path: str = "/chat", **more: str) -> str:
    """An address of the page that keeps the language, and whether it stands in a frame."""
    kept = {"embed": "1" if embedded else "", **more}
    query = {"lang": language} | {name: value for name, value in kept.items() if value}
    return f"{path}?{urlencode(query)}"


class Rendering:
    """The page of one house: its name, who runs it, where its scripts lie."""

    def __init__(self, settings: Settings, version: str) -> None:
        self._settings = settings
        self._zone = ZoneInfo(settings.zone)
        self._version = version

    def chat(self, sheet: Sheet) -> str:
        """The chat page with its talk."""
        language = sheet.language
        return (
            environment(_TEMPLATES, language)
            .get_template("chat.html")
            .render(
                sheet=sheet,
                settings=self._settings,
                static=f"/chat/static/{self._version}",
                language=language,
                direction=_locale(language).text_direction,
                languages={
                    code: (
                        language_name(code),
                        address(code, sheet.embedded, invite=sheet.invite),
                    )
                    for code in languages()
                },
                here=address(language, sheet.embedded),
                away=address(language, sheet.embedded, "/chat/end"),
                cursor=cursor(sheet.lines),
                form_id=secrets.token_urlsafe(9),
                introduction=self._introduction(language),
                said_by=self._said_by(language),
                examples=[translate(language, example) for example in EXAMPLES],
                texts={name: translate(language, msgid) for name, msgid in _LIVE.items()},
                limit=MESSAGE_LIMIT,
                clock=self._clock(language),
            )
        )

    def _introduction(self, language: str) -> str:
        """The first line says that one talks to a machine (AI Act, article 50)."""
        name, organisation = self._settings.name, self._settings.organisation
        if not organisation:
            return translate(language, _("I am {name}, an automated assistant."), name=name)
        msgid = _("I am {name}, the automated assistant of {organisation}.")
        return translate(language, msgid, name=name, organisation=organisation)

    def _said_by(self, language: str) -> Mapping[str, str]:
        """Read out before each line, where eyes have colour and place."""
        citybot = translate(language, _("{name} said:"), name=self._settings.name)
        return {"you": translate(language, _("You said:")), "citybot": citybot}

    def _clock(self, language: str) -> Callable[[str], str]:
        """Writes a line's moment as the time of day in the office's zone."""

        def clock(at: str) -> str:
            moment = datetime.fromisoformat(at).astimezone(self._zone)
            return dates.format_time(moment, "short", locale=_locale(language))

        return clock


def _locale(language: str) -> Locale:
    return Locale.parse(languages().get(language, language))
