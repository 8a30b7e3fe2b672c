"""Where a talk stands, as a value that survives a restart: load, save, forget."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from bot.dialog import Answered, Json
from bot.message import Address, Choice


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form in progress: which slot was asked last, and the answers so far.

    `serial` is its own, also beside an earlier round of the same form: a late tap tells its round.
    """

    dialog: str
    slot: str
    answers: Mapping[str, Json] = field(default_factory=dict)
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of one talk.

    chosen   the person picked the language themselves
    forms    forms in progress; the last one is asked now, those before it resume after it
    offered  the choices we showed last: a typed "2" means the second of them
    beside   the choices we showed above them, which have no numbers: their words are enough
    memory   what dialogs keep between turns
    heard    how many messages we have had
    foreign  their device is in a language we do not speak, and they have told of none that we do
    """

    address: Address
    person_id: str
    language: str
    chosen: bool = False
    forms: tuple[OpenForm, ...] = ()
    offered: tuple[Choice, ...] = ()
    beside: tuple[Choice, ...] = ()
    memory: Mapping[str, Json] = field(default_factory=dict)
    heard: int = 0
    foreign: bool = False

    def to_json(self) -> dict[str, Any]:
        """The state as it is stored; address, person and language have columns of their own."""
        return {
            "chosen": self.chosen,
            "forms": [[f.dialog, f.slot, dict(f.answers), f.serial] for f in self.forms],
            "offered": [[c.value, c.label] for c in self.offered],
            "beside": [[c.value, c.label] for c in self.beside],
            "memory": dict(self.memory),
            "heard": self.heard,
            **({"foreign": True} if self.foreign else {}),
        }

    @classmethod
    def from_json(
        cls, address: Address, person_id: str, language: str, state: Mapping[str, Any]
    ) -> "Conversation":
        """The stored state; what an older version did not store yet has its default, and what a
        newer one stored besides is passed over."""
        return cls(
            address,
            person_id,
            language,
            chosen=state.get("chosen", False),
            forms=tuple(OpenForm(*form[:4]) for form in state.get("forms", ())),
            offered=tuple(Choice(*choice[:2]) for choice in state.get("offered", ())),
            beside=tuple(Choice(*choice[:2]) for choice in state.get("beside", ())),
            memory=state.get("memory", {}),
            heard=state.get("heard", 0),
            foreign=state.get("foreign", False),
        )

    def offering(
        self, above: Iterable[tuple[Choice, ...]], last: tuple[Choice, ...]
    ) -> "Conversation":
        """The same talk, one message on, with these choices shown: the last are numbered."""
        return replace(
            self, offered=last, beside=tuple(chain.from_iterable(above)), heard=self.heard + 1
        )

    def after(self, outcome: Answered) -> "Conversation":
        """The same talk with what a dialog changed in it."""
        return replace(
            self.remember(outcome.memory),
            language=outcome.language or self.language,
            chosen=self.chosen or bool(outcome.language),
            foreign=self.foreign and not outcome.language,
            person_id=outcome.person or self.person_id,
            forms=() if outcome.leave else self.forms,
        )

    def remember(self, memory: Mapping[str, Json]) -> "Conversation":
        """The same talk, with this laid over its memory; None removes a key."""
        merged = {k: v for k, v in {**self.memory, **memory}.items() if v is not None}
        return replace(self, memory=merged)
