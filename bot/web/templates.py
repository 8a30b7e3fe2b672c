"""Templates in a language: HTML with everything escaped, texts from the catalogues."""

from functools import cache
from pathlib import Path

import jinja2

from bot.i18n import template_translations

_SHARED = Path(__file__).parent / "templates"  # parts that pages of several rooms include


@cache
def environment(folder: Path, language: str) -> jinja2.Environment:
    """The templates of a folder, speaking that language."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, _SHARED]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    translations = template_translations(language)
    made.globals.update(gettext=translations.gettext, ngettext=translations.ngettext)
    return made
