"""What the house gives the API to work with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from bot.dialog import Transaction
from bot.services.broadcasts import Broadcasts
from bot.services.drafts import Draft, Standing
from bot.services.gaps import Sample
from bot.web import desk


class Source(Protocol):
    """Where the facts of an article come from."""

    @property
    def title(self) -> str: ...
    @property
    def url(self) -> str: ...


class Article(Protocol):
    """An article in one language; see knowledge/article.py."""

    @property
    def slug(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def themes(self) -> tuple[str, ...]: ...
    @property
    def sources(self) -> Sequence[Source]: ...
    @property
    def verified(self) -> bool: ...
    @property
    def checked_on(self) -> date | None: ...


class Library(Protocol):
    """The articles in force."""

    @property
    def articles(self) -> Sequence[Article]: ...
    def article(self, slug: str, lang: str) -> Article | None: ...


class Editing(Protocol):
    """See bot/editing."""

    def standing(self, transaction: Transaction, slug: str) -> Standing | None: ...
    def taught(self, draft: Draft, samples: Sequence[Sample]) -> Draft: ...
    def publish(self, transaction: Transaction, draft: Draft, author: str) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(desk.Desk):
    """The house as programs see it.

    channels  the names of those that are open
    answer    a question and the language where it shows none, to the contract of `citybot ask`
    broadcasts  all of them, as this house sends them
    """

    channels: tuple[str, ...]
    library: Library
    editing: Editing
    answer: Callable[[str, str], Mapping[str, Any]]
    broadcasts: Callable[[Transaction], Broadcasts]
