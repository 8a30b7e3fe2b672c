"""The words that cross borders: what comes in from a channel and what goes out to one.

All values are frozen, sequences are tuples, instants are aware and in UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Address:
    """A person's place on a channel: `telegram:42`. Also the name of the conversation's lock."""

    channel: str
    user: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.user}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `channel:user`; the user part may itself hold colons. Raises ValueError."""
        channel, separator, user = text.partition(":")
        if not (channel and separator and user):
            raise ValueError(f"not an address: {text!r}")
        return cls(channel, user)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: an image, a calendar entry, a poster. `kind` is a media type, `text/calendar`.

    `instead` is said where the channel takes no such file: how the person gets it.
    """

    kind: str
    url_or_bytes: str | bytes
    name: str
    instead: str = ""


GEO: Final = "application/geo+json"
"""The kind of a place that was sent, a point: https://www.rfc-editor.org/rfc/rfc7946."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something a person said. `picked` is the value of a tapped choice.

    `shared`: it was said where several people read along, and so will the reply.
    """

    id: str
    sender: Address
    text: str
    sent_at: datetime
    attachments: tuple[Attachment, ...] = ()
    picked: str | None = None
    name: str | None = None
    locale: str | None = None
    shared: bool = False

    @property
    def says_where(self) -> bool:
        """Whether it holds a place, perhaps where the person is."""
        return any(attachment.kind == GEO for attachment in self.attachments)


GO_ON: Final = "continue"
"""A `picked` value that says nothing new: the person wants what is left of what we said."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A person followed us, pressed start, scanned a code or opened the widget."""

    id: str
    sender: Address
    sent_at: datetime
    name: str | None = None
    locale: str | None = None
    invite: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A person unfollowed or blocked us."""

    id: str
    sender: Address
    sent_at: datetime


Event = Message | Joined | Left

FROM_PAGE = "page:"
"""How the id of a message begins that a page of ours sends for a person: no platform heard it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer one may pick: `value` comes back as `Message.picked`, `label` is shown."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page one may open; only http and https."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Something we say. Paragraphs are separated by a blank line; no markup.

    `ref` is the row of the outbox it stands in, the same at every try; 0 before it has one. `key`
    names the one message it is sent as, the same at every try, and no other message ever. `several`
    are choices of which any number may be picked at once; `choices` and text must do without them.
    `about` is what it tells, for who takes it back while it waits; it is kept and not sent.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    ref: int = 0
    key: str = field(default="", compare=False)
    several: tuple[Choice, ...] = ()
    about: str = field(default="", compare=False)


POLL = "application/vnd.citybot.poll+json"
"""The kind of an attachment that is a platform's own poll in a group: {"question", "options"}."""


Measure = Literal["characters", "utf16", "utf8"]


def _characters(text: str) -> int:
    return len(text)


def _utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _utf8(text: str) -> int:
    return len(text.encode())


MEASURES: dict[Measure, Callable[[str], int]] = {
    "characters": _characters,
    "utf16": _utf16,
    "utf8": _utf8,
}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show, and the limits its platform sets.

    choices        how many choices can be tapped; 0 = they are written as a numbered list
    choice_length  the longest label that can be tapped, in units of `measure`
    several        whether several choices can be marked and sent at once
    text_limit     the longest text of one message, in units of `measure`
    measure        what the platform counts: characters, UTF-16 units or UTF-8 bytes
    attachments    media types it takes, `image/png`, or `*` for all
    links          whether a link can be shown as a button
    markup         the markup its text takes: `none` or `html`
    polls          whether its groups have polls of their own
    typing         whether 'is typing' can be shown
    edit           whether a sent message can be changed
    reply_window   seconds after a person's message in which we may write; None = always
    push_budget    messages we may send in that window
    tap_window     seconds in which we may write after a tap, a follow or a scan
    tap_budget     messages we may send in that window
    answers_within seconds in which a reply may be given as the answer to the platform's request
    """

    choices: int = 0
    choice_length: int = 0
    several: bool = False
    text_limit: int = 4000
    measure: Measure = "characters"
    attachments: tuple[str, ...] = ()
    links: bool = False
    polls: bool = False
    markup: Literal["none", "html"] = "none"
    typing: bool = False
    edit: bool = False
    reply_window: int | None = None
    push_budget: int = 0
    tap_window: int = 0
    tap_budget: int = 0
    answers_within: float = 0.0

    def size(self, text: str) -> int:
        """The length of a text as this platform counts it."""
        return MEASURES[self.measure](text)


@dataclass(frozen=True, slots=True)
class Mass:
    """What a platform sends to a list of people as one message, where it does.

    least, most  people on one list
    monthly      how many of these a person gets in a month, whoever of us sends them
    known        for how long it knows one by the key it came with, and takes it only once
    """

    least: int
    most: int
    monthly: int
    known: timedelta
