"""One turn being taken: what was heard finds its dialog, and forms go on from where they stand."""

from dataclasses import replace

from bot import slots
from bot.alone import alone
from bot.conversation import Conversation, OpenForm
from bot.dialog import (
    Answered,
    Answers,
    Dialog,
    Form,
    Invalid,
    Outcome,
    Slot,
    Talk,
    Transaction,
    Turn,
)
from bot.i18n import _
from bot.known import CONTROLS, Known, is_nod, is_remark, nowhere_to_go
from bot.message import Event, Message, Reply
from bot.slots import Mark
from bot.took import Took
from bot.understanding import picked
from bot.understanding.choices import number, spoken


class Step:
    """One turn; keeps the talk as it moves."""

    def __init__(
        self, known: Known, conversation: Conversation, event: Event, transaction: Transaction
    ) -> None:
        self._known = known
        self._talk = conversation
        self._event = event
        self._transaction = transaction
        self._forgotten = False
        self.took = Took()

    def end(self, replies: tuple[Reply, ...]) -> Conversation | None:
        """The talk with what was offered last, for a typed "2"; None: the person is forgotten."""
        if self._forgotten:
            return None
        *above, last = ((), *(reply.choices for reply in replies if reply.choices))
        return self._talk.offering(above, slots.unmarked(last))

    def is_private(self) -> bool:
        """Whether a text now is between the person and us, even if the team talks with them."""
        form, slot = self._asked()
        if form:
            return form.secret or slots.is_private(form, slot)
        return slots.again(self._known.forms, self._turn()) is not None

    def joined(self) -> tuple[Reply, ...]:
        """Somebody came: whatever was in progress is over, and we say hello."""
        self._talk = replace(self._talk, forms=())
        return self._run(self._known.dialogs["greeting"])

    def heard(self, message: Message) -> tuple[Reply, ...]:
        """Somebody said something: a tap, an order, an answer, or a question."""
        form, slot = self._asked()
        again = None if form or message.picked else slots.again(self._known.forms, self._turn())
        self.took.note(form)
        self.took.private = bool(slots.is_private(form, slot) or message.says_where or again)
        if not message.picked and (urgent := self._known.heard(message.text).urgent):
            return self._run(urgent)
        if form and not slot:
            return self._asked_anew(form, message)
        value = message.picked or self._typed_choice(message.text, slot)
        value = value or spoken(message.text, self._talk.beside)
        if value is not None and (mark := slots.read_mark(value)):
            if not (form and slot and mark.answers(slot, self._talk.forms[-1].serial)):
                return self._too_late(mark)
            value = mark.value
        if form and slot and self._is_answer(slot, value, message.text):
            return self._answer(form, slot, message.text, value)
        if value is not None and (found := self._named(value)):
            return found
        if message.picked:
            return self._gone(form, slot)
        return self._take(again) if again else self._written(form, slot, message)

    def _written(self, form: Form | None, slot: Slot | None, message: Message) -> tuple[Reply, ...]:
        if recognised := self._known.heard(message.text).recognised:
            return self._run(recognised)
        if form and slot and (told := form.asides(self._turn(), slot, self._answers())):
            return self._told(told)
        return self._order(message.text) or self._said(form, slot, message.text)

    def _typed_choice(self, text: str, slot: Slot | None) -> str | None:
        """The offered choice a text means; a way out is heard before an abbreviated label."""
        if slot and slot.figures and (number(text) or any(map(str.isdecimal, text))):
            return None
        wish = self._known.whole(text, in_form=slot is not None)
        if wish and wish.dialog in CONTROLS:
            return None
        if slot and number(text) is not None and not slots.choices_of(slot, self._turn()):
            return None  # a place in a list further up; what is asked now has none
        begun = wish is None and not (slot and slot.free)
        return picked(text, slots.offered(self._turn(), slot, self._talk.offered), begun)

    def _gone(self, form: Form | None, slot: Slot | None) -> tuple[Reply, ...]:
        """A tap on what nobody offers any more; what is asked now is asked again."""
        lead = self._turn().say(_("That choice is gone."))
        return self._ask(form, slot, lead) if form and slot else (Reply(lead, self._talk.offered),)

    def _is_answer(self, slot: Slot, value: str | None, text: str) -> bool:
        if value is None:
            return slots.is_figure(slot, self._turn(), text)
        values = {c.value for c in slots.choices_of(slot, self._turn())}
        return value in values - slots.KEPT_PLAIN or bool(slots.picks_of(slot, self._turn(), value))

    def _too_late(self, mark: Mark) -> tuple[Reply, ...]:
        """A tap on the keyboard of a question that is not asked now; it may be a vote."""
        self.took.private = True
        outcome = slots.late(self._known.forms, self._turn(), mark)
        return self._take(outcome) + self._resume(outcome)

    def _order(self, text: str) -> tuple[Reply, ...] | None:
        """A wish that is heard anywhere, also inside a form."""
        form, slot = self._asked()
        if form and (again := self._correction(form, slot, text)):
            return again
        whole = self._known.whole(text, in_form=form is not None)
        wish = whole or self._known.within(text, free=bool(slot and slot.free))
        if wish is None:
            return None
        if wish.dialog in CONTROLS:
            return self._cancel() if wish.dialog == "cancel" else self._back()
        dialog = self._known.dialogs[wish.dialog]
        if form and (form.name == wish.dialog or is_remark(dialog)):
            return None  # already in it, or no answer of ours to remark on: the text is an answer
        if form and slot and is_nod(dialog):
            how = slots.how_to_answer(slot, self._turn())
            # "Jo" is a name, and "ok" may be all there is to say.
            return None if slot.free and not how else self._ask(form, slot, how)
        return self._run(dialog, trigger=wish.wording)

    def _said(self, form: Form | None, slot: Slot | None, text: str) -> tuple[Reply, ...]:
        """What is no order: an answer to the form, a choice offered elsewhere, or a question."""
        turn, answers = self._turn(), self._answers()
        if form and slot:
            if not slots.asks(slot, text, answers):
                return self._answer(form, slot, text, None)
            self._put(slot.name, slots.doubted(slot, text, answers))
        if meant := self._named(self._known.meant(turn) or ""):
            return meant
        if form is None or slot is None:
            return self._run(self._known.claiming(turn) or self._known.fallback)
        if claimed := self._known.claiming(turn) or self._known.answering(turn):
            return self._run(claimed)
        told = form.unanswered(turn, slot, answers) if slot.short else None
        return self._told(told) or self._answer(form, slot, text, None)

    def _told(self, aside: Reply | None) -> tuple[Reply, ...]:
        """A question was answered inside a form: it goes on."""
        return (aside, *self._resume(aside)) if aside else ()

    def _named(self, value: str) -> tuple[Reply, ...] | None:
        """A picked value that names a dialog: `human`, `answer:kalkbreite-zurich`."""
        name, _separator, argument = value.partition(":")
        if name in CONTROLS:
            return self._cancel() if name == "cancel" else self._back()
        dialog = self._known.dialogs.get(name)
        return self._run(dialog, argument=argument) if dialog else None

    def _run(self, dialog: Dialog, argument: str = "", trigger: str = "") -> tuple[Reply, ...]:
        """Answer a command and come back to the form it interrupted, or begin a form."""
        self.took.note(dialog)
        if not slots.may_be_said(dialog, self._event):
            return (alone(self._turn(), dialog.name),)
        if isinstance(dialog, Form):
            return self._begin(dialog, argument)
        outcome = dialog.answer(self._turn(argument, trigger))
        return self._take(outcome) + self._resume(outcome)

    def _take(self, outcome: Outcome) -> tuple[Reply, ...]:
        """Lay what a dialog changed over the talk; its replies come back."""
        if isinstance(outcome, Reply):
            return (outcome,)
        self._forgotten = self._forgotten or outcome.forget
        self._talk = self._talk.after(outcome)
        if outcome.open:
            return outcome.replies + (self._named(outcome.open) or ())
        return outcome.replies

    def _resume(self, outcome: Outcome) -> tuple[Reply, ...]:
        form, slot = self._asked()
        if form is None or (isinstance(outcome, Answered) and outcome.open):
            return ()
        turn = self._turn()
        lead = turn.say(_("Back to {form}."), form=turn.say(form.title)) if form.title else ""
        return self._ask(form, slot, lead) if slot else self._next(form)  # None: known by now

    # -- forms -------------------------------------------------------------------------------

    def _asked(self) -> tuple[Form, Slot | None] | tuple[None, None]:
        """The form in progress and the slot it waits for; None when that is asked no more."""
        while self._talk.forms:
            top = self._talk.forms[-1]
            form = self._known.dialogs.get(top.dialog)
            if isinstance(form, Form):
                held = {s.name: s for s in self._slots(form)}
                if top.slot in held or callable(form.slots):
                    return form, held.get(top.slot)
            # A newer version of the program no longer has this form or slot: let it go.
            self._talk = replace(self._talk, forms=self._talk.forms[:-1])
        return None, None

    def _asked_anew(self, form: Form, message: Message) -> tuple[Reply, ...]:
        """What is asked has changed since we asked: go on with what is due now."""
        value = message.picked
        if wish := self._named(value) if value else self._order(message.text):
            return wish
        changed = Reply(self._turn().say(_("The questions have changed in the meantime.")))
        follows = slots.due(self._slots(form), self._answers())
        return (*((changed,) if follows else ()), *self._next(form))

    def _begin(self, form: Form, argument: str) -> tuple[Reply, ...]:
        others = tuple(f for f in self._talk.forms if f.dialog != form.name)
        known = form.begin(self._turn(argument))
        serial = slots.new_serial(self._transaction.now)
        self._talk = replace(self._talk, forms=(*others, OpenForm(form.name, "", known, serial)))
        return self._next(form)

    def _answer(self, form: Form, slot: Slot, text: str, value: str | None) -> tuple[Reply, ...]:
        turn = self._turn()
        if value is None and (known := form.anew(turn, slot, self._answers())) is not None:
            self._put("", known)
            return self._next(form)
        try:
            answer = slots.read(slot, turn, text, value)
        except Invalid as invalid:
            told = None if value else slots.unread(form, slot, turn, self._answers())
            why = turn.say(invalid.why, **invalid.values)
            return self._told(told) or self._ask(form, slot, why)
        self._put(slot.name, slots.filled(slot, answer, self._answers()))
        return self._next(form)

    def _next(self, form: Form) -> tuple[Reply, ...]:
        """Ask what is still missing, or submit."""
        answers = self._answers()
        slot = slots.due(self._slots(form), answers)
        if slot:
            self._put(slot.name, answers)
            return self._ask(form, slot)
        self._talk = replace(self._talk, forms=self._talk.forms[:-1])
        outcome = form.submit(self._turn(), answers)
        return self._take(outcome) + self._resume(outcome)

    def _ask(self, form: Form, slot: Slot, lead: str = "") -> tuple[Reply, ...]:
        asked = slots.question(form, slot, self._turn(), self._answers())
        asked = slots.marked(asked, self._talk.forms[-1].serial, slot)
        return (replace(asked, text="\n\n".join(filter(None, (lead, asked.text)))),)

    def _correction(self, form: Form, slot: Slot | None, text: str) -> tuple[Reply, ...] | None:
        """Somebody wants to change an answer they gave: it is asked again, the others stay."""
        answers = self._answers()
        wanted = slots.corrected(self._slots(form), answers, slot, text)
        if wanted is None:
            return None
        self._put(wanted.name, {k: v for k, v in answers.items() if k != wanted.name})
        return self._ask(form, wanted)

    def _cancel(self) -> tuple[Reply, ...]:
        form, _slot = self._asked()
        if form is None:
            return self._run(self._known.dialogs["nothing-to-cancel"])
        done = slots.given_up(form, self._turn(), self._answers())
        self._talk = replace(self._talk, forms=self._talk.forms[:-1])
        return self._take(done) + self._resume(done)

    def _back(self) -> tuple[Reply, ...]:
        form, slot = self._asked()
        if form is None:
            return (nowhere_to_go(self._turn(), self._talk.offered),)
        answers = dict(self._answers())
        last = slots.before(self._slots(form), answers, slot)
        if last is None:
            return self._cancel()
        answers.pop(last.name)
        self._put(last.name, answers)
        return self._ask(form, last)

    def _put(self, slot: str, answers: Answers) -> None:
        top = replace(self._talk.forms[-1], slot=slot, answers=answers)
        self._talk = replace(self._talk, forms=(*self._talk.forms[:-1], top))

    def _answers(self) -> Answers:
        return self._talk.forms[-1].answers if self._talk.forms else {}

    def _slots(self, form: Form) -> tuple[Slot, ...]:
        return slots.slots_of(form, self._turn(), self._answers())

    def _turn(self, argument: str = "", trigger: str = "") -> Turn:
        t = self._talk
        talk = Talk(t.person_id, t.address, t.language, t.memory, first=t.heard == 0)
        return Turn(self._event, talk, self._transaction, self._known.services, argument, trigger)
