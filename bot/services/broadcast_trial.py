"""A broadcast on trial: its very words to one address, before they go to all."""

from typing import Final

from sqlalchemy import select

from bot import outbox
from bot.dialog import Transaction
from bot.i18n import _
from bot.message import Address
from bot.models import Base
from bot.services.audit import Audit, Entry
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_texts import Saying
from bot.services.digest import Digest
from bot.services.staff import Member

_TABLES = Base.metadata.tables
_PLACE, _PERSON, _TALK = (_TABLES[name].c for name in ("address", "person", "conversation"))
_LISTED = _TABLES["transcript"].c
BEFORE: Final = ("draft", "asked", "due")
"""While it can be tried out."""


def own_address(transaction: Transaction, member: Member) -> Address | None:
    """Where a member of the team has their messenger linked; None where they have not."""
    person = Digest(transaction).person_of(member)
    theirs = select(_PLACE.id).where(_PLACE.person_id == person, _PLACE.left_at.is_(None))
    found = transaction.connection.scalar(theirs.order_by(_PLACE.created_at, _PLACE.id).limit(1))
    return Address.parse(found) if found else None


def hindrance(transaction: Transaction, broadcast: Broadcast, to: Address) -> BadBroadcast | None:
    """Why it cannot be tried out there; None where it can."""
    try:
        _refuse_begun(broadcast)
        _there(transaction, to)
        Saying(transaction, broadcast)
    except BadBroadcast as bad:
        return bad
    return None


def try_out(
    transaction: Transaction, broadcast: Broadcast, to: Address, actor: str, language: str = ""
) -> str:
    """Queue it there, in that language or theirs; gives which. Raises BadBroadcast."""
    _refuse_begun(broadcast)
    spoken, number = _there(transaction, to)
    if not language:
        language = spoken if spoken and spoken in broadcast.texts else broadcast.fallback
    if language not in broadcast.texts:
        raise BadBroadcast(_("It has no text in this language: {language}"), language=language)
    reply = Saying(transaction, broadcast).in_language(language)
    draft = outbox.Draft(to, reply, kind="confirmation")
    outbox.add(transaction.connection, [draft], transaction.now)
    whom = f"#{number}" if number else str(to)  # nobody is named by more than is needed
    told = Entry(actor, "broadcast.test", f"broadcast:{broadcast.id}", f"{language} to {whom}")
    Audit(transaction).write(told)
    return language


def _refuse_begun(broadcast: Broadcast) -> None:
    if broadcast.state not in BEFORE:
        raise BadBroadcast(_("A test is for before it goes to all."))


def _there(transaction: Transaction, to: Address) -> tuple[str | None, int | None]:
    """Their language, and the number of their conversation; raises where we may not write first."""
    wanted = (
        select(_PLACE.left_at, _PERSON.stopped_at, _TALK.language, _LISTED.id)
        .join_from(_TABLES["address"], _TABLES["person"], _PERSON.id == _PLACE.person_id)
        .outerjoin(_TABLES["conversation"], _TALK.address == _PLACE.id)
        .outerjoin(_TABLES["transcript"], _LISTED.address == _PLACE.id)
        .where(_PLACE.id == str(to))
    )
    row = transaction.connection.execute(wanted).one_or_none()
    if row is None or row.left_at:
        raise BadBroadcast(_("Nobody talks with us at {address}: write to us there first."),
                           address=to)  # fmt: skip
    if row.stopped_at:
        raise BadBroadcast(_("Who talks with us at {address} wants no messages that we start."),
                           address=to)  # fmt: skip
    return row.language, row.id
