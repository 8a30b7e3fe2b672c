"""A form of several slots: choices, a number asked only sometimes, and a free note."""

from bot.dialog import Answers, Form, Invalid, Json, Slot, Turn
from bot.message import Choice, Reply


def _count(text: str) -> Json:
    if not text.isdecimal():
        raise Invalid("{text} is no number.", text=text)
    return int(text)


def _book(_turn: Turn, answers: Answers) -> Reply:
    return Reply(f"Booked: {sorted(answers.items())}")


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
