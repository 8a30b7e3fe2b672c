"""What the house gives the staff pages to work with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.dialog import Transaction
from bot.message import Capabilities
from bot.services.gaps import Sample
from bot.web import desk


class Trial(Protocol):
    """A question asked again. `slug`: the article it finds now; "" when it still finds none."""

    @property
    def sample(self) -> Sample: ...
    @property
    def slug(self) -> str: ...
    @property
    def confidence(self) -> float: ...


class Editing(Protocol):
    """What staff pages do with the articles; see bot/editing.py."""

    def titles(self, language: str) -> Mapping[str, str]:
        """Every article's title, by slug."""
        ...

    def tried(self, slug: str, samples: Sequence[Sample]) -> Sequence[Trial]:
        """Each question asked again, as if its wording stood in the article."""
        ...

    def publish(self, transaction: Transaction, slug: str, samples: Sequence[Sample]) -> None:
        """Write the wordings into the article."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(desk.Desk):
    """The house as staff pages see it.

    channels  the names of those that are open
    reach     what each open channel can do
    dialogs   what the team may choose dialogs by: a msgid, by name
    remedy    what to do about what a platform said, by channel and reason: a msgid; "" if unknown
    """

    channels: tuple[str, ...]
    editing: Editing
    remedy: Callable[[str, str], str]
    reach: Mapping[str, Capabilities] = field(default_factory=dict)
    dialogs: Mapping[str, str] = field(default_factory=dict)
