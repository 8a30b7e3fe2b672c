"""What a poll's result shows, and what it must not: from the counted file, never from ballots."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from bot.models import Base
from bot.services.counting import count
from bot.services.polls import Poll
from bot.services.suppression import CELL, LEAST, hidden

Standing = Literal["secret", "too_few", "interim", "final", "none"]
_RESULT, _TEXT = Base.metadata.tables["poll_result"], Base.metadata.tables["poll_text"]
# The file itself is megabytes, and read only by who asks for it.
_FIGURES = tuple(column for column in _RESULT.c if column.name != "file")


@dataclass(frozen=True, slots=True)
class Result:
    """What may be shown of a poll.

    standing   secret: not counted yet; too_few: see is_too_few(); interim, final: shown;
               none: there will be no result
    ballots    with those on paper; also shown when there are too few
    questions  by id, what the recount gives (bot/services/recount.py)
    channels   how many took part by channel, languages likewise; None: hidden, fewer than CELL
    warnings   option by question where everybody, or nobody, chose it: it tells of each voter
    texts      by question, what people wrote and somebody let pass
    late       messages that came in time and could not be handled before counting
    """

    poll: Poll
    standing: Standing
    ballots: int = 0
    questions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    opinions: Mapping[str, Any] = field(default_factory=dict)
    channels: Mapping[str, int | None] = field(default_factory=dict)
    languages: Mapping[str, int | None] = field(default_factory=dict)
    warnings: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sha256: str = ""
    late: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether there are figures to show."""
        return self.standing in ("interim", "final")


def result(connection: Connection, poll: Poll) -> Result:
    """What anybody may see of a poll now; staff see no more than that."""
    if poll.state == "closed":
        return _final(connection, poll)
    if poll.state in ("open", "closing") and poll.live:
        return _interim(connection, poll)
    return Result(poll, "none" if poll.state == "cancelled" else "secret")


def file_of(connection: Connection, poll: Poll) -> str | None:
    """The file that anybody may recount; None when there is none, or too few ballots in it."""
    wanted = select(_RESULT.c.file, _RESULT.c.tally).where(_RESULT.c.poll_id == poll.id)
    row = connection.execute(wanted).one_or_none()
    return row.file if row and not is_too_few(row.tally) else None


def _final(connection: Connection, poll: Poll) -> Result:
    row = _row(connection, poll.id)
    if row is None:
        return Result(poll, "none")
    ballots = _all_ballots(row.tally)
    if is_too_few(row.tally):
        return Result(poll, "too_few", ballots, sha256=row.sha256, late=row.late)
    return Result(
        poll,
        "final",
        ballots,
        questions=_by_id(row.tally),
        opinions=row.opinions,
        channels=_shown(_summed(row.taking_part, 0)) | _on_paper(row.tally),
        languages=_shown(_summed(row.taking_part, 1)),
        warnings=unanimous(row.tally),
        texts=_texts(connection, poll),
        sha256=row.sha256,
        late=row.late,
    )


def _interim(connection: Connection, poll: Poll) -> Result:
    """A poll that was made with its figures open to all; still not when there are too few."""
    counted = count(connection, poll)
    ballots = _all_ballots(counted.tally)
    if is_too_few(counted.tally):
        return Result(poll, "too_few", ballots)
    questions, found = _by_id(counted.tally), unanimous(counted.tally)
    return Result(poll, "interim", ballots, questions, counted.opinions, warnings=found)


def unanimous(tally: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Options that all of those who answered chose, or none: each voter is known by that."""
    asked = [question for question in tally["questions"] if question["answered"]]
    return tuple(
        (question["id"], option)
        for question in asked
        for option in _told_of_all(question, tally["paper_ballots"])
    )


def _told_of_all(question: Mapping[str, Any], paper: int) -> Iterator[str]:
    all_ = question["answered"] + paper * bool(question.get("paper"))
    for option, n in question.get("options", {}).items():
        match question["kind"]:
            case "single" | "multiple" if n in (0, all_):
                yield option
            case "scale" | "place" if n == all_:  # that nobody chose a point is nothing special
                yield option
            case "statements" if all_ in (n["agree"], n["disagree"]):
                yield option


def all_who_answered(result: Result, question_id: str) -> int:
    """The whole of which shares of options are told.

    On paper marks are counted; where one ballot has several, only all ballots can be it.
    """
    tally = result.questions[question_id]
    marks = sum(tally.get("paper", {}).values())
    several = tally["kind"] == "multiple" and marks
    on_paper = (result.channels.get("paper") or marks) if several else marks
    return int(max([tally["answered"] + on_paper, *tally["options"].values()]))


def placed(order: Sequence[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """Places of a ranking as in sports: behind two firsts comes a third."""
    place = 1
    for group in order:
        yield place, group
        place += len(group)


def _row(connection: Connection, poll_id: str) -> Row[Any] | None:
    wanted = select(*_FIGURES).where(_RESULT.c.poll_id == poll_id)
    return connection.execute(wanted).one_or_none()


def is_too_few(tally: Mapping[str, Any]) -> bool:
    """Whether figures would tell of single people; ballots on paper are known apart from others."""
    given = int(tally["ballots"])
    return _all_ballots(tally) < LEAST or 0 < given < CELL


def _all_ballots(tally: Mapping[str, Any]) -> int:
    return int(tally["ballots"]) + int(tally["paper_ballots"])


def _by_id(tally: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {question["id"]: question for question in tally["questions"]}


def _on_paper(tally: Mapping[str, Any]) -> dict[str, int | None]:
    """Never hidden, and hides no other: the file says it (paper.py takes no fewer than CELL)."""
    paper = int(tally["paper_ballots"])
    return {"paper": paper} if paper else {}


def _summed(taking_part: list[Any], at: int) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in taking_part:
        sums[row[at]] += row[2]
    return sums


def _shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    gone = hidden(counts)
    return {name: None if name in gone else count for name, count in sorted(counts.items())}


def _texts(connection: Connection, poll: Poll) -> dict[str, tuple[str, ...]]:
    t = _TEXT.c
    wanted = select(t.question, t.text).where(t.poll_id == poll.id, t.state == "shown")
    rows = connection.execute(wanted.order_by(t.id)).all()
    return {q.id: tuple(r.text for r in rows if r.question == q.id) for q in poll.questions}
