"""One question, one answer as plain values: what `citybot ask` prints and the API gives.

Nothing is stored and nothing is sent: what a dialog writes is thrown away with the rehearsal.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from bot.brain import build_engine
from bot.config import Settings
from bot.conversation import Conversation
from bot.dialog import Transaction
from bot.engine import Engine
from bot.i18n import negotiate, translate
from bot.message import Address, Message
from bot.text import MESSAGE_LIMIT, clean
from bot.understanding import detect, is_question
from dialogs.asking import find_asked
from dialogs.nothing_open import MEAN_A_PROGRAMME
from knowledge.answering import CONSIDERED, UNKNOWN, Finding, found_text, listed_text
from knowledge.confidence import ANSWERED_FROM
from knowledge.index import Found, Hit
from knowledge.library import Library

_NOT_ANSWERED = frozenset({"crisis"})  # whom to call is named; what was asked is not answered

Rehearsal = Callable[[], AbstractContextManager[Connection]]
"""A database for one talk, of which nothing is kept."""


class Answering:
    """The brain without a talk."""

    def __init__(self, chosen: Settings, library: Library, rehearsal: Rehearsal) -> None:
        self._settings, self._library, self._rehearsal = chosen, library, rehearsal

    @cached_property
    def _engine(self) -> Engine:
        """Put together at the first question: a house that nobody asks this way starts faster."""
        return build_engine(self._settings, self._library)

    def answer(self, question: str, otherwise: str = "") -> dict[str, Any]:
        """The answer as the JSON contract has it; a very long line is read in part.

        `otherwise`: the language where the question does not show it; else that of the house.
        """
        text = clean(question)[:MESSAGE_LIMIT]
        language = detect(text).language or negotiate(otherwise, self._settings.language) or "en"
        intent = self._engine.wish(text) or "ask"
        about = Found()
        if intent in MEAN_A_PROGRAMME:
            finding = find_asked(self._library, text, language, "programme")
            about = finding.found
            is_unsure = about.confidence < ANSWERED_FROM
            if intent == "register" and is_question(text) and is_unsure:
                intent = "ask"  # "how do I register for a nursery?"
        if intent == "ask" and any(sign.isalpha() for sign in text):
            return self._from_articles(text, language)
        spoken, told = self._talk(text, language)
        return {
            "answered": intent != "ask" and intent not in _NOT_ANSWERED,
            "text": told,
            "language": spoken,
            "intent": intent,
            "confidence": float(intent != "ask"),  # a wish is recognised, or it is none
            "sources": self._sources(about),
        }

    def _from_articles(self, text: str, language: str) -> dict[str, Any]:
        finding = find_asked(self._library, text, language)
        return {
            "answered": finding.answered,
            "text": _told(finding),
            "language": finding.language,
            "intent": "ask",
            "confidence": round(finding.found.confidence, 4),
            "sources": self._sources(finding.found),
        }

    def _sources(self, found: Sequence[Hit]) -> list[dict[str, Any]]:
        return [_source(self._library, hit) for hit in found[:CONSIDERED]]

    def _talk(self, text: str, language: str) -> tuple[str, str]:
        """What the chat would reply, and in which language."""
        now, address = datetime.now(UTC), Address("terminal", "ask")
        begun = Conversation(address, "nobody", language)
        message = Message("1", address, text, now)
        with self._rehearsal() as connection:
            result = self._engine.take_turn(begun, message, Transaction(connection, now))
        spoken = result.conversation.language if result.conversation else language
        return spoken, "\n\n".join(reply.text for reply in result.replies)


def _told(finding: Finding) -> str:
    """The answer alone: nothing is noted here, so nothing is promised."""
    if finding.listed:
        return "\n".join((listed_text(finding), *(f"- {a.title}" for a in finding.listed)))
    if finding.article is None:
        return translate(finding.language, UNKNOWN)
    return found_text(finding, finding.article)


def _source(library: Library, hit: Hit) -> dict[str, Any]:
    article = library.article(hit.slug, hit.lang)
    url = next((s.url for s in article.sources if s.url), "") if article else ""
    title = article.title if article else hit.slug
    return {
        "slug": hit.slug,
        "title": title,
        "lang": hit.lang,
        "score": round(hit.score, 4),
        "url": url,
    }
