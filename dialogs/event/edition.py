"""The next event of a programme, told beside its article: an article alone promises none."""

from dataclasses import replace
from functools import cache

import regex

from bot.dialog import Turn
from bot.i18n import _, alternatives, sentences
from bot.message import Choice
from bot.services.event_texts import places_left, when
from bot.services.events import Event, Events
from knowledge.article import Article

_NO_EDITION = _("wordings: no edition is known")
_LEFT_OPEN = _("wordings: only the organisers can say")
_SENTENCE = regex.compile(r"(?<=[.!?])[ \t]+(?=\S)|(?<=[。！？])(?=[^\n])")
_CLAUSE = regex.compile(r"[;,；，]\s*")


def next_edition(turn: Turn, programme: str) -> Event | None:
    """The next event of a programme: one that can be registered for, else one that is coming."""
    coming = [e for e in turn.use(Events).coming() if e.programme == programme]
    open_ = (e for e in coming if e.is_open(turn.heard_at))
    return next(open_, coming[0] if coming else None)


def told_short(turn: Turn, event: Event) -> str:
    """One line: when it is, and whether one can still come."""
    text = turn.say(
        _("There is a date: {event}, {when}."),
        event=event.name(turn.language),
        when=when(event, turn.language),
    )
    left = places_left(event, turn.language) if event.is_open(turn.heard_at) else ""
    return sentences(text, left)


def step_to(turn: Turn, event: Event) -> Choice:
    """A tap leads to it."""
    return turn.choice(f"events:{event.id}", _("About this date"))


def without_doubt(article: Article) -> Article:
    """The article without what a date in the calendar has made untrue."""
    return replace(article, text="\n".join(map(undoubted, article.text.split("\n"))))


def undoubted(text: str) -> str:
    """A passage without "a fixed edition is not known": a clause of a sentence, or all of it."""
    kept = [told for sentence in _SENTENCE.split(text) if (told := _kept(sentence))]
    return "".join(s if s.endswith("。") else f"{s} " for s in kept).strip()


def _kept(sentence: str) -> str:
    if any(wording in sentence for wording in _said(_LEFT_OPEN)):
        return ""
    clauses = _CLAUSE.split(sentence)
    doubt = [c for c in clauses if any(wording in c for wording in _said(_NO_EDITION))]
    if not doubt:
        return sentence
    if sentence.startswith(doubt[0]):
        return ""
    end = "。" if sentence.endswith("。") else "."
    return sentence.partition(doubt[0])[0].rstrip(" ;,；，") + end


@cache
def _said(msgid: str) -> frozenset[str]:
    return frozenset(one for several in alternatives(msgid).values() for one in several)
