"""Where a form stands in a Rasa tracker: its answers, which slot is asked, how they are kept.

A form of fixed slots is one in Rasa too: each slot is a slot there. Of a form whose slots depend on
the answers Rasa cannot know any; there it has one slot, asked again and again until all is said,
and its answers lie in another.
"""

from collections.abc import Iterable
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.forms import REQUESTED_SLOT

from bot.dialog import Answers, Form, Json, Slot, Slots
from bot.slots import due, slots_of
from dialogs.rasa import names
from dialogs.rasa.call import Call, Event

DONE = "done"  # what the one slot of a form holds when all is said


class Progress:
    """A form as one action call finds it."""

    def __init__(self, form: Form, call: Call) -> None:
        self._form, self._call = form, call
        self._held: dict[str, Any] = call.tracker.slots

    def answers(self, besides: Iterable[Slot] = ()) -> dict[str, Json]:
        """The answers so far; to Rasa, a slot without a value was not answered."""
        left_out = {slot.name for slot in besides}
        if callable(self._form.slots):
            kept = self._held.get(names.answers(self._form)) or {}
        else:
            kept = {s.name: self._held.get(names.name_of(s)) for s in self._form.slots}
        return {n: v for n, v in kept.items() if v is not None and n not in left_out}

    def slots(self, answers: Answers) -> Slots:
        """The slots as these answers make them."""
        return slots_of(self._form, self._call.turn(), answers)

    def asked(self) -> list[tuple[Slot, Any]]:
        """The slots Rasa has something for, with what it took for the answer."""
        said = self._call.tracker.slots_to_validate()
        if callable(self._form.slots):
            answers = self.answers()
            slot = due(self.slots(answers), answers)
            step = names.step(self._form)
            return [(slot, said[step])] if slot and step in said else []
        found = ((s, said.get(names.name_of(s))) for s in self._form.slots)
        return [(slot, text) for slot, text in found if text is not None]

    def kept(self, answers: Answers) -> tuple[Event, ...]:
        """These are the answers now, and this is what comes next."""
        slot = due(self.slots(answers), answers)
        if callable(self._form.slots):
            step = names.step(self._form)
            held = SlotSet(names.answers(self._form), dict(answers))
            asked = SlotSet(REQUESTED_SLOT, step if slot else None)
            return held, SlotSet(step, None if slot else DONE), asked
        before = self.answers()
        changed = [s for s in self._form.slots if before.get(s.name) != answers.get(s.name)]
        events = [SlotSet(names.name_of(s), answers.get(s.name)) for s in changed]
        return *events, SlotSet(REQUESTED_SLOT, names.name_of(slot) if slot else None)

    def emptied(self) -> tuple[Event, ...]:
        """The form is over, and empty."""
        return tuple(SlotSet(name) for name in names.held(self._form))
