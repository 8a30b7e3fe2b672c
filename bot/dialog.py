"""What we can talk about, as plain values: a Command (one answer) or a Form (slots in turn).

    dialog = Form(
        name="handoff", triggers=(_("human|talk to a person"),),
        slots=(Slot("question", ask=_("What may I pass on?"), free=True),),
        submit=leave_for_staff,
    )

A trigger is an English text marked with `_`, its alternatives separated by `|`; each catalogue
holds that language's own wordings. How they match: bot/understanding/phrases.py.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.i18n import translate, translate_plural
from bot.message import Address, Choice, Event, Link, Message, Reply

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
    """The write transaction a turn runs in, and the moment it runs at.

    heard_at  when what it is about reached us, where that was earlier: a turn may be retried
    """

    connection: Connection
    now: datetime
    heard_at: datetime | None = None


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

    @property
    def heard_at(self) -> datetime:
        """When the event reached us: what counts where a deadline or an order is to be kept."""
        return self.transaction.heard_at or self.transaction.now

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
    open: str | None = None  # the dialog to go on with, `name` or `name:argument`
    person: str | None = None  # this address belongs to that person from now on
    leave: bool = False  # give up the form in progress


Outcome = Reply | Answered


@dataclass(frozen=True, slots=True)
class Command:
    """Something answered in one go.

    claims  whether it answers a text that no wording names: of the dialog for what nothing claims,
            inside a form; of any other, outside one
    means   the value of the choice a text that no wording names is one of, as if it were tapped;
            None where it is none
    hears   whether it knows this text by its form: a code, whatever language is spoken
    urgent  whether this text cannot wait: heard before all else, whatever was asked
    menu    its label in lists of what we can do; empty: not listed
    shared  whether it may be answered where several people read along
    remark  whether it answers a remark on what we said last; inside a form there is none
    nod     whether it answers an "ok", which in a form answers nothing: that is asked again
    secret  whether its turns are nobody else's: the team does not see them in the transcript
    """

    name: str
    answer: Callable[[Turn], Outcome]
    triggers: tuple[str, ...] = ()
    menu: str = ""
    claims: Callable[[Turn], bool] | None = None
    means: Callable[[Turn], str | None] | None = None
    hears: Callable[[str], bool] | None = None
    urgent: Callable[[str], bool] | None = None
    shared: bool = False
    remark: bool = False
    nod: bool = False
    secret: bool = False


def as_written(text: str) -> Json:
    """The text itself."""
    return text


def _always(_any: Any) -> bool:
    return True


def _nothing(_any: Any) -> tuple[Any, ...]:
    return ()


def _as_picked(values: tuple[str, ...]) -> Json:
    return [*values]


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing a form asks for.

    ask       the question, a msgid, or made from the turn and the answers so far
    read      text to value; raises Invalid. Not called when a choice was picked; where there are
              choices and the slot has no `read` of its own and is not free, nothing else is one
    choices   what may be picked, fixed or asked of a service; then a picked value is the answer
    free      any text is an answer, also a question
    short     a name or a few words: what plainly asks is an answer only when it is said twice
    when      whether it is asked at all, given the answers so far
    optional  it may be skipped; then the answer is SKIPPED (bot/slots.py)
    figures   a bare number is an answer, and never the place of a choice
    called    how people name it who want to change their answer, msgids or texts: "my e-mail"
    counted   whether it is a step of its own in "2 of 5"
    fits      whether an answer given earlier still is one: what was asked may have changed
    reopens   the answers that this answer takes back: "change my e-mail" after all was said
    several   what may be picked together, where a channel can show that
    together  the answer that such picks are, by their values; raises Invalid
    links     pages to open beside the question
    private   what is written while it is asked is not kept, not even for the person's own page
    keep      puts an answer where it belongs, and gives what the talk keeps in its stead: a ballot
              holds the choice, the talk only that it was made. May raise Invalid
    """

    name: str
    ask: str | Callable[[Turn, Answers], str]
    read: Callable[[str], Json] = as_written
    choices: tuple[Choice, ...] | Callable[[Turn], tuple[Choice, ...]] = ()
    free: bool = False
    short: bool = False
    when: Callable[[Answers], bool] = _always
    optional: bool = False
    figures: bool = False
    called: tuple[str, ...] = ()
    counted: bool = True
    fits: Callable[[Json], bool] = _always
    reopens: Callable[[Json], tuple[str, ...]] = _nothing
    several: Callable[[Turn], tuple[Choice, ...]] = _nothing
    together: Callable[[tuple[str, ...]], Json] = _as_picked
    links: Callable[[Turn], tuple[Link, ...]] = _nothing
    private: bool = False
    keep: Callable[[Turn, Json], Json] | None = None


Slots = tuple[Slot, ...]


def _no_answers(_turn: Turn) -> Answers:
    return {}


def _none(*_any: Any) -> None:
    return None


def _no_aside(_turn: Turn, _slot: Slot, _answers: Answers) -> Reply | None:
    return None


def _not_anew(_turn: Turn, _slot: Slot, _answers: Answers) -> Answers | None:
    return None


@dataclass(frozen=True, slots=True)
class Form:
    """Slots asked in turn, then submitted.

    slots     fixed, or made from the answers so far: what is asked may depend on them
    title     "your question": named when the form resumes after an interruption
    progress  whether it says "2 of 5"
    begin     what is known already when it begins: from `turn.argument` or what was written
    late      what a tap means on the keyboard of a question that is not asked now: given the slot's
              name and the value; None where it is none of this form's. Such a tap is private
    anew      what is known instead when a text is no answer, but a wish of its own for this form
    private   whether what answers a question of it is private, also when that is asked no more
    again     what a text means that comes when the form is over: None unless it may be an answer
              once more. Such a text is private
    left      what is said to who gives up in the middle, where something has happened by then
    asides    what is said to a question about what the form is for, before a wish is heard in
              it; None where the text asks none
    unanswered  what is said to a question that neither the form nor what we know can answer
    secret    whether its turns are nobody else's, as of a Command
    anywhere  whether a sentence that wishes it is heard where any text is an answer, too; only
              what asks before it acts may be
    """

    name: str
    slots: Slots | Callable[[Turn, Answers], Slots]
    submit: Callable[[Turn, Answers], Outcome]
    triggers: tuple[str, ...] = ()
    menu: str = ""
    title: str = ""
    progress: bool = False
    begin: Callable[[Turn], Answers] = _no_answers
    late: Callable[[Turn, str, str], Outcome | None] | None = None
    anew: Callable[[Turn, Slot, Answers], Answers | None] = _not_anew
    private: bool = False
    anywhere: bool = False
    again: Callable[[Turn], Outcome | None] | None = None
    left: Callable[[Turn, Answers], Outcome | None] = _none
    asides: Callable[[Turn, Slot, Answers], Reply | None] = _no_aside
    unanswered: Callable[[Turn, Slot, Answers], Reply | None] = _no_aside
    secret: bool = False


Dialog = Command | Form


def urgent_in(dialogs: Iterable[Dialog], text: str) -> Command | None:
    """The dialog that a text must not wait for; None for nearly every text."""
    commands = (d for d in dialogs if isinstance(d, Command) and d.urgent)
    return next((d for d in commands if d.urgent and d.urgent(text)), None)
