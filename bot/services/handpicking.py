"""People named by codes: references of registrations, and numbers of conversations."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import select

from bot.dialog import Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.broadcast import BadBroadcast
from bot.services.broadcast_mistakes import Mistakes
from bot.text import clean

MOST: Final = 100_000  # codes
_AT_ONCE: Final = 500
_TOLD: Final = 10  # of those that are wrong
_TABLES = Base.metadata.tables
_REGISTRATION, _TALK, _PLACE = (_TABLES[n].c for n in ("registration", "transcript", "address"))
_CODE = re.compile(r"[0-9A-Za-z]{3}-[0-9A-Za-z]{3}-[0-9A-Za-z]{3}", re.ASCII)
_NUMBER = re.compile(r"#?([0-9]{1,17})", re.ASCII)


def people_of(transaction: Transaction, written: str, place: str = "") -> tuple[str, ...]:
    """The ids of the people behind codes, one a line: `7F3-K29-QMB` or `#214`.

    What is not seen, as the mark a spreadsheet puts before its first line, is passed over.
    `place`: the field they stand in. Raises BadBroadcast for the lines that are no code, or name
    nobody: ten of them at most.
    """
    lines = [clean(line) for line in written.replace(",", "\n").splitlines()]
    codes = list(dict.fromkeys(line.upper() for line in lines if line))
    if len(codes) > MOST:
        raise BadBroadcast(_("At most {most} codes at once."), place=place, most=MOST)
    mistakes = Mistakes()
    strange = [code for code in codes if not (_CODE.fullmatch(code) or _NUMBER.fullmatch(code))]
    for code in strange[:_TOLD]:
        mistakes.add(_("“{code}” is no code."), place=place, code=code[:40])
    mistakes.refuse()
    found = dict(_found(transaction, codes))
    for code in [code for code in codes if code not in found][:_TOLD]:
        mistakes.add(_("Nobody is known by the code “{code}”."), place=place, code=code)
    mistakes.refuse()
    return tuple(dict.fromkeys(found[code] for code in codes))


def _found(transaction: Transaction, codes: list[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        yield from _registered(transaction, [code for code in some if _CODE.fullmatch(code)])
        yield from _talking(transaction, [code for code in some if not _CODE.fullmatch(code)])


def _registered(transaction: Transaction, codes: list[str]) -> Iterable[Any]:
    r = _REGISTRATION
    theirs = select(r.reference, r.person_id).where(r.reference.in_(codes))
    return transaction.connection.execute(theirs.where(r.person_id.is_not(None)))


def _talking(transaction: Transaction, codes: list[str]) -> Iterator[tuple[str, str]]:
    numbers: dict[int, list[str]] = {}
    for code in codes:
        numbers.setdefault(int(code.lstrip("#")), []).append(code)
    theirs = select(_TALK.id, _PLACE.person_id).join(_TABLES["address"], _PLACE.id == _TALK.address)
    for number, person in transaction.connection.execute(theirs.where(_TALK.id.in_(numbers))):
        for code in numbers[number]:
            yield code, person


def codes_of(transaction: Transaction, people: Iterable[str]) -> dict[str, str]:
    """For each of these people a code that names them: the number of a conversation of theirs.

    Who has none, or whose talk is forgotten, is not in it.
    """
    known = tuple(people)
    theirs = select(_PLACE.person_id, _TALK.id).join(
        _TABLES["transcript"], _TALK.address == _PLACE.id
    )
    rows = transaction.connection.execute(theirs.where(_PLACE.person_id.in_(known)))
    return {person: f"#{number}" for person, number in rows}
