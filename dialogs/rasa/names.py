"""What a Rasa server calls our dialogs: intents, actions, forms, and the payloads of choices."""

from collections.abc import Mapping

import orjson

from bot.dialog import Dialog, Form, Slot
from dialogs import FALLBACK

ASK = "ask"  # the intent of a question, and of whatever nothing else claims
PICK = "pick"  # the intent of a tapped answer to a slot
ARGUMENT = "argument"  # the entity that says what was tapped
# Our control words, and the intents they are there; `back` is one of Rasa's own.
CONTROLS: Mapping[str, str] = {"cancel": "cancel", "back": "step_back"}
# https://rasa.com/docs/rasa/default-actions and the default intents beside them.
_TAKEN = frozenset({
    ASK, PICK, *CONTROLS.values(), "back", "default_ask_affirmation", "default_ask_rephrase",
    "deactivate_loop", "default_fallback", "extract_slots", "listen", "nlu_fallback",
    "out_of_scope", "restart", "revert_fallback_events", "send_text", "session_start",
    "two_stage_fallback", "unlikely_intent", "validate_slot_mappings",
})  # fmt: skip


def name_of(named: Dialog | Slot) -> str:
    """A dialog's or slot's name as Rasa writes names."""
    return named.name.replace("-", "_")


def form_of(form: Form) -> str:
    """The form's name, which is also the action that runs it."""
    return f"{name_of(form)}_form"


def step(form: Form) -> str:
    """The one slot of a form whose slots depend on the answers."""
    return f"{name_of(form)}_step"


def answers(form: Form) -> str:
    """The slot that holds the answers of such a form."""
    return f"{name_of(form)}_answers"


def required(form: Form) -> list[str]:
    """The slots that Rasa asks for."""
    return [step(form)] if callable(form.slots) else [name_of(slot) for slot in form.slots]


def held(form: Form) -> list[str]:
    """The slots in which a form keeps something."""
    return [*required(form), *([answers(form)] if callable(form.slots) else [])]


def asking(form: Form, slot: str) -> str:
    """The action that asks for one of its slots."""
    return f"action_ask_{form_of(form)}_{slot}"


def validating(form: Form) -> str:
    """The action that reads what was said to a form."""
    return f"validate_{form_of(form)}"


def submitting(form: Form) -> str:
    """The action that submits a form."""
    return f"action_submit_{name_of(form)}"


def intent_of(dialog: Dialog) -> str:
    """The intent that leads to a dialog."""
    return ASK if dialog.name == FALLBACK else name_of(dialog)


def action_of(dialog: Dialog) -> str:
    """The action that answers a command, or begins a form."""
    return form_of(dialog) if isinstance(dialog, Form) else f"action_{name_of(dialog)}"


def control(name: str) -> str:
    """The action of a control word."""
    return f"action_{CONTROLS[name]}"


def actions(dialogs: Mapping[str, Dialog]) -> list[str]:
    """The names of all our actions, in order. Raises ValueError when Rasa could not tell them."""
    named = [control(name) for name in CONTROLS]
    for dialog in dialogs.values():
        if name_of(dialog) in _TAKEN:
            raise ValueError(f"{dialog.name!r} is a name that Rasa keeps to itself")
        if isinstance(dialog, Form):
            named += [asking(dialog, slot) for slot in required(dialog)]
            named += [validating(dialog), submitting(dialog)]
        else:
            named.append(action_of(dialog))
    if len(set(named)) < len(named) or len(set(map(name_of, dialogs.values()))) < len(dialogs):
        raise ValueError("two dialogs have one name in Rasa, which does not know the dash")
    return sorted(named)


class Payloads:
    """Choices as Rasa's buttons carry them, `/language{"argument":"de"}`, and back."""

    def __init__(self, dialogs: Mapping[str, Dialog]) -> None:
        self._intents = {**CONTROLS, **{name: intent_of(d) for name, d in dialogs.items()}}
        self._names = {intent: name for name, intent in self._intents.items()}

    def of(self, value: str) -> str:
        """The text a tap on a choice with this value sends."""
        name, _colon, argument = value.partition(":")
        if name not in self._intents:
            name, argument = PICK, value
        carried = orjson.dumps({ARGUMENT: argument}).decode() if argument else ""
        return f"/{self._intents.get(name, PICK)}{carried}"

    def value(self, intent: str, argument: str) -> str | None:
        """The value of the choice that was tapped; None when that is no tap of ours."""
        if intent == PICK:
            return argument
        name = self._names.get(intent)
        return f"{name}:{argument}" if name and argument else name
