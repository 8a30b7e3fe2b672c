"""Tallies of paper ballots: counted by two of the staff, a channel of their own in the result."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Row, delete, insert, select

from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.actors import are_two, person_of
from bot.services.audit import Audit, Entry, sha_of
from bot.services.counting import agreed_papers
from bot.services.poll_written import BadPoll
from bot.services.polls import Poll, Polls, Question
from bot.services.suppression import CELL

ON_PAPER = ("single", "multiple", "scale", "budget", "place")  # kinds whose sums can be added
Agreement = Literal["first", "agreed", "differs"]
Counts = Mapping[str, Mapping[str, int]]  # question to option to count

_TABLE = Base.metadata.tables["poll_paper"]


class Paper:
    """The tallies of all polls. All of it raises BadPoll, then nothing has changed."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def enter(
        self, poll_id: str, place: str, counts: Counts, ballots: int, actor: str
    ) -> Agreement:
        """One person's tally of one place, in place of their earlier one.

        It counts once a second person has the same; `differs`: somebody counted otherwise.
        """
        poll = Polls(self._transaction).lock(poll_id)
        if poll is None or poll.state not in ("open", "closing") or poll.drained_at is not None:
            raise BadPoll(_("{poll} takes no tallies (any more)."), poll=poll_id)
        _check(poll, counts, ballots)
        place, person = self._as_known(poll_id, place), person_of(actor)
        p = _TABLE.c
        here = self._at(poll_id, place)
        mine = [row.staff for row in here if person_of(row.staff) == person]
        of_place = (p.poll_id == poll_id, p.place == place)
        self._connection.execute(delete(_TABLE).where(*of_place, p.staff.in_(mine)))
        others = [row for row in here if row.staff not in mine]
        plain = {question: dict(options) for question, options in counts.items()}
        values = {"poll_id": poll_id, "place": place, "staff": actor, "ballots": ballots}
        values |= {"counts": plain, "entered_at": self._transaction.now}
        self._connection.execute(insert(_TABLE).values(values))
        alike = [row for row in others if (row.ballots, row.counts) == (ballots, plain)]
        entry = Entry(actor, "poll.paper", f"poll:{poll_id}", place, after=sha_of([ballots, plain]))
        Audit(self._transaction).write(entry)
        if any(are_two(row.staff, actor) for row in alike):
            return "agreed"
        return "differs" if len(alike) < len(others) else "first"

    def tallies(self, poll_id: str) -> Mapping[str, Agreement]:
        """How the tallies of a poll stand, by place."""
        counted = {paper.place for paper in agreed_papers(self._connection, poll_id)}
        figures: dict[str, set[str]] = {}
        for row in self._of(poll_id):
            figures.setdefault(row.place, set()).add(sha_of([row.ballots, row.counts]))
        return {
            place: "agreed" if place in counted else "differs" if len(found) > 1 else "first"
            for place, found in figures.items()
        }

    def _as_known(self, poll_id: str, place: str) -> str:
        """The place as it was first written: "Library" and "library" are one."""
        place = " ".join(place.split())
        known: dict[str, str] = {row.place.casefold(): row.place for row in self._of(poll_id)}
        return known.get(place.casefold(), place)

    def _at(self, poll_id: str, place: str) -> list[Row[Any]]:
        return [row for row in self._of(poll_id) if row.place == place]

    def _of(self, poll_id: str) -> Sequence[Row[Any]]:
        p = _TABLE.c
        wanted = select(_TABLE).where(p.poll_id == poll_id).order_by(p.place, p.staff)
        return self._connection.execute(wanted).all()


def _check(poll: Poll, counts: Counts, ballots: int) -> None:
    for question_id, options in counts.items():
        question = poll.question(question_id)
        if question is None or question.kind not in ON_PAPER:
            raise BadPoll(
                _("{question} cannot be added from paper in {poll}."),
                question=question_id,
                poll=poll.id,
            )
        _check_question(question, options, ballots)
    if not counts or ballots < 0:
        raise BadPoll(_("There is nothing in this tally."))
    if ballots < CELL:
        text = _("Fewer than {cell} ballots would tell of each voter: count two places together.")
        raise BadPoll(text, cell=CELL)


def _check_question(question: Question, options: Mapping[str, int], ballots: int) -> None:
    """No option has more marks than there are ballots; all together no more than they allow."""
    known = {o.id for o in question.options}
    most_each = question.most if question.kind == "budget" else 1
    most_all = question.most if question.kind in ("budget", "multiple") else 1
    unknown = sorted(set(options) - known)
    if unknown:
        raise BadPoll(
            _("{question} has no option {option}."), question=question.id, option=unknown[0]
        )
    below = next((o for o, count in options.items() if count < 0), None)
    if below is not None:
        text = _("{question}, {option}: there cannot be fewer than none.")
        raise BadPoll(text, question=question.id, option=below)
    too_many = max(options.values(), default=0) > most_each * ballots
    if too_many or sum(options.values()) > most_all * ballots:
        raise BadPoll(
            _("{question}: more marks than {ballots} ballots can hold."),
            question=question.id,
            ballots=ballots,
        )
