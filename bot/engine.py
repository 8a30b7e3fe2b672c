"""take_turn(): the built-in brain. Given a talk and an event it says what happens next.

It sends nothing and commits nothing; what a dialog changes through a service is part of the
turn's transaction and vanishes with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.conversation import Conversation, OpenForm
from bot.dialog import (
    Answered,
    Answers,
    Command,
    Dialog,
    Form,
    Invalid,
    Json,
    Outcome,
    Services,
    Slot,
    Talk,
    Transaction,
    Turn,
)
from bot.i18n import _, negotiate
from bot.message import Choice, Event, Joined, Left, Message, Reply
from bot.understanding import Phrases, detect, is_question, picked

# Understood inside any form, in any language; a dialog may not use these wordings.
CONTROLS = {
    "cancel": (_("wordings: cancel"),),
    "back": (_("wordings: back"),),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a turn leaves behind. `conversation` is None when the person was forgotten."""

    conversation: Conversation | None
    replies: tuple[Reply, ...]


class Engine:
    """All dialogs, and the rules by which a turn finds one. Holds nothing of any talk."""

    def __init__(self, dialogs: Mapping[str, Dialog], services: Services, fallback: str) -> None:
        """`fallback` names the Command that takes what nothing claims.

        Raises ValueError when two dialogs share a trigger.
        """
        self.dialogs = dialogs
        self.services = services
        self.fallback = dialogs[fallback]
        self.phrases = Phrases({**CONTROLS, **{n: d.triggers for n, d in dialogs.items()}})

    def take_turn(
        self, conversation: Conversation, event: Event, transaction: Transaction
    ) -> Result:
        """One event, handled. Raises whatever a dialog raises; then nothing may be saved."""
        if isinstance(event, Left):
            return Result(replace(conversation, forms=(), offered=()), ())
        conversation = in_language_of(conversation, event)
        step = _Step(self, conversation, event, transaction)
        replies = step.joined() if isinstance(event, Joined) else step.heard(event)
        return step.result(replies)

    def wish(self, text: str) -> str | None:
        """The name of the dialog this text asks for outside any form; None when none does."""
        wish = self.phrases.whole(text.removeprefix("/")) or self.phrases.within(text)
        return wish.dialog if wish else None


def in_language_of(conversation: Conversation, event: Event) -> Conversation:
    """The talk in the language it goes on in: what was chosen, is written, or the device says."""
    if conversation.forms:  # an answer may be a name or a quotation; a wish for a language is heard
        return conversation
    guess = detect(event.text) if isinstance(event, Message) and not event.picked else None
    if guess and guess.sure and guess.language:
        language = guess.language
    elif conversation.heard == 0 and not conversation.chosen:
        device = None if isinstance(event, Left) else negotiate(event.locale)
        language = device or (guess and guess.language) or conversation.language
    else:
        return conversation
    return replace(conversation, language=language)


class _Step:
    """One turn being taken; keeps the talk as it moves."""

    def __init__(
        self, engine: Engine, conversation: Conversation, event: Event, transaction: Transaction
    ) -> None:
        self._engine = engine
        self._talk = conversation
        self._event = event
        self._transaction = transaction
        self._forgotten = False

    def result(self, replies: tuple[Reply, ...]) -> Result:
        """The end of the turn: what was offered last is remembered, for a typed "2"."""
        if self._forgotten:
            return Result(None, replies)
        offered = next((r.choices for r in reversed(replies) if r.choices), ())
        return Result(replace(self._talk, offered=offered, heard=self._talk.heard + 1), replies)

    def joined(self) -> tuple[Reply, ...]:
        """Somebody came: whatever was in progress is over, and we say hello."""
        self._talk = replace(self._talk, forms=())
        return self._run(self._engine.dialogs["greeting"])

    def heard(self, message: Message) -> tuple[Reply, ...]:
        """Somebody said something: a tap, an order, an answer, or a question."""
        value = message.picked or self._typed_choice(message.text)
        form, slot = self._asked()
        if slot and value in {c.value for c in self._choices(slot)} - CONTROLS.keys():
            return self._fill(form, slot, value)
        if value is not None and (found := self._named(value)):
            return found
        return self._order(message.text) or self._answer(form, slot, message.text)

    def _typed_choice(self, text: str) -> str | None:
        """The offered choice a text means; a way out is heard before an abbreviated label."""
        wish = self._engine.phrases.whole(text)
        return None if wish and wish.dialog in CONTROLS else picked(text, self._talk.offered)

    def _order(self, text: str) -> tuple[Reply, ...] | None:
        """A wish that is heard anywhere, also inside a form."""
        form, slot = self._asked()
        whole = self._engine.phrases.whole(text.removeprefix("/"))
        wish = whole or (None if slot and slot.free else self._engine.phrases.within(text))
        if wish is None:
            return None
        if wish.dialog == "cancel":
            return self._cancel()
        if wish.dialog == "back":
            return self._back()
        if form and form.name == wish.dialog:
            return None  # already in it: the text is an answer
        return self._run(self._engine.dialogs[wish.dialog], trigger=wish.wording)

    def _answer(self, form: Form | None, slot: Slot | None, text: str) -> tuple[Reply, ...]:
        fallback = self._engine.fallback
        if form is None or slot is None:
            return self._run(fallback)
        if not slot.free and is_question(text) and self._claims(fallback):
            return self._run(fallback)
        try:
            value = slot.read(text) if slot.free or not self._choices(slot) else _not_offered()
        except Invalid as invalid:
            return self._ask(form, slot, self._turn().say(invalid.why, **invalid.values))
        return self._fill(form, slot, value)

    def _claims(self, dialog: Dialog) -> bool:
        return isinstance(dialog, Command) and bool(dialog.claims and dialog.claims(self._turn()))

    def _named(self, value: str) -> tuple[Reply, ...] | None:
        """A picked value that names a dialog: `human`, `answer:kalkbreite-zurich`."""
        name, _separator, argument = value.partition(":")
        if name in ("cancel", "back"):
            return self._cancel() if name == "cancel" else self._back()
        dialog = self._engine.dialogs.get(name)
        return self._run(dialog, argument=argument) if dialog else None

    # -- dialogs -----------------------------------------------------------------------------

    def _run(self, dialog: Dialog, argument: str = "", trigger: str = "") -> tuple[Reply, ...]:
        """Answer a command and come back to the form it interrupted, or begin a form."""
        if isinstance(dialog, Form):
            return self._begin(dialog)
        outcome = dialog.answer(self._turn(argument, trigger))
        return self._take(outcome) + self._resume(outcome)

    def _take(self, outcome: Outcome) -> tuple[Reply, ...]:
        """Lay what a dialog changed over the talk; its replies come back."""
        if isinstance(outcome, Reply):
            return (outcome,)
        self._forgotten = self._forgotten or outcome.forget
        self._talk = self._talk.remember(outcome.memory)
        if outcome.language:
            self._talk = replace(self._talk, language=outcome.language, chosen=True)
        if outcome.leave:
            self._talk = replace(self._talk, forms=())
        if outcome.open:
            return outcome.replies + self._run(self._engine.dialogs[outcome.open])
        return outcome.replies

    def _resume(self, outcome: Outcome) -> tuple[Reply, ...]:
        form, slot = self._asked()
        if form is None or slot is None or (isinstance(outcome, Answered) and outcome.open):
            return ()
        lead = self._turn().say(_("Back to {form}."), form=self._turn().say(form.title))
        return self._ask(form, slot, lead if form.title else "")

    # -- forms -------------------------------------------------------------------------------

    def _asked(self) -> tuple[Form, Slot] | tuple[None, None]:
        """The form in progress and the slot it waits for."""
        while self._talk.forms:
            top = self._talk.forms[-1]
            form = self._engine.dialogs.get(top.dialog)
            slots = {s.name: s for s in form.slots} if isinstance(form, Form) else {}
            if isinstance(form, Form) and top.slot in slots:
                return form, slots[top.slot]
            # A newer version of the program no longer has this form or slot: let it go.
            self._talk = replace(self._talk, forms=self._talk.forms[:-1])
        return None, None

    def _begin(self, form: Form) -> tuple[Reply, ...]:
        others = tuple(f for f in self._talk.forms if f.dialog != form.name)
        self._talk = replace(self._talk, forms=(*others, OpenForm(form.name, "", {})))
        return self._next(form)

    def _fill(self, form: Form | None, slot: Slot, value: Json) -> tuple[Reply, ...]:
        if form is None:
            return ()
        answers = {**self._talk.forms[-1].answers, slot.name: value}
        self._put(OpenForm(form.name, slot.name, answers))
        return self._next(form)

    def _next(self, form: Form) -> tuple[Reply, ...]:
        """Ask what is still missing, or submit."""
        answers = self._talk.forms[-1].answers
        for slot in form.slots:
            if slot.name not in answers and slot.when(answers):
                self._put(OpenForm(form.name, slot.name, answers))
                return self._ask(form, slot)
        self._talk = replace(self._talk, forms=self._talk.forms[:-1])
        outcome = form.submit(self._turn(), answers)
        return self._take(outcome) + self._resume(outcome)

    def _ask(self, form: Form, slot: Slot, lead: str = "") -> tuple[Reply, ...]:
        turn = self._turn()
        question = slot.ask if isinstance(slot.ask, str) else slot.ask(turn, self._answers())
        text = "\n\n".join(filter(None, (lead, turn.say(question))))
        choices = self._choices(slot)
        named = tuple(Choice(c.value, turn.say(c.label)) for c in choices)
        return (Reply(text, choices=named),)

    def _cancel(self) -> tuple[Reply, ...]:
        form, _slot = self._asked()
        turn = self._turn()
        if form is None:
            return (Reply(turn.say(_("There is nothing to cancel. What would you like to know?"))),)
        self._talk = replace(self._talk, forms=self._talk.forms[:-1])
        replies = (Reply(turn.say(_("All right, cancelled. Everything stays as it was."))),)
        return replies + self._resume(replies[0])

    def _back(self) -> tuple[Reply, ...]:
        form, slot = self._asked()
        if form is None or slot is None:
            return self._run(self._engine.dialogs["greeting"])
        answers = dict(self._answers())
        before = [s for s in form.slots if s.name in answers]
        if not before:
            return self._cancel()
        answers.pop(before[-1].name)
        self._put(OpenForm(form.name, before[-1].name, answers))
        return self._ask(form, before[-1])

    def _put(self, form: OpenForm) -> None:
        self._talk = replace(self._talk, forms=(*self._talk.forms[:-1], form))

    def _answers(self) -> Answers:
        return self._talk.forms[-1].answers if self._talk.forms else {}

    def _choices(self, slot: Slot) -> tuple[Choice, ...]:
        return slot.choices(self._turn()) if callable(slot.choices) else slot.choices

    def _turn(self, argument: str = "", trigger: str = "") -> Turn:
        talk = Talk(
            self._talk.person_id,
            self._talk.address,
            self._talk.language,
            self._talk.memory,
            first=self._talk.heard == 0,
        )
        return Turn(self._event, talk, self._transaction, self._engine.services, argument, trigger)


def _not_offered() -> Json:
    raise Invalid(_("Please pick one of these, or write its number."))
