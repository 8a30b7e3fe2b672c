"""What each action does: the dialogs' own asking, reading, submitting and answering.

Where Rasa's forms and our engine differ, the engine is right: a wish or a question said to a form
is heard as such, the form waits, and is taken up again (docs/rasa.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from rasa_sdk.events import ActionExecutionRejected as Rejected
from rasa_sdk.events import ActiveLoop, FollowupAction, Restarted, SlotSet
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.dialog import Answers, Command, Dialog, Form, Invalid, Json, Outcome, Slot, Turn
from bot.engine import CONTROLS
from bot.i18n import _
from bot.message import Choice, Reply
from bot.text import MESSAGE_LIMIT, clean
from bot.understanding import Phrases, is_question, picked
from dialogs import FALLBACK
from dialogs.rasa import names
from dialogs.rasa.call import Call, Done, Event, Take


class Actions:
    """All actions, by name."""

    def __init__(self, dialogs: Mapping[str, Dialog]) -> None:
        self._dialogs = dialogs
        self._phrases = Phrases({**CONTROLS, **{n: d.triggers for n, d in dialogs.items()}})
        self._forms = {names.form_of(d): d for d in dialogs.values() if isinstance(d, Form)}
        commands = [d for d in dialogs.values() if isinstance(d, Command)]
        self._commands = {names.action_of(d): d for d in commands}

    def by_name(self) -> dict[str, Take]:
        """Every action a Rasa server may ask for."""
        found: dict[str, Take] = {
            names.control("cancel"): self._cancel,
            names.control("back"): self._back,
        }
        for name, command in self._commands.items():
            found[name] = partial(self._command, command)
        for form in self._forms.values():
            found |= {names.asking(form, s): partial(self._ask, s, form) for s in form.slots}
            found[names.validating(form)] = partial(self._validate, form)
            found[names.submitting(form)] = partial(self._submit, form)
        return found

    # -- commands and control words ------------------------------------------------------------

    def _command(self, command: Command, call: Call) -> Done:
        call = call.heard()
        meant, argument = self._meant(command, call)
        if isinstance(meant, Form):
            return Done(call.conversation, events=(self._go_to(meant.name),))
        done = self._take(call, meant.answer(call.turn(argument)))
        if call.form in self._forms and not done.events:
            return replace(done, events=(FollowupAction(call.form),))
        return done

    def _meant(self, command: Command, call: Call) -> tuple[Dialog, str]:
        """The dialog a command stands for, with the argument of the choice that was taken."""
        value = call.message.picked
        if value is None and command.name == FALLBACK:  # a typed "2" is no wording of an intent
            value = picked(call.message.text, call.conversation.offered)
        name, _colon, argument = (value or "").partition(":")
        if name == command.name:
            return command, argument
        if call.message.picked is None and name in self._dialogs:
            return self._dialogs[name], argument
        return command, ""

    def _cancel(self, call: Call) -> Done:
        call = call.heard()
        if call.form not in self._forms:
            text = _("There is nothing to cancel. What would you like to know?")
            return Done(call.conversation, (Reply(call.turn().say(text)),))
        text = _("All right, cancelled. Everything stays as it was.")
        return Done(call.conversation, (Reply(call.turn().say(text)),), self._left(call))

    def _back(self, call: Call) -> Done:
        form = self._forms.get(call.form or "")
        if form is None:
            return self._command(self._commands["action_greeting"], call)
        answers = _answers(form, call)
        before = [slot for slot in form.slots if slot.name in answers]
        if not before:
            return self._cancel(call)
        unsaid = SlotSet(names.name_of(before[-1]))
        return Done(call.conversation, events=(unsaid, FollowupAction(call.form)))

    def _go_to(self, name: str) -> Event:
        """Have Rasa run what a dialog or control word is there."""
        known = name in CONTROLS
        action = names.control(name) if known else names.action_of(self._dialogs[name])
        event: Event = FollowupAction(action)
        return event

    def _left(self, call: Call) -> tuple[Event, ...]:
        """The form in progress is over, and empty."""
        form = self._forms.get(call.form or "")
        emptied = _emptied(form.slots) if form else ()
        return (*emptied, ActiveLoop(None), SlotSet(REQUESTED_SLOT))

    def _take(self, call: Call, outcome: Outcome) -> Done:
        """Lay what a dialog changed over the talk, and tell Rasa what it must know of it."""
        if isinstance(outcome, Reply):
            return Done(call.conversation, (outcome,))
        if outcome.forget:
            return Done(None, outcome.replies, (Restarted(),))
        talk = call.conversation.remember(outcome.memory)
        if outcome.language:
            talk = replace(talk, language=outcome.language, chosen=True)
        events = self._left(call) if outcome.leave else ()
        if outcome.open:
            events += (self._go_to(outcome.open),)
        return Done(talk, outcome.replies, events)

    # -- forms ---------------------------------------------------------------------------------

    def _ask(self, slot: Slot, form: Form, call: Call) -> Done:
        turn = call.turn()
        ask = slot.ask if isinstance(slot.ask, str) else slot.ask(turn, _answers(form, call))
        return Done(call.conversation, (Reply(turn.say(ask), _choices(slot, turn)),))

    def _validate(self, form: Form, call: Call) -> Done:
        """Read what was said to the form, and name the slot that comes next."""
        call = call.heard()
        if call.form != names.form_of(form):  # it begins, and begins empty
            return Done(call.conversation, events=(*_emptied(form.slots), _next(form, {})))
        candidates = call.tracker.slots_to_validate()
        asked = [slot for slot in form.slots if names.name_of(slot) in candidates]
        answers = _answers(form, call, besides=asked)
        events, replies = list[Event](), self._resuming(form, call)
        for slot in asked:
            said = _said(call, candidates[names.name_of(slot)])
            if wish := self._wish(form, slot, said):
                instead = (*_emptied(asked), Rejected(call.form), self._go_to(wish))
                return Done(call.conversation, events=instead)
            try:
                answers[slot.name] = _read(slot, said)
            except Invalid as invalid:
                replies += (Reply(call.turn().say(invalid.why, **invalid.values)),)
            events.append(SlotSet(names.name_of(slot), answers.get(slot.name)))
        return Done(call.conversation, replies, (*events, _next(form, answers)))

    def _resuming(self, form: Form, call: Call) -> tuple[Reply, ...]:
        """A word on coming back, when a command was answered inside the form."""
        ran = [e.get("name") for e in call.tracker.events if e.get("event") == "action"]
        # Rasa writes the form itself down last, before it calls us.
        if not form.title or len(ran) < 2 or ran[-2] not in self._commands:
            return ()
        turn = call.turn()
        return (Reply(turn.say(_("Back to {form}."), form=turn.say(form.title))),)

    def _wish(self, form: Form, slot: Slot, call: Call) -> str | None:
        """The dialog or control word that was meant instead of an answer."""
        text, value = call.message.text, _picked(slot, call)
        if value in CONTROLS:
            return value
        if value in {choice.value for choice in _choices(slot, call.turn())}:
            return None
        if value is not None and (name := value.partition(":")[0]) in self._dialogs:
            return name
        wish = self._phrases.whole(text) or (None if slot.free else self._phrases.within(text))
        if wish and wish.dialog != form.name:
            return wish.dialog
        return FALLBACK if not slot.free and is_question(text) and self._claims(call) else None

    def _claims(self, call: Call) -> bool:
        fallback = self._dialogs[FALLBACK]
        claims = fallback.claims if isinstance(fallback, Command) else None
        return bool(claims and claims(call.turn()))

    def _submit(self, form: Form, call: Call) -> Done:
        """Raises ActionExecutionRejection when an answer is missing."""
        answers = _answers(form, call)
        if _due(form, answers):
            raise ActionExecutionRejection(names.submitting(form))
        done = self._take(call, form.submit(call.turn(), answers))
        return replace(done, events=(*_emptied(form.slots), *done.events))


def _emptied(slots: Iterable[Slot]) -> tuple[Event, ...]:
    return tuple(SlotSet(names.name_of(slot)) for slot in slots)


def _answers(form: Form, call: Call, besides: Sequence[Slot] = ()) -> dict[str, Json]:
    """The answers so far; to Rasa, a slot without a value was not answered."""
    values = call.tracker.slots
    held = {s.name: values.get(names.name_of(s)) for s in form.slots if s not in besides}
    return {name: value for name, value in held.items() if value is not None}


def _due(form: Form, answers: Answers) -> Slot | None:
    """The slot to ask next."""
    return next((s for s in form.slots if s.name not in answers and s.when(answers)), None)


def _next(form: Form, answers: Answers) -> Event:
    slot = _due(form, answers)
    event: Event = SlotSet(REQUESTED_SLOT, names.name_of(slot) if slot else None)
    return event


def _choices(slot: Slot, turn: Turn) -> tuple[Choice, ...]:
    choices = slot.choices(turn) if callable(slot.choices) else slot.choices
    return tuple(Choice(c.value, turn.say(c.label)) for c in choices)


def _said(call: Call, candidate: Any) -> Call:
    """The call with the text Rasa took for the slot, where that is not the message itself."""
    if call.message.picked is not None or not isinstance(candidate, str):
        return call
    return replace(call, message=replace(call.message, text=clean(candidate)[:MESSAGE_LIMIT]))


def _picked(slot: Slot, call: Call) -> str | None:
    said = call.message
    return said.picked or picked(said.text, _choices(slot, call.turn()))


def _read(slot: Slot, call: Call) -> Json:
    """The answer. Raises Invalid when it is none."""
    value, choices = _picked(slot, call), _choices(slot, call.turn())
    if value in {choice.value for choice in choices}:
        return value
    if choices and not slot.free:
        raise Invalid(_("Please pick one of these, or write its number."))
    return slot.read(call.message.text)
