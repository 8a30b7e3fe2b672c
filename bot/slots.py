"""Where a form stands: its slots, which one is due, how it is asked, and whose answer a tap is.

A choice that a slot offers goes out as `@SERIAL.SLOT=VALUE`: a late tap on an old keyboard tells
which question of which round it answers, and changes nothing when another one is open. Several that
are picked at once come back as one value, `@SERIAL.SLOT=+VALUE|VALUE`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import outbox
from bot.dialog import (
    Answers,
    Command,
    Dialog,
    Form,
    Invalid,
    Json,
    Outcome,
    Slot,
    Slots,
    Turn,
    as_written,
)
from bot.i18n import _
from bot.message import Choice, Event, Message, Reply
from bot.understanding import is_question
from bot.understanding.choices import may_pick
from bot.understanding.corrections import correction
from bot.understanding.telling import asks as begins
from bot.understanding.wordings import is_han, wordings, words

SKIP = "skip"  # the choice that leaves an optional slot out
SKIPPED = ""  # the answer of a slot that was left out
KEPT_PLAIN = frozenset({"cancel", "back"})  # ways out, which mean the same on any keyboard
DOUBTED = "doubted"  # the answer that holds what was not taken for one: said twice, it is
_SKIP_WORDS = _("skip|skip it|skip this|skip that|leave it out|next|no answer|pass")
_TOGETHER = "+"
_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a tapped value says: the value, and the question it was offered for.

    A page of ours that knows no round of the form writes `*`.
    """

    serial: str
    slot: str
    value: str

    def answers(self, slot: Slot, serial: str) -> bool:
        """Whether it was a choice of this slot, in this round of its form."""
        return self.serial in ("*", serial) and self.slot == slot.name


def may_be_said(dialog: Dialog, event: Event) -> bool:
    """Whether a dialog may be had where this was said: others may read along there."""
    is_shared = isinstance(event, Message) and event.shared
    return not is_shared or (isinstance(dialog, Command) and dialog.shared)


def slots_of(form: Form, turn: Turn, answers: Answers) -> Slots:
    """The slots of a form as these answers make them."""
    return form.slots(turn, answers) if callable(form.slots) else form.slots


def is_answered(slot: Slot, answers: Answers) -> bool:
    """Whether there is an answer, and it still is one."""
    return slot.name in answers and slot.fits(answers[slot.name])


def due(slots: Slots, answers: Answers) -> Slot | None:
    """The slot to ask next; None when all is said."""
    open_ = (s for s in slots if not is_answered(s, answers) and s.when(answers))
    return next(open_, None)


def filled(slot: Slot, value: Json, answers: Answers) -> dict[str, Json]:
    """The answers with this one, less those it takes back."""
    again = (*slot.reopens(value), DOUBTED)
    return {k: v for k, v in {**answers, slot.name: value}.items() if k not in again}


def before(slots: Slots, answers: Answers, asked: Slot | None) -> Slot | None:
    """The slot that was answered last before the one that is asked now."""
    names = [slot.name for slot in slots]
    at = names.index(asked.name) if asked and asked.name in names else len(slots)
    answered = [s for s in slots[:at] if s.name in answers] or [
        s for s in slots if s.name in answers
    ]
    return answered[-1] if answered else None


def corrected(slots: Slots, answers: Answers, asked: Slot | None, text: str) -> Slot | None:
    """The answered slot a text wants to change, instead of answering the one that is asked."""
    given = {s.name: s for s in slots if s.name in answers and s.called}
    if not given:
        return None
    called = {name: slot.called for name, slot in given.items()}
    wanted = correction(text, called, free=bool(asked and asked.free))
    return given[wanted] if wanted else None


def choices_of(slot: Slot, turn: Turn) -> tuple[Choice, ...]:
    """What may be picked, in the person's language; leaving out an optional slot is the last."""
    own = slot.choices(turn) if callable(slot.choices) else slot.choices
    shown = tuple(Choice(c.value, turn.say(c.label)) for c in own)
    skip = slot.optional and not slot.figures
    return (*shown, turn.choice(SKIP, _("Skip"))) if skip else shown


def question(form: Form, slot: Slot, turn: Turn, answers: Answers) -> Reply:
    """A slot asked: how far we are, the question, and what may be picked."""
    text = turn.say(slot.ask if isinstance(slot.ask, str) else slot.ask(turn, answers))
    if slot.optional and slot.figures:
        text += "\n" + turn.say(_("Write “skip” to leave it out."))
    at = step(form, slot, turn, answers)
    lead = turn.say(_("{step} of {steps}"), step=at[0], steps=at[1]) if at else ""
    text = "\n".join(filter(None, (lead, text)))
    return Reply(text, choices_of(slot, turn), slot.links(turn), several=slot.several(turn))


def step(form: Form, slot: Slot, turn: Turn, answers: Answers) -> tuple[int, int] | None:
    """(2, 5) for the second of five; None where that says nothing."""
    if not (form.progress and slot.counted):
        return None
    asked = [s.name for s in slots_of(form, turn, answers) if s.counted and s.when(answers)]
    if slot.name not in asked or len(asked) < 2:
        return None
    return asked.index(slot.name) + 1, len(asked)


def read(slot: Slot, turn: Turn, text: str, value: str | None) -> Json:
    """What the talk keeps of the answer that a text or a picked value is. Raises Invalid."""
    answer = _meant(slot, turn, text, value)
    return slot.keep(turn, answer) if slot.keep else answer


def _meant(slot: Slot, turn: Turn, text: str, value: str | None) -> Json:
    choices = choices_of(slot, turn)
    if slot.optional and (value == SKIP or words(text) in wordings(_SKIP_WORDS)):
        return SKIPPED
    if value is not None and value in {c.value for c in choices} - KEPT_PLAIN:
        return value
    if value is not None and (picks := picks_of(slot, turn, value)):
        return slot.together(picks)
    own = slot.choices(turn) if callable(slot.choices) else slot.choices
    if own and not slot.free and slot.read is as_written:
        raise Invalid(_("Please pick one of these, or write its number."))
    return slot.read(text)


def how_to_answer(slot: Slot, turn: Turn) -> str:
    """What is said to an "ok" where one of several is to be picked; "" where anything is one."""
    pick = _("Please pick one of these, or write its number.")
    return turn.say(pick) if choices_of(slot, turn) else ""


def is_figure(slot: Slot, turn: Turn, text: str) -> bool:
    """Whether a slot that asks for a figure can read the text: then it is no wish."""
    if slot.read is as_written:  # it reads anything, and tells only later what that was
        return False
    try:
        return slot.figures and _meant(slot, turn, text, None) is not None
    except Invalid:
        return False


def asks(slot: Slot, text: str, answers: Answers) -> bool:
    """Whether a text said to this slot is a question; of a free one, only in one of a few words."""
    if slot.short:
        return is_plain_question(text) and answers.get(DOUBTED) != text
    return not slot.free and is_question(text)


def doubted(slot: Slot, text: str, answers: Answers) -> Answers:
    """The answers, with a text that was not taken for one the first time it was said."""
    return {**answers, DOUBTED: text} if slot.short else answers


def unread(form: Form, slot: Slot, turn: Turn, answers: Answers) -> Reply | None:
    """What a form says to a text that is no answer and plainly asks; None where it does not."""
    return form.unanswered(turn, slot, answers) if is_plain_question(turn.text) else None


def is_plain_question(text: str) -> bool:
    """Whether a text is hardly a name: of several words, with a question mark or word."""
    said = words(text)
    least = 5 if said and is_han(said[0]) else 3  # 何 is a question word, and a family's name
    marked = is_question(text) and text.rstrip()[-1:] in ("?", "？")
    return len(said) > 1 and (
        marked or (len(said) >= least and (is_question(text) or begins(said)))
    )


def new_serial(now: datetime) -> str:
    """A name for a round of a form that no earlier round of the talk has: the time, in short."""
    number, signs = int(now.timestamp() * 1000), ""
    while number:
        number, sign = divmod(number, len(_SIGNS))
        signs = _SIGNS[sign] + signs
    return signs


def marked(reply: Reply, serial: str, slot: Slot) -> Reply:
    """The reply to a slot with its choices named as its own; ways out mean the same anywhere."""

    def named(choices: Sequence[Choice]) -> tuple[Choice, ...]:
        return tuple(
            c if c.value in KEPT_PLAIN else replace(c, value=f"@{serial}.{slot.name}={c.value}")
            for c in choices
        )

    return replace(reply, choices=named(reply.choices), several=named(reply.several))


def together(choices: Sequence[Choice]) -> str:
    """The one value that several choices are which were picked at once, of the same question."""
    heads, _equals, values = zip(*(choice.value.partition("=") for choice in choices), strict=True)
    return f"{heads[0]}={_TOGETHER}{'|'.join(values)}"


def picks_of(slot: Slot, turn: Turn, value: str) -> tuple[str, ...]:
    """The values that were picked at once; none when this is no such value, or not offered."""
    picks = tuple(value.removeprefix(_TOGETHER).split("|")) if value[:1] == _TOGETHER else ()
    return picks if picks and {c.value for c in slot.several(turn)}.issuperset(picks) else ()


def read_mark(value: str) -> Mark | None:
    """What a tapped value says; None when it is no answer to a slot."""
    if value[:1] != "@":
        return None
    head, equals, answer = value[1:].partition("=")
    serial, dot, slot = head.partition(".")
    return Mark(serial, slot, answer) if equals and dot else None


def late(forms: Iterable[Form], turn: Turn, mark: Mark) -> Outcome:
    """What the form says of a tap whose question it was; most often, nothing changes by it."""
    outcomes = (form.late(turn, mark.slot, mark.value) for form in forms if form.late)
    meant = next((outcome for outcome in outcomes if outcome is not None), None)
    return meant or Reply(turn.say(_("That question is answered already; nothing changed.")))


def offered(turn: Turn, slot: Slot | None, shown: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """What the person sees last: a message that we began may have come after our reply."""
    if slot or not may_pick(turn.text):
        return shown
    begun = outbox.begun_last(turn.transaction.connection, str(turn.talk.address))
    return begun.choices if begun and begun.choices else shown


def is_private(form: Form | None, slot: Slot | None) -> bool:
    """Whether what is said now is not kept: also where what was asked is asked no more."""
    return slot.private if slot else bool(form and form.private)


def again(forms: Iterable[Form], turn: Turn) -> Outcome | None:
    """What a text means that may be an answer to a form that is over; None for nearly every one."""
    outcomes = (form.again(turn) for form in forms if form.again)
    return next((outcome for outcome in outcomes if outcome is not None), None)


def given_up(form: Form, turn: Turn, answers: Answers) -> Outcome:
    """What is said to who cancels: most often nothing has happened by then."""
    nothing = _("All right, cancelled. Everything stays as it was.")
    return form.left(turn, answers) or Reply(turn.say(nothing))


def unmarked(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Choices as a typed "2" is compared with: what is typed is always about the last question."""
    return tuple(Choice(m.value, c.label) if (m := read_mark(c.value)) else c for c in choices)
