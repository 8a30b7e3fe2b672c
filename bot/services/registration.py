"""A registration as a value: what is asked for, what became of it, and why something cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from bot.dialog import Json
from bot.i18n import translate

Status = Literal["waiting", "offered", "confirmed", "cancelled", "attended", "no_show"]
STATUSES: tuple[str, ...] = get_args(Status)
ACTIVE = ("waiting", "offered", "confirmed")  # a place that somebody still counts on
SEATED = ("offered", "confirmed", "attended", "no_show")  # those whose seats are taken


class Refused(Exception):
    """What a person asked for cannot be; says why, as a msgid with its values."""

    def __init__(self, why: str, /, **values: object) -> None:
        super().__init__(why)
        self.why, self.values = why, values

    def told(self, language: str) -> str:
        """The reason in the person's language."""
        return translate(language, self.why, **self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody wants seats at an event. `requested_at`: when what asked for it reached us."""

    event_id: str
    person_id: str
    requested_at: datetime
    language: str
    seats: int = 1
    answers: Mapping[str, Json] = field(default_factory=dict)
    address: str | None = None  # where they are told what happens
    cause: str | None = None  # the message that asked, as its platform names it


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A person's place at an event as it stands; bot/models/events.py says what each part means."""

    id: int
    event_id: str
    person_id: str | None
    status: str
    seats: int
    reference: str | None
    requested_at: datetime
    offer_until: datetime | None
    answers: Mapping[str, Json]
    language: str
    address: str | None
    reason: str | None
    feedback: Mapping[str, Json] | None
    revision: int

    @property
    def is_active(self) -> bool:
        """Whether somebody still counts on it."""
        return self.status in ACTIVE

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """Which of two registrations of one person is the better one: the lower."""
        order = ("attended", "confirmed", "offered", "waiting", "no_show", "cancelled")
        return order.index(self.status), self.requested_at, self.id
