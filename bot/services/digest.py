"""The week in figures for those of the team who want it: once a week each, in their messenger.

It says what the radar says, and links to it. No question stands in it: a text may hold a name.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, update

from bot import outbox
from bot.database import Database
from bot.dialog import Invalid, Transaction
from bot.i18n import _, format_share, sentences, translate, translate_plural
from bot.message import Link, Reply
from bot.models import Base
from bot.services.demand import Demand, Figure, Scope, shown
from bot.services.gaps import Gaps
from bot.services.linking import Linking, code_in
from bot.services.poll_news import draft_for
from bot.services.staff import Member
from bot.services.weeks import WEEK, begins, week_of

HOUR: Final = 8  # on Monday, by the clock of the office
_TABLES = Base.metadata.tables
_DIGEST, _STAFF = _TABLES["staff_digest"], _TABLES["staff"]


@dataclass(frozen=True, slots=True)
class Week:
    """What is told of a week. `asked`, `before`: None where too few people asked."""

    asked: Figure | None
    before: Figure | None
    gaps: int
    most: int  # people who asked about the first of them


class Digest:
    """Who of the team wants it, bound to a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def wants(self, member: Member) -> bool:
        """Whether they get it."""
        return self.person_of(member) is not None

    def person_of(self, member: Member) -> str | None:
        """Who they are in their messenger; None where they have not linked one."""
        linked = select(_DIGEST.c.person_id).where(_DIGEST.c.staff_id == member.id)
        return self._connection.scalar(linked)

    def begin(self, member: Member, code: str, zone: ZoneInfo) -> None:
        """From next Monday on. `code`: what their messenger was told for “link”. Raises Invalid."""
        person_id = Linking(self._transaction).redeem(code_in(code) or "")
        if person_id is None:
            raise Invalid(
                _("This code is not valid, or no longer. Write “link” again for a new one.")
            )
        self.end(member)
        row = {"staff_id": member.id, "person_id": person_id}
        row |= {"told_week": week_of(self._transaction.now, zone)}
        self._connection.execute(insert(_DIGEST).values(row))

    def end(self, member: Member) -> None:
        """No more."""
        self._connection.execute(delete(_DIGEST).where(_DIGEST.c.staff_id == member.id))


def tell_team(database: Database, now: datetime, zone: ZoneInfo, public_url: str = "") -> int:
    """Queue what is due; gives how many. The mark and the message are one transaction.

    Two clocks are harmless, and who stopped us or cannot be reached is passed over for that week.
    """
    this = week_of(now, zone)
    if now < begins(this, zone, HOUR):
        return 0
    with database.read() as connection:
        due = list(connection.scalars(select(_DIGEST.c.staff_id).where(_DIGEST.c.told_week < this)))
        if not due:
            return 0
        week = _week(Transaction(connection, now), this)
    told = 0
    for staff_id in due:
        with database.write() as connection:
            told += _tell(connection, staff_id, (this, now), partial(_says, week, public_url))
    return told


def _tell(
    connection: Connection, staff_id: int, at: tuple[date, datetime], says: partial[Reply]
) -> int:
    this, now = at
    mine = (_DIGEST.c.staff_id == staff_id, _DIGEST.c.told_week < this)
    taken = update(_DIGEST).where(*mine).values(told_week=this).returning(_DIGEST.c.person_id)
    person_id = connection.scalar(taken)
    gone = connection.scalar(select(_STAFF.c.disabled_at).where(_STAFF.c.id == staff_id))
    draft = draft_for(connection, [person_id], says) if person_id and not gone else None
    outbox.add(connection, [draft] if draft else [], now)
    return 1 if draft else 0


def _week(transaction: Transaction, this: date) -> Week:
    demand, scope = Demand(transaction), Scope(this - WEEK, this - WEEK)
    gaps = Gaps(transaction)
    found = gaps.find()
    return Week(
        shown({"": demand.total(scope)})[""],
        shown({"": demand.total(scope.before)})[""],
        gaps.count(),
        max((gap.people for gap in found), default=0),
    )


def _says(week: Week, public_url: str, language: str) -> Reply:
    text = "\n\n".join(
        (
            _asked(week, language),
            _gaps(week, language),
            translate(language, _("You asked for this in your account; there you can end it.")),
        )
    )
    address = f"{public_url.rstrip('/')}/console/radar?weeks=1"
    link = Link(translate(language, _("Open the radar")), address)
    return Reply(text, links=(link,) if public_url else ())


def _asked(week: Week, language: str) -> str:
    if week.asked is None or not week.asked.questions:
        return translate(language, _("Last week hardly anybody asked anything."))
    said = translate_plural(
        language,
        _("Last week: {count} question, {share} without a good answer."),
        _("Last week: {count} questions, {share} without a good answer."),
        week.asked.questions,
        share=format_share(language, week.asked.unanswered / week.asked.questions),
    )
    if week.before is None or not week.before.questions:
        return said
    before = translate(language, _("The week before: {count}."), count=week.before.questions)
    return sentences(said, before)


def _gaps(week: Week, language: str) -> str:
    if not week.gaps:
        return translate(language, _("No gap waits for a decision."))
    return translate_plural(
        language,
        _("{count} gap waits for a decision; {people} people asked about the first."),
        _("{count} gaps wait for a decision; {people} people asked about the first."),
        week.gaps,
        people=week.most,
    )
