"""What each action does: the dialogs' own asking, reading, submitting and answering.

Where Rasa's forms and our engine differ, the engine is right: a wish or a question said to a form
is heard as such, the form waits, and is taken up again (docs/rasa.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from rasa_sdk.events import ActionExecutionRejected as Rejected
from rasa_sdk.events import ActiveLoop, FollowupAction, Restarted, SlotSet
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.interfaces import ActionExecutionRejection

from bot import slots
from bot.dialog import Answers, Command, Dialog, Form, Invalid, Json, Outcome, Slot, urgent_in
from bot.engine import CONTROLS
from bot.i18n import _
from bot.known import is_remark, meant_in, nowhere_to_go
from bot.message import Reply
from bot.slots import due
from bot.text import MESSAGE_LIMIT, clean
from bot.understanding import Phrases, picked
from dialogs import FALLBACK
from dialogs.rasa import names
from dialogs.rasa.call import Call, Done, Event, Take
from dialogs.rasa.progress import Progress

_BEGIN = "begin"  # what a form that is about to begin is told, in the talk's memory


class Actions:
    """All actions, by name."""

    def __init__(self, dialogs: Mapping[str, Dialog]) -> None:
        self._dialogs = dialogs
        remarks = (name for name, dialog in dialogs.items() if is_remark(dialog))
        triggers = {**CONTROLS, **{n: d.triggers for n, d in dialogs.items()}}
        self._phrases = Phrases(triggers, remarks)
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
            found |= {
                names.asking(form, s): partial(self._ask, form, s) for s in names.required(form)
            }
            found[names.validating(form)] = partial(self._validate, form)
            found[names.submitting(form)] = partial(self._submit, form)
        return found

    # -- commands and control words ------------------------------------------------------------

    def _command(self, command: Command, call: Call) -> Done:
        call = call.heard()
        meant, argument = self._meant(command, call)
        if isinstance(meant, Form):
            talk = call.conversation.remember({_BEGIN: argument or None})
            return Done(talk, events=(self._go_to(meant.name),))
        done = self._take(call, meant.answer(call.turn(argument)))
        if call.form in self._forms and not done.events:
            return replace(done, events=(FollowupAction(call.form),))
        return done

    def _meant(self, command: Command, call: Call) -> tuple[Dialog, str]:
        """The dialog a command stands for, with the argument of the choice that was taken."""
        value = call.message.picked
        if value is None and command.name == FALLBACK:  # a typed "2" is no wording of an intent
            value = picked(call.message.text, call.conversation.offered)
            value = value or meant_in(self._commands.values(), call.turn())
        name, _colon, argument = (value or "").partition(":")
        if name == command.name:
            return command, argument
        if command.name == FALLBACK and not value and (claiming := self._claiming(call)):
            return claiming, ""
        if call.message.picked is None and name in self._dialogs:
            return self._dialogs[name], argument
        return command, ""

    def _cancel(self, call: Call) -> Done:
        call = call.heard()
        form = self._forms.get(call.form or "")
        if form is None:
            return self._command(self._commands["action_nothing_to_cancel"], call)
        outcome = slots.given_up(form, call.turn(), Progress(form, call).answers())
        done = self._take(call, outcome)
        return replace(done, events=(*done.events, *self._left(call)))

    def _back(self, call: Call) -> Done:
        form = self._forms.get(call.form or "")
        if form is None:
            return Done(call.conversation, (nowhere_to_go(call.turn(), call.conversation.offered),))
        progress = Progress(form, call)
        answers = progress.answers()
        slot = due(progress.slots(answers), answers)
        last = slots.before(progress.slots(answers), answers, slot)
        if last is None:
            return self._cancel(call)
        answers.pop(last.name)
        return Done(call.conversation, (), (*progress.kept(answers), FollowupAction(call.form)))

    def _go_to(self, name: str) -> Event:
        """Have Rasa run what a dialog or control word is there."""
        known = name in CONTROLS
        action = names.control(name) if known else names.action_of(self._dialogs[name])
        event: Event = FollowupAction(action)
        return event

    def _left(self, call: Call) -> tuple[Event, ...]:
        """The form in progress is over, and empty."""
        form = self._forms.get(call.form or "")
        emptied = Progress(form, call).emptied() if form else ()
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
            name, _colon, argument = outcome.open.partition(":")
            events += (self._go_to(name),)
            talk = talk.remember({_BEGIN: argument or None})
        return Done(talk, outcome.replies, events)

    # -- forms ---------------------------------------------------------------------------------

    def _ask(self, form: Form, named: str, call: Call) -> Done:
        progress, turn = Progress(form, call), call.turn()
        answers = progress.answers()
        if callable(form.slots):
            slot = due(progress.slots(answers), answers)
        else:
            slot = next(s for s in form.slots if names.name_of(s) == named)
        asked = (slots.question(form, slot, turn, answers),) if slot else ()
        return Done(call.conversation, asked)

    def _validate(self, form: Form, call: Call) -> Done:
        """Read what was said to the form, and name the slot that comes next."""
        call = call.heard()
        progress = Progress(form, call)
        if call.form != names.form_of(form):
            return self._begun(form, call, progress)
        asked = progress.asked()
        answers = progress.answers(besides=[slot for slot, _said in asked])
        replies = self._resuming(form, call)
        for slot, candidate in asked:
            said = _said(call, candidate)
            known = progress.slots(answers)
            if again := slots.corrected(known, answers, slot, said.message.text):
                answers.pop(again.name)
                continue
            told = self._aside(form, slot, said, answers)
            if not told and (wish := self._wish(form, slot, said, answers)):
                doubted = _doubted(form, slot, said, answers)
                instead = (*_unsaid(form, asked, doubted), Rejected(call.form), self._go_to(wish))
                return Done(call.conversation, events=instead)
            if told := told or _doubt(form, slot, said, answers):
                answers = _doubted(form, slot, said, answers)
                replies += (told, *self._back_to(form, call))
                continue
            try:
                answer = slots.read(slot, call.turn(), said.message.text, _picked(slot, said))
                answers = slots.filled(slot, answer, answers)
            except Invalid as invalid:
                told = slots.unread(form, slot, said.turn(), answers)
                why = Reply(call.turn().say(invalid.why, **invalid.values))
                replies += (told, *self._back_to(form, call)) if told else (why,)
        return Done(call.conversation, replies, _kept(form, asked, progress, answers))

    def _begun(self, form: Form, call: Call, progress: Progress) -> Done:
        """A form begins with nothing but what its beginning says."""
        name, _colon, argument = (call.message.picked or "").partition(":")
        kept = str(call.conversation.memory.get(_BEGIN) or "")
        answers = form.begin(call.turn(argument if name == form.name else kept))
        talk = call.conversation.remember({_BEGIN: None})
        return Done(talk, events=(*progress.emptied(), *progress.kept(answers)))

    def _resuming(self, form: Form, call: Call) -> tuple[Reply, ...]:
        """A word on coming back, when a command was answered inside the form."""
        ran = [e.get("name") for e in call.tracker.events if e.get("event") == "action"]
        # Rasa writes the form itself down last, before it calls us.
        if not form.title or len(ran) < 2 or ran[-2] not in self._commands:
            return ()
        return self._back_to(form, call)

    def _back_to(self, form: Form, call: Call) -> tuple[Reply, ...]:
        turn = call.turn()
        return (Reply(turn.say(_("Back to {form}."), form=turn.say(form.title))),)

    def _aside(self, form: Form, slot: Slot, call: Call, answers: Answers) -> Reply | None:
        """What the form says itself to a question about its subject."""
        turn = call.turn()
        is_answer = _picked(slot, call) or slots.is_figure(slot, turn, call.message.text)
        return None if is_answer else form.asides(turn, slot, answers)

    def _wish(self, form: Form, slot: Slot, call: Call, answers: Answers) -> str | None:
        """The dialog or control word that was meant instead of an answer."""
        text, value = call.message.text, _picked(slot, call)
        if value in CONTROLS:
            return value
        if value in {choice.value for choice in slots.choices_of(slot, call.turn())}:
            return None
        if value is not None and (name := value.partition(":")[0]) in self._dialogs:
            return name
        if urgent := urgent_in(self._dialogs.values(), text):
            return urgent.name
        if value is None and slots.is_figure(slot, call.turn(), text):
            return None
        wish = self._phrases.whole(text) or (None if slot.free else self._phrases.within(text))
        if wish and wish.dialog != form.name and not is_remark(self._dialogs.get(wish.dialog)):
            return wish.dialog
        return FALLBACK if slots.asks(slot, text, answers) and self._claims(call) else None

    def _claiming(self, call: Call) -> Command | None:
        """Another command than the fallback that answers a text which no wording names."""
        others = (c for c in self._commands.values() if c.claims and c.name != FALLBACK)
        turn = call.turn()
        return next((c for c in others if c.claims and c.claims(turn)), None)

    def _claims(self, call: Call) -> bool:
        fallback = self._dialogs[FALLBACK]
        claims = fallback.claims if isinstance(fallback, Command) else None
        return bool(claims and claims(call.turn()))

    def _submit(self, form: Form, call: Call) -> Done:
        """Raises ActionExecutionRejection when an answer is missing."""
        progress = Progress(form, call)
        answers = progress.answers()
        if due(progress.slots(answers), answers):
            raise ActionExecutionRejection(names.submitting(form))
        done = self._take(call, form.submit(call.turn(), answers))
        return replace(done, events=(*progress.emptied(), *done.events))


def _doubt(form: Form, slot: Slot, call: Call, answers: Answers) -> Reply | None:
    """What a question is told that was said where a few words are asked for."""
    asks = slot.short and slots.asks(slot, call.message.text, answers)
    return form.unanswered(call.turn(), slot, answers) if asks else None


def _doubted(form: Form, slot: Slot, call: Call, answers: Answers) -> dict[str, Json]:
    """The answers, with what was no answer the first time it was said."""
    text = call.message.text
    asks = callable(form.slots) and slots.asks(slot, text, answers)
    return dict(slots.doubted(slot, text, answers) if asks else answers)


def _unsaid(form: Form, asked: Sequence[tuple[Slot, Any]], answers: Answers) -> tuple[Event, ...]:
    """What Rasa took for an answer was none."""
    if callable(form.slots):
        return SlotSet(names.step(form)), SlotSet(names.answers(form), dict(answers))
    return tuple(SlotSet(names.name_of(slot)) for slot, _said in asked)


def _kept(
    form: Form, asked: Sequence[tuple[Slot, Any]], progress: Progress, answers: Answers
) -> tuple[Event, ...]:
    """The answers now; Rasa holds the bare text of what was said until it is told better."""
    told = (
        ()
        if callable(form.slots)
        else tuple(SlotSet(names.name_of(slot), answers.get(slot.name)) for slot, _said in asked)
    )
    return (*told, *progress.kept(answers))


def _said(call: Call, candidate: Any) -> Call:
    """The call with the text Rasa took for the slot, where that is not the message itself."""
    if call.message.picked is not None or not isinstance(candidate, str):
        return call
    return replace(call, message=replace(call.message, text=clean(candidate)[:MESSAGE_LIMIT]))


def _picked(slot: Slot, call: Call) -> str | None:
    said = call.message
    if said.picked or slot.figures:
        return said.picked
    return picked(said.text, slots.choices_of(slot, call.turn()))
