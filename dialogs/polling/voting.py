"""The questions of a poll as slots: each answer goes onto the ballot at once, and nowhere else.

What the talk keeps of an answer is how far we are: DONE, MORE, AGAIN and a place, or REFUSED and
why. A tap is a value that means nothing to others (tokens.py), a text is not kept (`private`), and
what we reply never says what was chosen: read that twice before changing a sentence here.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.dialog import Answers, Invalid, Json, Slot, Turn
from bot.i18n import _
from bot.message import Choice, Link
from bot.numbering import numbers_of
from bot.services.ballots import Ballots
from bot.services.marks import PASS, UNSURE, Answer, Marks, check, read, wrong_number
from bot.services.poll_texts import told_in
from bot.services.polls import Option, Poll, Question
from bot.services.texts import in_language
from bot.understanding.wordings import wordings, words
from dialogs.polling.asking import DONE, MORE, PART, REFUSED, Asking, cast, slot_name
from dialogs.polling.location import position
from dialogs.polling.paging import is_paged, more, next_page, page_of, turned, where
from dialogs.polling.statements import judge, opinions, statement
from dialogs.polling.telling import lead
from dialogs.polling.tokens import ENOUGH, NEXT, meaning

NOT_SAID, NOT_KNOWN = OTHERS = _("I would rather not say"), _("I do not know")
PICK_OR_SEND = _(
    "Pick one, or send a location. Only its neighbourhood is kept, not the place itself."
)
_UNSURE_WORDS = _(
    "i don't know|don't know|do not know|no idea|not sure|i am not sure|unsure|dunno|no opinion"
)
_PASS_WORDS = _("i'd rather not say|rather not say|prefer not to say|no answer|no comment")
_HINTS = {
    "multiple": _("You may pick up to {most}. Tap one after the other, or write numbers: 1, 3"),
    "ranking": _("Put them in your order, the best first. Tap one after the other, or write: 2, 1"),
    "budget": _("You have {most} points to give. Write how many each gets: 1 = 60, 3 = 40"),
    "text": _("Write your answer in one message. The team reads it before others may see it."),
    "place": _("Send a location. Only its neighbourhood is kept, not the place itself."),
}


def question_slot(turn: Turn, poll: Poll, question: Question, answers: Answers) -> Slot:
    """A question of a poll, as a form asks it."""
    asking = Asking(turn, poll, question, answers)
    return Slot(
        asking.name,
        ask=lambda _turn, now: _ask(replace(asking, answers=now)),
        read=lambda text: _said(asking, text),
        choices=lambda _turn: choices(asking),
        free=question.kind == "text",
        figures=question.kind == "budget" and asking.begun != PART,
        several=lambda _turn: _several(asking),
        together=lambda picks: _together(asking, picks),
        fits=lambda value: str(value).split(" ")[0] in (DONE, REFUSED),
        links=lambda _turn: _pictures(asking),
        private=True,
        keep=lambda turn, said: _with_receipt(asking, turn, keep(asking, turn, said)),
    )


# -- asking ------------------------------------------------------------------------------------


def _ask(asking: Asking) -> str:
    """The question; the poll's own lead stands above the first one."""
    turn, question = asking.turn, asking.question
    if asking.begun == PART:
        return turn.say(_("Some of your points are not given yet. Leave them, or write it anew."))
    if asking.begun.startswith(MORE) and question.kind != "statements":
        noted = turn.say(_("Noted. Pick another one, or tap “That is all”."))
        return "\n\n".join(filter(None, (noted, where(asking))))
    first = slot_name(asking.poll, asking.poll.questions[0]) == asking.name
    above = lead(turn, asking.poll) if first and not asking.begun else ""
    asked = in_language(question.ask, turn.language)
    if question.kind == "statements":
        return "\n\n".join(filter(None, (above, asked, statement(asking))))
    blocks = (above, asked, where(asking), _listed(asking), _hint(asking))
    return "\n\n".join(filter(None, blocks))


def _listed(asking: Asking) -> str:
    """The options with their numbers, where they cannot be tapped."""
    if asking.question.kind != "budget":
        return ""
    numbers, language = _numbers(asking), asking.turn.language
    return "\n".join(f"{numbers[o.id]}. {in_language(o.label, language)}" for o in page_of(asking))


def _numbers(asking: Asking) -> dict[str, int]:
    """How each option is called in a list."""
    labels = [next(iter(option.label.values())) for option in asking.options()]
    return {o.id: n for o, n in zip(asking.options(), numbers_of(labels), strict=True)}


def _hint(asking: Asking) -> str:
    question = asking.question
    hint = "" if question.kind == "place" else _HINTS.get(question.kind, "")
    if question.kind == "place" and question.grid:
        hint = PICK_OR_SEND if question.options else _HINTS["place"]
    return asking.turn.say(hint, most=question.most) if hint else ""


def choices(asking: Asking) -> tuple[Choice, ...]:
    """What may be tapped; always the whole page, so that what is left does not tell what was taken.

    A budget is written; what one may tap there is what stands below it.
    """
    question, turn = asking.question, asking.turn
    if question.kind == "statements":
        return opinions(asking)
    if asking.begun == PART:
        return (Choice(asking.value(ENOUGH), turn.say(_("Leave them"))),)
    listed = () if question.kind in ("budget", "text") else page_of(asking)
    found = [Choice(asking.value(o.id), in_language(o.label, turn.language)) for o in listed]
    found += next_page(asking)
    if question.kind in ("multiple", "ranking"):
        found.append(Choice(asking.value(ENOUGH), turn.say(_("That is all"))))
    if question.passing:
        found.append(Choice(asking.value(PASS), turn.say(NOT_SAID)))
    if question.unsure:
        found.append(Choice(asking.value(UNSURE), turn.say(NOT_KNOWN)))
    return tuple(found)


def _several(asking: Asking) -> tuple[Choice, ...]:
    """What may be marked at once; then nobody has to say that this is all."""
    if asking.question.kind != "multiple" or is_paged(asking):
        return ()
    return tuple(c for c in choices(asking) if c.value != asking.value(ENOUGH))


def _pictures(asking: Asking) -> tuple[Link, ...]:
    """A link for each option that has one, saying what it shows: we load nothing of others'."""
    return tuple(Link(_shows(asking, o), o.image) for o in page_of(asking) if o.image)


def _shows(asking: Asking, option: Option) -> str:
    turn = asking.turn
    label, alt = in_language(option.label, turn.language), told_in(option.alt, turn.language)
    return turn.say(_("Picture, {option}: {shown}"), option=label, shown=alt)


# -- reading -----------------------------------------------------------------------------------


def _said(asking: Asking, text: str) -> Json:
    """A written answer, as JSON for the moment until it is on the ballot. Raises Invalid."""
    if asking.question.kind == "statements":
        raise Invalid(_("Please pick one of these, or write its number."))
    if (aside := _aside(asking, text)) and asking.question.kind != "text":
        return aside
    written = position(asking.turn) or text
    try:
        answer = read(asking.question, written, _numbered(asking))
    except Invalid:
        if asking.question.grid:
            raise Invalid(PICK_OR_SEND if asking.question.options else _HINTS["place"]) from None
        if not is_paged(asking) or any(map(str.isdecimal, written)):
            raise
        answer = read(asking.question, written, asking.options())  # by their names, of any page
    return {"marks": dict(answer.marks), "text": answer.text}


def _aside(asking: Asking, text: str) -> str:
    """The tap that says the same as "no idea", or "no comment", where that is offered."""
    said, question = words(text), asking.question
    if question.unsure and said in wordings(_UNSURE_WORDS):
        return asking.value(UNSURE)
    return asking.value(PASS) if question.passing and said in wordings(_PASS_WORDS) else ""


def _numbered(asking: Asking) -> tuple[Option, ...]:
    """The options whose numbers may be written: those that stand there, of a budget all."""
    return asking.options() if asking.question.kind == "budget" else page_of(asking)


def _together(asking: Asking, picks: tuple[str, ...]) -> Json:
    """What was marked at once is all of it. Raises Invalid."""
    meant = [meaning(asking.poll, asking.question, asking.person, pick) for pick in picks]
    if len(meant) == 1 and meant[0] in (PASS, UNSURE):
        return picks[0]
    if {PASS, UNSURE, None}.intersection(meant):
        raise Invalid(_("Please pick one of these, or write its number."))
    called = (str(number) for option, number in _numbers(asking).items() if option in meant)
    answer = read(asking.question, ", ".join(called), _numbered(asking))
    return {"marks": dict(answer.marks), "text": answer.text, "all": True}


def keep(asking: Asking, turn: Turn, said: Json) -> Json:
    """Put an answer onto the ballot; gives how far we are. Raises Invalid."""
    question = asking.question
    if isinstance(said, dict):
        marks = said["marks"] if said.get("all") else _with_earlier(asking, said["marks"])
        answer = Answer(marks, said["text"])
        check(question, answer)  # with what was tapped before, they may be too many
        is_part = question.kind == "budget" and 0 < sum(answer.marks.values()) < question.most
        return cast(asking, turn, answer) or (PART if is_part else DONE)
    tapped = meaning(asking.poll, question, asking.person, str(said))
    if tapped is None or (tapped == ENOUGH and question.kind not in _STEPS):
        raise Invalid(_("Please pick one of these, or write its number."))
    if tapped == NEXT:
        return turned(asking)
    return _STEPS.get(question.kind, _pick)(asking, turn, tapped)


def _with_receipt(asking: Asking, turn: Turn, noted: Json) -> Json:
    """The poll may close before its last question: then the talk alone can say the receipt."""
    if noted != DONE or asking.question == asking.poll.questions[-1]:
        return noted
    receipt = turn.use(Ballots).receipt(asking.poll.id, asking.person)
    return f"{DONE} {receipt}" if receipt else DONE


def _with_earlier(asking: Asking, marks: Marks) -> Marks:
    """What was picked, perhaps on other pages, stays when more is written."""
    several = asking.question.kind in ("multiple", "ranking")
    before = asking.so_far() if several and asking.begun.startswith(MORE) else {}
    if set(before) <= set(marks):
        return marks  # written anew, with all of it
    added = [o for o in sorted(marks, key=lambda o: marks[o]) if o not in before]
    for option in added:
        before = _toggled(before, option, asking.question.kind == "ranking")
    return before


def _leave_points(asking: Asking, turn: Turn, tapped: str) -> Json:
    """Points that were not given stay ungiven: said, and meant."""
    return DONE if tapped == ENOUGH and asking.begun == PART else _pick(asking, turn, tapped)


def _pick(asking: Asking, turn: Turn, tapped: str) -> Json:
    marks = {tapped: 0 if tapped in (PASS, UNSURE) else 1}
    return cast(asking, turn, Answer(marks)) or DONE


def _pick_more(asking: Asking, turn: Turn, tapped: str) -> Json:
    """One more of several, or one less when it was picked already; a rank counts up."""
    if tapped in (PASS, UNSURE):
        return _pick(asking, turn, tapped)
    question, begun = asking.question, asking.begun.startswith(MORE)
    before = dict(asking.so_far()) if begun else {}
    if tapped == ENOUGH:
        if len(before) < question.least:
            raise wrong_number(question)
        return DONE
    after = _toggled(before, tapped, question.kind == "ranking")
    refused = cast(asking, turn, Answer(after))
    return refused or (DONE if len(after) >= question.most else more(asking))


def _toggled(before: Marks, tapped: str, ranked: bool) -> dict[str, int]:
    kept = [option for option in sorted(before, key=lambda o: before[o]) if option != tapped]
    picked = kept if tapped in before else [*kept, tapped]
    return {option: place if ranked else 1 for place, option in enumerate(picked, 1)}


_STEPS: dict[str, Callable[[Asking, Turn, str], Json]] = {
    "multiple": _pick_more,
    "ranking": _pick_more,
    "statements": judge,
    "budget": _leave_points,
}
