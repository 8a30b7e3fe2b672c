"""What the house gives the staff pages to work with."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol, TypeVar

from bot.channel import Channel
from bot.database import Database
from bot.dialog import Transaction
from bot.guide import Guide
from bot.message import Capabilities
from bot.replica import Replica
from bot.services.answered import Once
from bot.services.broadcasts import Broadcasts
from bot.services.drafts import Draft, Listed, Merged, Remark, Shown, Standing
from bot.services.gaps import Sample
from bot.services.polls import Poll, Question
from bot.services.subjects import Subject
from bot.services.trials import Tried
from bot.web import desk

Got = TypeVar("Got")
_MAY_LAG: Final = ContextVar("may_lag", default=False)


class Editing(Protocol):
    """What staff pages do with the articles; see bot/editing."""

    def titles(self, language: str) -> Mapping[str, str]:
        """Every article's title, by slug."""
        ...

    def subjects(self, language: str) -> Mapping[str, Subject]:
        """What every article is about, by slug."""
        ...

    def themes(self) -> Mapping[str, str]:
        """The themes, by name; how each is called is a msgid."""
        ...

    def listed(self, transaction: Transaction, language: str) -> Sequence[Listed]:
        """Every article, as the list of them shows it."""
        ...

    def standing(self, transaction: Transaction, slug: str) -> Standing | None:
        """An article as it stands, with its history; None where there never was one."""
        ...

    def taught(self, draft: Draft, samples: Sequence[Sample]) -> Draft:
        """With the wordings of these questions."""
        ...

    def remarks(
        self, draft: Draft, packaged: frozenset[str], reader: tuple[str, date]
    ) -> Sequence[Remark]:
        """What is wrong with it, errors first. `reader`: their language, and their day."""
        ...

    def previews(self, draft: Draft) -> Sequence[Shown]:
        """How its answer looks on each channel."""
        ...

    def tried(self, draft: Draft, samples: Iterable[Sample], answered: Iterable[Once]) -> Tried:
        """These questions asked again as if it were published, and what others lose."""
        ...

    def merged(self, transaction: Transaction, draft: Draft) -> Merged:
        """With what somebody else has published since it was begun."""
        ...

    def publish(self, transaction: Transaction, draft: Draft, author: str) -> Sequence[str]:
        """Write it down; gives the languages that changed. Raises Overtaken."""
        ...

    def revert(
        self, transaction: Transaction, slug: str, numbers: tuple[int, int], author: str
    ) -> None:
        """Let it stand as after an older edit. Raises Overtaken, LookupError."""
        ...

    def reread(self, database: Database) -> None:
        """Put in force here what was published."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(desk.Desk):
    """The house as staff pages see it.

    channels    the names of those that are open
    reach       what each open channel can do
    opened      the open channels themselves, to be tested
    guides      how each channel is set up, also those that are not open
    origins     where each setting comes from, see bot/origins.py
    dialogs     what the team may choose dialogs by: a msgid, by name
    replica     a copy of the database, if there is one
    broadcasts  all of them, as this house sends them
    asked       how the questions of a poll look on each channel
    remedy      what to do about what a platform said, by channel and reason: a msgid; "" if unknown
    """

    channels: tuple[str, ...]
    editing: Editing
    remedy: Callable[[str, str], str]
    asked: Callable[[Transaction, Poll], Sequence[tuple[Question, Sequence[Shown]]]]
    broadcasts: Callable[[Transaction], Broadcasts]
    reach: Mapping[str, Capabilities] = field(default_factory=dict)
    opened: Mapping[str, Channel] = field(default_factory=dict)
    guides: Mapping[str, Guide] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    dialogs: Mapping[str, str] = field(default_factory=dict)
    replica: Replica | None = None

    async def look(self, what: Callable[[Transaction], Got]) -> Got:
        """Read something; from the copy where that is enough, see `lagging`."""
        if self.replica is None or not _MAY_LAG.get():
            return await desk.Desk.look(self, what)
        return await asyncio.to_thread(
            self.replica.ask, lambda connection: what(Transaction(connection, self.now()))
        )


@contextmanager
def lagging(may_lag: bool) -> Iterator[None]:
    """Whether what is looked at inside may be a moment old."""
    before = _MAY_LAG.set(may_lag)
    try:
        yield
    finally:
        _MAY_LAG.reset(before)
