"""Where a link may lead: what there is, by name and by title."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Final

import click

import dialogs
from bot.brain import open_library
from bot.cli import speech
from bot.cli.db import schema_of
from bot.cli.speech import say
from bot.config import Settings
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import DEFAULT, _
from bot.services.events import Event, Events
from bot.services.polls import Poll, Polls

_MOST: Final = 5  # near ones that are named
_WIDTH: Final = 34
_HELD = {"registration": "event", "about-event": "event", "poll": "poll", "answer": "article"}
_UNKNOWN: Final = {
    "article": _("There is no article {slug}. Near to it: {near}"),
    "event": _("There is no event {slug}. Near to it: {near}"),
    "poll": _("There is no poll {slug}. Near to it: {near}"),
}
Find = Callable[[Transaction], Iterable[Event | Poll]]
# A link is often made before what it leads to is open; what is over is not offered.
_EVERY: Mapping[str, Find] = {
    "event": lambda t: Events(t).every(),
    "poll": lambda t: Polls(t).every(),
}
_COMING: Mapping[str, Find] = {
    "registration": lambda t: Events(t).coming(),
    "poll": lambda t: Polls(t).under_way(),
}
_AN_ARTICLE = _("an answer, by the name of its article")


def know(target: str, chosen: Settings) -> None:
    """That it leads somewhere: a code on a poster cannot be mended. Raises UsageError."""
    name, _colon, rest = target.partition(":")
    if name not in dialogs.load():
        unknown = _("There is nothing named {name} to open. These there are:")
        raise click.UsageError("\n".join((say(unknown, name=name), *_listed(chosen))))
    kind = _HELD.get(name)
    if not (kind and rest):
        return
    titles = _articles(chosen) if kind == "article" else _titles(chosen, _EVERY[kind])
    if rest not in titles:
        near = get_close_matches(rest, titles, n=_MOST, cutoff=0.4)
        told = ", ".join(f"{slug} ({titles[slug]})" for slug in near)
        raise click.UsageError(say(_UNKNOWN[kind], slug=rest, near=told or "–"))


def _listed(chosen: Settings) -> Iterator[str]:
    """A line each: what to write, and what people see there."""
    named = {d.name: say(d.menu) for d in dialogs.load().values() if d.menu}
    for name, find in _COMING.items():
        named |= {f"{name}:{i}": title for i, title in _titles(chosen, find).items()}
    named["answer:…"] = say(_AN_ARTICLE)
    return (f"  {what:{_WIDTH}} {title}" for what, title in named.items())


def _titles(chosen: Settings, find: Find) -> Mapping[str, str]:
    """By name, as staff read them; nothing before there is a database."""
    if schema_of(chosen) is None:
        return {}
    with closing(Database(chosen.database())) as database, database.read() as connection:
        found = find(Transaction(connection, datetime.now(UTC)))
        return {one.id: one.name(speech.language()) for one in found}


def _articles(chosen: Settings) -> Mapping[str, str]:
    if schema_of(chosen) is None:
        articles = open_library(None).articles
    else:
        with closing(Database(chosen.database())) as database:
            articles = open_library(database).articles
    spoken = {a.slug: a.title for a in articles if a.lang == speech.language()}
    return {a.slug: a.title for a in articles if a.lang == DEFAULT} | spoken
