"""What was filled in, read from the fields of a form."""

from collections.abc import Mapping

from bot.i18n import languages
from bot.services.texts import Texts
from bot.text import clean


def texts_of(form: Mapping[str, str], name: str) -> Texts:
    """Texts by language out of the fields `name.en`, `name.de`...; what is empty is none."""
    written = {code: clean(form.get(f"{name}.{code}", "")).strip() for code in languages()}
    return {code: text for code, text in written.items() if text}


def number_of(text: str) -> int | None:
    """A whole number that was written; None for anything else."""
    text = text.strip()
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 8 else None
