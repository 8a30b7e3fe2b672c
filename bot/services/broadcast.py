"""A broadcast as a value: what it says in each language, to whom, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

from bot.services.audience import Audience
from bot.services.texts import Texts

State = Literal["draft", "asked", "due", "sending", "paused", "done", "cancelled"]
STATES: Final[tuple[str, ...]] = get_args(State)
HOURS: Final = 72  # for so long it may be said, unless the team says otherwise
UNDO: Final = timedelta(seconds=60)  # after it was sent off, in which it can be taken back


class BadBroadcast(Exception):
    """A broadcast that cannot be as it is written; says why, as a msgid with its values.

    A value `place` is what it is about, as broadcast files call it: `choices.1.en`. `also`: what
    else is wrong with it, where all of it was looked for.
    """

    def __init__(self, why: str, /, **values: object) -> None:
        super().__init__(why.format(**values))
        self.why, self.values = why, values
        self.also: tuple[BadBroadcast, ...] = ()

    @property
    def every(self) -> "tuple[BadBroadcast, ...]":
        """This one, and all others."""
        return (self, *self.also)


class Overtaken(BadBroadcast):
    """Somebody else has changed it since it was looked at."""


@dataclass(frozen=True, slots=True)
class Page:
    """A link below the text: its label by language."""

    label: Texts
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: its bytes as base64, and what it shows, for who cannot see it."""

    kind: str
    base64: str
    alt: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A broadcast as it stands; what each part means: bot/models/broadcasts.py."""

    name: str
    texts: Texts
    fallback: str
    zone: str
    id: int = 0
    links: tuple[Page, ...] = ()
    choices: tuple[Texts, ...] = ()
    about: str = ""
    image: Picture | None = None
    audience: Audience = field(default_factory=Audience)
    minds_night: bool = True
    wanted_at: datetime | None = None
    due_at: datetime | None = None
    ends_at: datetime | None = None
    hours: int = HOURS
    state: str = "draft"
    reach: Mapping[str, Any] | None = None
    tally: Mapping[str, int] | None = None
    replies: Mapping[str, Any] | None = None
    made_by: str = ""
    sent_by: str | None = None
    agreed_by: str | None = None
    created_at: datetime | None = None
    changed_at: datetime | None = None
    begun_at: datetime | None = None
    done_at: datetime | None = None
    revision: int = 0

    @property
    def languages(self) -> tuple[str, ...]:
        """In which its text is written."""
        return tuple(self.texts)

    @property
    def local_zone(self) -> ZoneInfo:
        """Whose clock its times are meant by."""
        return ZoneInfo(self.zone)

    @property
    def begins_at(self) -> datetime | None:
        """When it began, or will as far as that is written; None: at once."""
        if self.state == "asked":  # `due_at` is set anew when a second member agrees
            return self.wanted_at
        return self.begun_at or self.due_at or self.wanted_at

    @property
    def event_id(self) -> str:
        """The event it is about; "" for none."""
        return self.about.removeprefix("event:") if self.about.startswith("event:") else ""

    @property
    def poll_id(self) -> str:
        """The poll it is about; "" for none."""
        return self.about.removeprefix("poll:") if self.about.startswith("poll:") else ""
