"""Fills the templates of the public pages: HTML in the visitor's language, everything escaped."""

from pathlib import Path
from typing import Any

from aiohttp import web

from bot.config import Settings
from bot.i18n import direction_of, language_name, languages
from bot.web.templates import environment

_TEMPLATES = Path(__file__).parent / "templates"
STATIC = "/pages/static"


class Rendering:
    """The pages of one house."""

    def __init__(self, settings: Settings, version: str) -> None:
        self._settings, self._static = settings, f"{STATIC}/{version}"

    def page(self, template: str, language: str, **values: Any) -> web.Response:
        """A page of that template."""
        html = (
            environment(_TEMPLATES, language)
            .get_template(template)
            .render(
                settings=self._settings,
                static=self._static,
                language=language,
                direction=direction_of(language),
                languages={code: language_name(code) for code in languages()},
                **values,
            )
        )
        return web.Response(text=html, content_type="text/html")
