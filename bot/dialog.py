"""What we can talk about, as plain values: a Command (one answer) or a Form (slots in turn).

    dialog = Form(
        name="handoff", triggers=(_("human|talk to a person"),),
        slots=(Slot("question", ask=_("What may I pass on?"), free=True),),
        submit=leave_for_staff,
    )

A trigger is an English text marked with `_`, its alternatives separated by `|`; each catalogue
holds that language's own wordings. How they match: bot/understanding/phrases.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.i18n import translate, translate_plural
from bot.message import Address, Choice, Event, Message, Reply

Json = str | int | float | bool | None | list[Any] | dict[str, Any]
Answers = Mapping[str, Json]
Service = TypeVar("Service")


class Invalid(Exception):
    """This is not an answer to the slot; says why, as a msgid with its values."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why, self.values = why, values


@dataclass(frozen=True, slots=True)
class Transaction:
    """The write transaction a turn runs in, and the moment it runs at."""

    connection: Connection
    now: datetime


Services = Mapping[type, Callable[[Transaction], Any]]  # how to make each service for a turn


@dataclass(frozen=True, slots=True)
class Talk:
    """Where a talk stands when a turn begins: what dialogs may know of it."""

    person_id: str
    address: Address
    language: str
    memory: Mapping[str, Json] = field(default_factory=dict)  # what dialogs keep between turns
    first: bool = False  # nothing was said before


@dataclass(frozen=True, slots=True)
class Turn:
    """One event, handled. Dialogs read it, and answer with values; they never send or commit."""

    event: Event
    talk: Talk
    transaction: Transaction
    services: Services
    argument: str = ""  # of a picked value: `answer:kalkbreite-zurich` -> `kalkbreite-zurich`
    trigger: str = ""  # the wording that led here

    @property
    def text(self) -> str:
        """What the person wrote; empty for a join."""
        return self.event.text if isinstance(self.event, Message) else ""

    @property
    def language(self) -> str:
        """The language of this turn's replies."""
        return self.talk.language

    @property
    def now(self) -> datetime:
        """The moment of this turn, in UTC."""
        return self.transaction.now

    def use(self, kind: type[Service]) -> Service:
        """A service, bound to this turn's transaction: `turn.use(Questions)`."""
        service: Service = self.services[kind](self.transaction)
        return service

    def say(self, msgid: str, /, **values: object) -> str:
        """A text in the language of this turn."""
        return translate(self.language, msgid, **values)

    def say_count(self, one: str, many: str, count: int) -> str:
        """A text that changes with a count, in the language of this turn."""
        return translate_plural(self.language, one, many, count)

    def choice(self, value: str, msgid: str, /, **values: object) -> Choice:
        """A choice with its label in the language of this turn."""
        return Choice(value, self.say(msgid, **values))


@dataclass(frozen=True, slots=True)
class Answered:
    """What a dialog gives back: replies, and what changes in the talk."""

    replies: tuple[Reply, ...]
    memory: Mapping[str, Json] = field(default_factory=dict)  # laid over the talk's memory
    language: str | None = None  # the person chose this language
    forget: bool = False  # the person was erased: nothing of this talk may be saved
    open: str | None = None  # the name of a form to begin next
    leave: bool = False  # give up the form in progress


Outcome = Reply | Answered


@dataclass(frozen=True, slots=True)
class Command:
    """Something answered in one go.

    claims  for the dialog nothing else claims: whether it can answer this text inside a form
    menu    its label in lists of what we can do; empty: not listed
    """

    name: str
    answer: Callable[[Turn], Outcome]
    triggers: tuple[str, ...] = ()
    menu: str = ""
    claims: Callable[[Turn], bool] | None = None


def _as_written(text: str) -> Json:
    return text


def _always(_answers: Answers) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing a form asks for.

    ask      the question, a msgid, or made from the turn and the answers so far
    read     text to value; raises Invalid. Not called when a choice was picked
    choices  what may be picked, fixed or asked of a service; then a picked value is the answer
    free     any text is an answer, also a question
    when     whether it is asked at all, given the answers so far
    """

    name: str
    ask: str | Callable[[Turn, Answers], str]
    read: Callable[[str], Json] = _as_written
    choices: tuple[Choice, ...] | Callable[[Turn], tuple[Choice, ...]] = ()
    free: bool = False
    when: Callable[[Answers], bool] = _always


@dataclass(frozen=True, slots=True)
class Form:
    """Slots asked in turn, then submitted."""

    name: str
    slots: tuple[Slot, ...]
    submit: Callable[[Turn, Answers], Outcome]
    triggers: tuple[str, ...] = ()
    menu: str = ""
    title: str = ""  # "your question": named when the form resumes after an interruption


Dialog = Command | Form
