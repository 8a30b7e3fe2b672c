"""What voters write in polls: statements and texts, shown only after somebody looked at them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import String, cast, func, insert, null, select, update

from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.audit import Audit, Entry
from bot.services.poll_check import LABEL
from bot.services.poll_written import BadPoll
from bot.services.polls import Poll
from bot.text import clean

_LEAST_ID = 100_000_000  # ids of nine figures, at random
MOST_OF_ONE = 3  # statements of one person that wait to be looked at
_STATEMENT, _TEXT = Base.metadata.tables["poll_statement"], Base.metadata.tables["poll_text"]
Verdict = Literal["accepted", "refused"]


@dataclass(frozen=True, slots=True)
class Written:
    """Something that waits to be looked at. Nothing says who wrote it."""

    id: str
    poll_id: str
    question: str
    text: Mapping[str, str] | str


class Moderation:
    """What waits, and what becomes of it; every decision is in the audit chain."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def add(self, poll: Poll, question: str, person_id: str, said: tuple[str, str]) -> None:
        """Keep a statement (language, text) until somebody looks at it. Raises Invalid."""
        language, text = said[0], " ".join(clean(said[1]).split())
        if not any(c.isalpha() for c in text):
            raise Invalid(_("Please write a few words."))
        if len(text) > LABEL:
            raise Invalid(
                _("That is {count} characters; please use at most {most}."),
                count=len(text),
                most=LABEL,
            )
        s = _STATEMENT.c
        theirs = (s.poll_id == poll.id, s.person_id == person_id)
        waiting = self._connection.scalar(select(func.count()).where(*theirs))
        if int(waiting or 0) >= MOST_OF_ONE:
            raise Invalid(_("Some of yours still wait to be looked at. Please try again later."))
        values: dict[str, Any] = {"poll_id": poll.id, "question": question, "state": "new"}
        values |= {"text": {language: text}, "person_id": person_id}
        values |= {"id": self._fresh_id(), "added_at": poll.opens_at}
        self._connection.execute(insert(_STATEMENT).values(values))

    def _fresh_id(self) -> int:
        """An id that tells nothing of when it was written, nor after which other one."""
        taken = select(_STATEMENT.c.id)
        while True:
            one = _LEAST_ID + secrets.randbelow(9 * _LEAST_ID)
            if self._connection.scalar(taken.where(_STATEMENT.c.id == one)) is None:
                return one

    def statements(self, poll_id: str) -> tuple[Written, ...]:
        """The statements that wait, in no order that says anything."""
        s = _STATEMENT.c
        wanted = select(s.id, s.poll_id, s.question, s.text)
        found = wanted.where(s.poll_id == poll_id, s.state == "new").order_by(s.id)
        return tuple(Written(str(r.id), *r[1:]) for r in self._connection.execute(found))

    def judge(
        self,
        statement: tuple[str, str],
        verdict: Verdict,
        actor: str,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Accept or refuse a statement (poll, id), perhaps with translations; then it is nobody's.

        Of another poll it is not touched: its id is a number, and soon mistyped.
        """
        poll_id, statement_id = statement
        s = _STATEMENT.c
        values: dict[str, Any] = {"state": verdict, "person_id": null()}
        values |= {"text": dict(texts)} if texts else {}
        waits = (s.poll_id == poll_id, cast(s.id, String) == statement_id, s.state == "new")
        judged = update(_STATEMENT).where(*waits).values(**values).returning(s.id)
        if self._connection.scalar(judged) is None:
            text = _("No statement {id} waits in {poll} (any more).")
            raise BadPoll(text, id=statement_id, poll=poll_id)
        self._note(actor, f"statement.{verdict}", poll_id, f"statement {statement_id}")

    def texts(self, poll_id: str, state: str = "new") -> tuple[Written, ...]:
        """The texts of a counted poll that wait, in no order that says anything."""
        t = _TEXT.c
        wanted = select(t.id, t.poll_id, t.question, t.text)
        found = wanted.where(t.poll_id == poll_id, t.state == state).order_by(t.id)
        return tuple(Written(*r) for r in self._connection.execute(found))

    def show(self, text: tuple[str, str], shown: bool, actor: str) -> None:
        """Publish a text (poll, id), or leave it hidden."""
        poll_id, text_id = text
        t, state = _TEXT.c, "shown" if shown else "hidden"
        its = (t.poll_id == poll_id, t.id == text_id)
        changed = update(_TEXT).where(*its).values(state=state).returning(t.id)
        if self._connection.scalar(changed) is None:
            raise BadPoll(_("There is no such text."))
        self._note(actor, f"text.{state}", poll_id, f"text {text_id}")

    def _note(self, actor: str, action: str, poll_id: str, detail: str) -> None:
        entry = Entry(actor, f"poll.{action}", f"poll:{poll_id}", detail)
        Audit(self._transaction).write(entry)
