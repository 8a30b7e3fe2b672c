"""Makes the one file of a counted poll: its ballots in random order, as recount.py reads them.

Nothing in it says when or by whom, and the numbers of one question have nothing to do with those
of another. What people wrote is not in it, only that they wrote: see PollText.
"""

import csv
import io
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import repeat

import orjson

from bot.services.polls import Poll, Question
from bot.tables import harmless

FORMAT = "1"
RARE = 5  # a place on the map that fewer chose is written as ELSEWHERE
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Paper:
    """What was counted on paper in one place, by two people alike."""

    place: str
    ballots: int
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All there is to a result.

    answers  by question: each answer as text, and how often it was given; blank ones too
    named    in polls of mode `named`, by question: answer and name of each ballot
    """

    poll: Poll
    closed_at: datetime
    ballots: int
    answers: Mapping[str, Mapping[str, int]]
    papers: Sequence[Paper] = ()
    named: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def as_file(sheet: Sheet) -> str:
    """The whole file. Random numbers are drawn anew: no two files of a poll are the same."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(_head(sheet))
    for question in sheet.poll.questions:
        written.writelines(_ballots(sheet, question))
    return written.getvalue()


def _head(sheet: Sheet) -> Iterator[list[object]]:
    poll = sheet.poll
    wording = orjson.dumps(poll.wording(), option=orjson.OPT_SORT_KEYS).decode()
    yield ["citybot-poll", FORMAT, poll.id]
    yield ["wording", sha256(wording.encode()).hexdigest(), wording]
    yield ["opened", _as_time(poll.opens_at)]
    yield ["closed", _as_time(sheet.closed_at)]
    yield ["ballots", sheet.ballots]
    for q in poll.questions:
        yield ["question", q.id, q.kind, q.least, q.most, q.method]
        for one in q.options:
            yield ["option", q.id, one.id]
    for paper in sheet.papers:
        yield ["papers", paper.place, paper.ballots]
        for question, counts in sorted(paper.counts.items()):
            for option, count in sorted(counts.items()):
                yield ["paper", paper.place, question, option, count]


def _ballots(sheet: Sheet, question: Question) -> list[str]:
    """One line a ballot, sorted by a number drawn for this question alone."""
    given = _given(sheet, question.id)
    if question.kind == "place" and question.grid:
        gone = rare(sheet.answers[question.id], {f"{o.id}=1" for o in question.options})
        given = [(f"{ELSEWHERE}=1" if answer in gone else answer, name) for answer, name in given]
    head = f"ballot,{question.id},"  # no id, number or place needs quotes, only a name may
    numbers = _numbers(len(given))
    lines = [f"{head}{n},{a}{name}\n" for n, (a, name) in zip(numbers, given, strict=True)]
    lines.sort()
    return lines


def _given(sheet: Sheet, question_id: str) -> list[tuple[str, str]]:
    """One a ballot: the answer, and what stands behind it in its line."""
    if sheet.poll.mode == "named":
        return [(answer, f",{_cell(name)}") for answer, name in sheet.named[question_id]]
    counted = sheet.answers[question_id].items()
    return [pair for answer, times in counted for pair in repeat((answer, ""), times)]


def _cell(name: str) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="").writerow(["", harmless(name)])
    return written.getvalue()[1:]


def _numbers(count: int) -> list[str]:
    """So many different random numbers of 80 bits, in no order; drawn at once, for that is fast."""
    while True:
        drawn = secrets.token_bytes(10 * count).hex()
        numbers = [drawn[at : at + 20] for at in range(0, len(drawn), 20)]
        if len(set(numbers)) == count:
            return numbers


def rare(counted: Mapping[str, int], listed: Collection[str]) -> set[str]:
    """Places on the map that fewer than RARE chose: they are one place, together.

    If that one is rare itself, the next smallest place joins it, so that it cannot be told.
    """
    counts = {answer: times for answer, times in counted.items() if _is_place(answer, listed)}
    found = {place for place, times in counts.items() if times < RARE}
    others = sorted((times, place) for place, times in counts.items() if place not in found)
    while found and others and sum(counts[place] for place in found) < RARE:
        found.add(others.pop(0)[1])
    return found


def _is_place(answer: str, listed: Collection[str]) -> bool:
    return answer not in listed and answer not in ("", "-=0", "?=0")


def _as_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
