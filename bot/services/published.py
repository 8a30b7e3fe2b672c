"""What is published of a result, for programs: plain values, and a table with a figure a row."""

from collections.abc import Iterator
from typing import Any

from bot.services.results import Result, placed
from bot.services.suppression import CELL, LEAST
from bot.services.texts import in_language

COLUMNS = ("question", "kind", "option", "label", "figure", "count")


def as_plain(found: Result) -> dict[str, Any]:
    """A result as plain values; None where a figure is hidden."""
    poll = found.poll
    return {
        "poll": poll.id,
        "wording": poll.wording(),
        "opened": _time(poll.opens_at),
        "closed": _time(poll.closes_at),
        "standing": found.standing,
        "rules": {"least_ballots": LEAST, "least_in_a_cell": CELL},
        "ballots": found.ballots,
        "channels": dict(found.channels),
        "languages": dict(found.languages),
        "questions": list(found.questions.values()),
        "opinions": dict(found.opinions),
        "texts": {question: list(texts) for question, texts in found.texts.items()},
        "warnings": [list(pair) for pair in found.warnings],
        "late": found.late,
        "sha256": found.sha256,
        "next_steps": dict(poll.next_steps),
        "outcome": dict(poll.outcome),
    }


def figures(found: Result, language: str) -> Iterator[dict[str, Any]]:
    """One row a figure, COLUMNS; labels in that language."""
    for question in found.poll.questions:
        tally = found.questions[question.id]
        head = {"question": question.id, "kind": question.kind}
        for figure in ("answered", "passed", "unsure", "blank"):
            yield head | {"option": "", "label": "", "figure": figure, "count": tally[figure]}
        for option, figure, count in _of_options(tally):
            label = label_of(found, question.id, option, language)
            yield head | {"option": option, "label": label, "figure": figure, "count": count}


def label_of(found: Result, question_id: str, option_id: str, language: str) -> str:
    """What an option says; its id where it is a place on the map."""
    question = found.poll.question(question_id)
    option = question.option(option_id) if question else None
    return in_language(option.label, language) if option else option_id


def _of_options(tally: dict[str, Any] | Any) -> Iterator[tuple[str, str, int]]:
    for place, group in placed(tally.get("order", ())):
        yield from ((option, "place", place) for option in group)
    for option, count in tally.get("firsts", {}).items():
        yield option, "first places", count
    for option, count in tally.get("options", {}).items():
        for figure, number in (count if isinstance(count, dict) else {"count": count}).items():
            yield option, figure, number
    for option, count in tally.get("supporters", {}).items():
        yield option, "supporters", count
    for option, count in tally.get("paper", {}).items():
        yield option, "on paper", count


def _time(at: Any) -> str:
    return str(at.isoformat(timespec="seconds").replace("+00:00", "Z"))
