"""Texts that staff write for people, by language: the best one for a person, and which it is."""

from collections.abc import Mapping

from bot.i18n import DEFAULT

Texts = Mapping[str, str]
"""Language code to text: {"en": "Summer school", "de": "Sommerschule"}."""


def language_of(texts: Texts, language: str) -> str:
    """The language a person of `language` reads these texts in; their own where nothing is there.

    Their own, else English, else the first that was written.
    """
    wanted = (language, DEFAULT, *texts)
    return next((code for code in wanted if texts.get(code)), language)


def in_language(texts: Texts, language: str) -> str:
    """The text for a person of that language; "" when nobody wrote one."""
    return texts.get(language_of(texts, language), "")
