"""Answers the team gives often, in each language: picked beside a conversation, then changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from bot.dialog import Invalid, Transaction
from bot.i18n import _, languages
from bot.models import Base
from bot.services.audit import Audit, Entry
from bot.services.helping import LONGEST
from bot.services.staff import Member
from bot.text import clean

NAME: Final = 60  # characters
_TABLE = Base.metadata.tables["canned_answer"]


@dataclass(frozen=True, slots=True)
class Canned:
    """One of them. `texts`: by language; none is missing."""

    id: int
    name: str
    texts: Mapping[str, str]

    def text(self, language: str) -> str:
        """What it says in a language, or in any where that one is none of ours."""
        return self.texts.get(language) or next(iter(self.texts.values()), "")


class CannedAnswers:
    """All of them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self._connection = transaction, transaction.connection

    def all(self) -> tuple[Canned, ...]:
        """Every one, by name."""
        wanted = select(_TABLE.c.id, _TABLE.c.name, _TABLE.c.texts).order_by(_TABLE.c.name)
        return tuple(Canned(*row) for row in self._connection.execute(wanted))

    def keep(self, number: int, name: str, texts: Mapping[str, str], member: Member) -> None:
        """Write one anew, or change it (`number`, 0 for a new one).

        Raises Invalid: no name, a name that is taken, a language that is missing, too long.
        """
        name = " ".join(clean(name).split())
        if not 0 < len(name) <= NAME:
            raise Invalid(_("A name has one to {count} characters."), count=NAME)
        same = select(_TABLE.c.id).where(_TABLE.c.name == name, _TABLE.c.id != number)
        if self._connection.execute(same).first() is not None:
            raise Invalid(_("There is one with that name already."))
        row: dict[str, Any] = {
            "name": name,
            "texts": {code: _checked(texts.get(code, "")) for code in languages()},
        }
        row |= {"changed_by": member.name, "changed_at": self._transaction.now}
        which = _TABLE.c.id == number
        if (
            number
            and not self._connection.execute(update(_TABLE).where(which).values(row)).rowcount
        ):
            raise Invalid(_("It is not there any more."))
        if not number:
            self._connection.execute(insert(_TABLE).values(row))
        self._audit(member, "canned.write", name)

    def remove(self, number: int, member: Member) -> None:
        """Take one away."""
        gone = delete(_TABLE).where(_TABLE.c.id == number).returning(_TABLE.c.name)
        name = self._connection.scalar(gone)
        if name is not None:
            self._audit(member, "canned.remove", name)

    def _audit(self, member: Member, action: str, name: str) -> None:
        Audit(self._transaction).write(Entry(member.actor, action, f"canned:{name}"))


def _checked(text: str) -> str:
    text = clean(text)
    if not text:
        raise Invalid(_("Please write it in every language: people read only their own."))
    if len(text) > LONGEST:
        raise Invalid(_("Please take at most {count} characters."), count=LONGEST)
    return text
