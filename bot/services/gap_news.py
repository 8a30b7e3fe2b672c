"""What those who asked in vain are told, once, when it is decided what becomes of their matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, select, update

from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.message import Address, Choice, Reply
from bot.models import Base
from bot.outbox import Draft, add

TOLD: Final = ("answered", "out_of_scope", "for_a_person")
"""The decisions that those who wanted to hear are told of."""

_QUESTION = Base.metadata.tables["question"]
_ASKED = _("You asked us: “{question}”")
_KNOWN = _("We can answer this now.")
_BEYOND = _("I am sorry, but this is something we cannot help with here.")
_PERSON = _("A person of our team can answer this.")
_WHERE = _("If you are not sure where to turn, ask here: {contact}")
_WHOM = _("If you are not sure where to turn, ask {who}: {contact}")
_LOOK, _HUMAN = _("Show me"), _("Ask a person")


@dataclass(frozen=True, slots=True)
class Contact:
    """How people reach the team outside the chat: who that is, and the way; "" for none."""

    who: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a gap.

    version   of the gap that was looked at
    article   the slug of the one that answers it
    referral  where to turn with what is not our subject, by language
    contact   said instead where nobody wrote a referral
    """

    state: str
    version: int
    article: str = ""
    referral: Mapping[str, str] = field(default_factory=dict)
    contact: Contact = field(default_factory=Contact)


def beyond_us(language: str, referral: Mapping[str, str], contact: Contact) -> Reply:
    """That something is not our subject, and where to turn; at least to a person of the team."""
    lead = translate(language, _BEYOND)
    where = (
        referral.get(language) or _reached(language, contact) or next(iter(referral.values()), "")
    )
    if where:
        return Reply(f"{lead}\n\n{where}")
    return Reply(lead, (Choice("human", translate(language, _HUMAN)),))


def _reached(language: str, contact: Contact) -> str:
    if not contact.way:
        return ""
    how = _WHOM if contact.who else _WHERE
    return translate(language, how, who=contact.who, contact=contact.way)


def tell(transaction: Transaction, gap_id: int, decision: Decision) -> int:
    """Those who asked and wanted to hear it, each once, whatever they asked about it."""
    column = _QUESTION.c
    waits = (column.gap_id == gap_id, column.tell, column.address.is_not(None))
    wanted = select(_QUESTION).where(*waits).order_by(column.id)
    askers = {row.person_id: row for row in transaction.connection.execute(wanted)}
    drafts = [_draft(row, decision) for row in askers.values()]
    add(transaction.connection, drafts, transaction.now)
    transaction.connection.execute(update(_QUESTION).where(*waits).values(tell=False))
    return len(drafts)


def _draft(row: Row[Any], decision: Decision) -> Draft:
    lead = translate(row.language, _ASKED, question=" ".join(row.text.split())[:200])
    news = _news(row.language, decision)
    return Draft(Address.parse(row.address), Reply(f"{lead}\n\n{news.text}", news.choices))


def _news(language: str, decision: Decision) -> Reply:
    if decision.state == "out_of_scope":
        return beyond_us(language, decision.referral, decision.contact)
    if decision.state == "for_a_person":
        choice = Choice("human", translate(language, _HUMAN))
        return Reply(translate(language, _PERSON), (choice,))
    look = Choice(f"answer:{decision.article}", translate(language, _LOOK))
    return Reply(translate(language, _KNOWN), (look,))
