"""A person of the team talks with somebody where they write; the assistant is silent meanwhile.

It comes back by a button of the team, by a word of the person, or when nobody of the team has
written for HOLD. What then waits for an answer becomes a question left for the team.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, select, update

from bot.database import Database
from bot.dialog import Invalid, Talk, Transaction
from bot.i18n import _, translate
from bot.message import Address, Capabilities, Choice, Reply
from bot.models import Base
from bot.outbox import Draft, add
from bot.services.audit import Audit, Entry
from bot.services.helping import LONGEST
from bot.services.questions import Asked, Questions
from bot.services.staff import Member
from bot.services.transcribing import TEAM
from bot.services.window import window_at
from bot.with_team import BACK, WITH_TEAM

HOLD: Final = timedelta(minutes=30)
_WRITTEN: Final = 1000  # characters of what waits that become a question
_TABLES = Base.metadata.tables
_TRANSCRIPT, _TALK, _INBOX = _TABLES["transcript"], _TABLES["conversation"], _TABLES["inbox"]
_OPENING = _(
    "A person of our team writes to you:\n\n{text}\n\n"
    "While you talk with each other, the assistant is silent. To have it back, write “assistant”."
)
_RETURNED = _("Our team has left the conversation. The assistant is here again: please ask.")
_UNANSWERED = _(
    "Nobody of our team could answer in time. What you wrote is on their list. The assistant is "
    "here again: please ask."
)


class Handover:
    """Who talks with whom, bound to a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def say(self, number: int, text: str, member: Member, can: Capabilities | None) -> None:
        """Write to the person as the team. `can`: of their channel; None: it is not open.

        Raises Invalid: nothing or too much is written, they have left, or another talks with them.
        """
        text = _checked(text)
        talk, held_by = self._locked(number)
        window = window_at(self._connection, talk.address, can, self._transaction.now)
        if window.state == "left":
            raise Invalid(_("They have left this channel: nothing can be sent there."))
        if held_by not in ("", member.name):
            raise Invalid(_("{name} talks with this person now."), name=held_by)
        begins = not held_by
        self._send(talk, _first(talk.language, text) if begins else Reply(text), member)
        if window.is_open:
            until = self._transaction.now + HOLD
            self._mark(talk.address, held_by=member.name, held_until=until)
            self._remember(talk, until.isoformat(), begins)
        self._mark(talk.address, answered_at=self._transaction.now)
        self._audit(member, "conversation.say", number)

    def give_back(self, number: int, member: Member) -> None:
        """The assistant answers again; the person is told. Raises Invalid when it does already."""
        talk, held_by = self._locked(number)
        if not held_by:
            raise Invalid(_("The assistant answers here already."))
        self._end(talk, _RETURNED, member)
        self._audit(member, "conversation.return", number)

    def lapse(self, number: int) -> None:
        """Nobody of the team has written for a while: the assistant answers again."""
        talk, _held_by = self._locked(number)
        row = self._row(number)
        if row is None or row.held_by is None or row.held_until > self._transaction.now:
            return
        words = self._unanswered(talk.address, row.answered_at)
        if words:
            at = Address.parse(talk.address)
            asker = Talk(talk.person_id, at, talk.language)
            Questions(self._transaction).keep(asker, Asked(words, "for_staff"))
        self._end(talk, _UNANSWERED if words else _RETURNED)

    def left(self, address: Address) -> None:
        """The person wants the assistant back; their turn forgets the rest."""
        self._mark(str(address), held_by=None, held_until=None)

    def _end(self, talk: Row[Any], told: str, by: Member | None = None) -> None:
        self._mark(talk.address, held_by=None, held_until=None)
        self._remember(talk, None, begins=False)
        self._send(talk, Reply(translate(talk.language, told)), by)

    def _locked(self, number: int) -> tuple[Row[Any], str]:
        """The talk, and who talks in it now. Locked as a turn does: first the conversation."""
        row = self._row(number)
        wanted = select(_TALK).where(_TALK.c.address == (row.address if row else ""))
        talk = self._connection.execute(wanted.with_for_update()).first()
        row = self._row(number, lock=True)
        if talk is None or row is None:
            raise Invalid(_("This conversation is not there any more."))
        is_held = row.held_by is not None and row.held_until > self._transaction.now
        return talk, row.held_by if is_held else ""

    def _row(self, number: int, lock: bool = False) -> Row[Any] | None:
        wanted = select(_TRANSCRIPT).where(_TRANSCRIPT.c.id == number)
        return self._connection.execute(wanted.with_for_update() if lock else wanted).first()

    def _mark(self, address: str, **values: object) -> None:
        which = _TRANSCRIPT.c.address == address
        self._connection.execute(update(_TRANSCRIPT).where(which).values(**values))

    def _remember(self, talk: Row[Any], until: str | None, begins: bool) -> None:
        """In the state of the talk, where a turn finds it."""
        state = dict(talk.state)
        memory = {k: v for k, v in state.get("memory", {}).items() if k != WITH_TEAM}
        state["memory"] = memory | ({WITH_TEAM: until} if until else {})
        if begins:
            offered = _way_back(talk.language)
            state |= {"beside": [], "offered": [[offered.value, offered.label]]}
        which = _TALK.c.address == talk.address
        self._connection.execute(update(_TALK).where(which).values(state=state))

    def _send(self, talk: Row[Any], reply: Reply, by: Member | None) -> None:
        dialog = f"{TEAM}:{by.name}" if by else BACK
        draft = Draft(Address.parse(talk.address), reply, dialog=dialog)
        add(self._connection, [draft], self._transaction.now)

    def _unanswered(self, address: str, since: datetime | None) -> str:
        """What they wrote since somebody of the team did."""
        row = _INBOX.c
        wanted = (
            select(row.payload)
            .where(row.address == address, row.payload.is_not(None))
            .where(row.received_at > (since or self._transaction.now - HOLD))
            .order_by(row.id)
        )
        payloads: Sequence[Mapping[str, Any]] = self._connection.scalars(wanted).all()
        return "\n".join(p["text"] for p in payloads if p.get("text"))[:_WRITTEN]

    def _audit(self, member: Member, action: str, number: int) -> None:
        done = Entry(member.actor, action, f"conversation:{number}")
        Audit(self._transaction).write(done)


def hand_back(database: Database, now: datetime) -> int:
    """Bring the assistant back where nobody of the team writes any more; gives how often."""
    row = _TRANSCRIPT.c
    lapsed = select(row.id).where(row.held_by.is_not(None), row.held_until <= now)
    with database.read() as connection:
        numbers = connection.scalars(lapsed).all()
    for number in numbers:
        # Whoever was erased in between has nobody to come back to.
        with suppress(Invalid), database.write() as connection:
            Handover(Transaction(connection, now)).lapse(number)
    return len(numbers)


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(_("Please write something first."))
    if len(text) > LONGEST:
        raise Invalid(_("Please take at most {count} characters."), count=LONGEST)
    return text


def _first(language: str, text: str) -> Reply:
    return Reply(translate(language, _OPENING, text=text), (_way_back(language),))


def _way_back(language: str) -> Choice:
    return Choice(BACK, translate(language, _("Back to the assistant")))
