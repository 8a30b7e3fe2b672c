"""Dialogs for trying the bridge: a form of several slots, and a command that hands over."""

from bot.dialog import Answered, Answers, Command, Form, Invalid, Json, Outcome, Slot, Turn
from bot.message import Choice, Reply


def _count(text: str) -> Json:
    if not text.isdecimal():
        raise Invalid("{text} is no number.", text=text)
    return int(text)


def _book(_turn: Turn, answers: Answers) -> Reply:
    return Reply(f"Booked: {sorted(answers.items())}")


def _show_round(turn: Turn) -> Outcome:
    return Answered((Reply("This way, please."),), open="help")


TOUR = Command("tour", _show_round, triggers=("tour",))
VISIT = Form(
    "garden-visit", title="your visit", submit=_book, triggers=("visit a garden",),
    slots=(
        # One answer is named like a dialog of ours.
        Slot("on-foot", ask="On foot?", choices=(
            Choice("yes", "Yes"), Choice("no", "No"), Choice("help", "With help"),
        )),
        Slot("seats", ask="How many seats?", read=_count, when=lambda a: a["on-foot"] == "no"),
        Slot("note", ask=lambda _turn, a: f"A note on {len(a)} answers?", free=True),
    ),
)  # fmt: skip

GARDEN = {TOUR.name: TOUR, VISIT.name: VISIT}
