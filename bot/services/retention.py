"""What is old is shredded: contents first, the keys that recognise repeats last.

In small transactions, on rows that were looked for before: nobody who writes waits for long.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Delete,
    Select,
    Text,
    Update,
    and_,
    cast,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from bot import outbox
from bot.database import Database
from bot.models import Base
from bot.rows import Dialect, is_among
from bot.services.tries import FORGOTTEN

CONTENT = timedelta(hours=72)  # what was written and replied, kept for the person's own page
KEYS = timedelta(days=7)  # platforms may choose event ids anew after a quiet week
LEDGER = timedelta(days=30)  # what was delivered, without its text
QUESTIONS = timedelta(days=30)  # then without the person
CONSENTS = timedelta(days=3 * 365)  # after they were taken back, or given: proof that we had them
ERASURES = timedelta(days=400)  # who was erased, as hashes: longer than any backup is kept
DEEDS = timedelta(hours=24)  # what a program may ask for again and get the same answer
SILENCE = timedelta(days=30)  # where a talk stands, and what it remembers, after the last word
BATCH = 2000  # rows a transaction
LOOK = 200_000  # rows looked for at a time

_TABLES = Base.metadata.tables
_INBOX, _OUTBOX, _QUESTION = _TABLES["inbox"], _TABLES["outbox"], _TABLES["question"]
_TALK, _PLACE, _PERSON = _TABLES["conversation"], _TABLES["address"], _TABLES["person"]
_CONSENT, _WEB_LINK = _TABLES["consent"], _TABLES["web_link"]
_CONTACT, _TRANSCRIPT = _TABLES["contact"], _TABLES["transcript"]
_REGISTRATION, _REMINDER = _TABLES["registration"], _TABLES["reminder"]
_IS_WEB = _TALK.c.address.startswith("web:")


Step = tuple[Update | Delete, Column[Any], ColumnElement[bool]]
"""A change, the key of its table, and the rows it is for."""


def shred(database: Database, now: datetime) -> None:
    """Remove what has outlived its purpose. Running it twice changes nothing.

    Only rows that still hold something are touched: old ones are not written anew every hour.
    """
    for step in _steps(now):
        _do(database, *step)
    _shred_visitors(database, now)


def due(connection: Connection, now: datetime) -> dict[str, int]:
    """How many rows of each table the next run changes or removes; those with any."""
    found, gone = Counter[str](), dict[str, list[ColumnElement[bool]]]()
    for change, key, where in _steps(now):
        before = gone.setdefault(key.table.name, [])
        counted = select(func.count(key)).where(where, *(~one for one in before))
        found[key.table.name] += int(connection.scalar(counted) or 0)
        if isinstance(change, Delete):
            before.append(where)
    silent = select(func.count()).where(_is_silent_visitor(now))
    found[_PERSON.name] += int(connection.scalar(silent) or 0)
    return {name: count for name, count in found.items() if count}


def _steps(now: datetime) -> Iterator[Step]:
    """What is done, in this order: each looks at what those before have left."""
    for part in (_inbox, _outbox, _questions, _consents, _reminders, _talks, _transcripts):
        yield from part(now)
    yield from _lapsed(now)


def _lapsed(now: datetime) -> Iterator[Step]:
    """What was valid for a while only."""
    code, allowance = _TABLES["link_code"], _TABLES["allowance"]
    yield delete(code), code.c.digest, code.c.expires_at < now
    contact = _TABLES["contact_code"]
    yield delete(contact), contact.c.code_hash, contact.c.expires_at < now
    erasure = _TABLES["erasure"]
    yield delete(erasure), erasure.c.digest, erasure.c.at < now - ERASURES
    yield delete(allowance), allowance.c.address, allowance.c.until < now
    tries = _TABLES["sign_in_try"]
    yield delete(tries), tries.c.key, tries.c.last_at < now - FORGOTTEN
    deed, call = _TABLES["api_deed"], _TABLES["webhook_call"]
    yield delete(deed), deed.c.key, deed.c.done_at < now - DEEDS
    yield delete(call), call.c.id, call.c.created_at < now - LEDGER
    reply = _TABLES["broadcast_reply"]
    yield delete(reply), reply.c.id, reply.c.replied_at < now - LEDGER
    told, sent = _TABLES["mass_report"], _TABLES["mass_message"]
    ours = exists().where(sent.c.channel == told.c.channel, sent.c.platform_ref == told.c.ref)
    yield delete(told), told.c.ref, and_(told.c.heard_at < now - LEDGER, ~ours)


def _inbox(now: datetime) -> Iterator[Step]:
    row = _INBOX.c
    finished = row.state.in_(("done", "dead", "ignored"))
    yield delete(_INBOX), row.id, and_(finished, row.received_at < now - KEYS)
    old = and_(finished, row.received_at < now - CONTENT, row.payload.is_not(None))
    # None would be kept as JSON's null, which is something, and is read as an event.
    yield update(_INBOX).values(payload=null()), row.id, old


def _outbox(now: datetime) -> Iterator[Step]:
    """What nobody came for in the time we keep texts is not sent any more: it has none."""
    row = _OUTBOX.c
    unfetched = and_(row.state != "sending", row.due_at < now - CONTENT)
    abandoned = and_(
        row.broadcast_id.is_(None),  # that has its text, and an end of its own
        row.created_at < now - CONTENT,  # follows from what comes next; the index needs it said
        row.state.in_(outbox.OPEN),
        or_(unfetched, row.created_at < now - LEDGER),
    )
    expired = update(_OUTBOX).values(state="expired", lease_until=None, settled_at=now)
    yield expired, row.id, abandoned
    closed = row.state.not_in(outbox.OPEN)
    yield delete(_OUTBOX), row.id, and_(closed, row.created_at < now - LEDGER)
    old = and_(closed, row.created_at < now - CONTENT, row.body.is_not(None))
    yield update(_OUTBOX).values(body=null()), row.id, old


def _questions(now: datetime) -> Iterator[Step]:
    row = _QUESTION.c
    old = and_(row.asked_at < now - QUESTIONS, row.person_id.is_not(None))
    yield update(_QUESTION).values(person_id=None, address=None), row.id, old


def _consents(now: datetime) -> Iterator[Step]:
    """Consents whose proof nobody needs any more, and links nobody can open any more."""
    row = _CONSENT.c
    ended = func.coalesce(row.withdrawn_at, row.given_at)
    yield delete(_CONSENT), row.id, ended < now - CONSENTS
    yield delete(_WEB_LINK), _WEB_LINK.c.token_hash, _WEB_LINK.c.expires_at < now


def _reminders(now: datetime) -> Iterator[Step]:
    """What was said, or is not any more: its text as other texts, its row as other deliveries."""
    row = _REMINDER.c
    yield delete(_REMINDER), row.id, row.settled_at < now - LEDGER
    old = and_(row.settled_at < now - CONTENT, row.text.is_not(None))
    yield update(_REMINDER).values(text=None), row.id, old


def _talks(now: datetime) -> Iterator[Step]:
    row = _TALK.c
    silent = and_(row.heard_at < now - SILENCE, cast(row.state, Text) != "{}", ~_IS_WEB)
    yield update(_TALK).values(state={}), row.address, silent


def _transcripts(now: datetime) -> Iterator[Step]:
    """What a text was found by goes with the text; the rest after the last word, or the talk."""
    row, line = _TRANSCRIPT.c, _TABLES["transcript_line"]
    yield delete(line), line.c.id, line.c.said_at < now - CONTENT
    is_gone = ~exists().where(_TALK.c.address == row.address)
    old = or_(row.heard_at < now - SILENCE, is_gone)
    beside = ("transcript_line", "transcript_dialog", "transcript_label", "transcript_note")
    for table in (_TABLES[name] for name in beside):
        theirs = table.c.transcript_id
        yield delete(table), theirs, theirs.in_(select(row.id).where(old))
    yield delete(_TRANSCRIPT), row.id, old


def _shred_visitors(database: Database, now: datetime) -> None:
    """Who came by the web has no account to come back with: their session is over, too."""
    silent = _is_silent_visitor(now)
    while _remove_visitors(database, silent) == BATCH:
        pass


def _is_silent_visitor(now: datetime) -> ColumnElement[bool]:
    """Who is registered for an event stays until its answers are deleted, and who wants to be
    reminded of something until then.
    """
    registered = exists().where(_REGISTRATION.c.person_id == _TALK.c.person_id)
    waits = exists().where(_REMINDER.c.person_id == _TALK.c.person_id, _REMINDER.c.state == "due")
    return and_(_TALK.c.heard_at < now - SILENCE, _IS_WEB, ~registered, ~waits)


def _remove_visitors(database: Database, silent: ColumnElement[bool]) -> int:
    """Talk, address and person of so many; who writes at this moment is passed over."""
    chosen = select(_TALK.c.address, _TALK.c.person_id).where(silent).limit(BATCH)
    with database.write() as connection:
        # Waiting for a talk that a batch of turns holds could lock both for ever.
        gone = connection.execute(chosen.with_for_update(skip_locked=True)).all()
        if not gone:
            return 0
        elsewhere = exists().where(_PLACE.c.person_id == _PERSON.c.id)
        reachable = exists().where(_PLACE.c.person_id == _CONTACT.c.person_id)
        for statement, column, values in (
            (delete(_TALK), _TALK.c.address, [row.address for row in gone]),
            (delete(_PLACE), _PLACE.c.id, [row.address for row in gone]),
            (delete(_CONTACT).where(~reachable), _CONTACT.c.person_id, [r.person_id for r in gone]),
            (delete(_PERSON).where(~elsewhere), _PERSON.c.id, [row.person_id for row in gone]),
        ):
            connection.execute(
                statement.where(is_among(_dialect(database), column, "those")), {"those": values}
            )
    return len(gone)


def _do(
    database: Database, change: Update | Delete, key: Column[Any], where: ColumnElement[bool]
) -> None:
    """Change the rows where this holds, BATCH by BATCH; looking for them holds up no writer.

    Nor does a look take long: no more than LOOK are looked for at a time, and what was changed is
    not found again.
    """
    change = change.where(where, is_among(_dialect(database), key, "those"))
    wanted = select(key).where(where).limit(LOOK)
    while those := _found(database, wanted):
        changed = 0
        for start in range(0, len(those), BATCH):
            with database.write() as connection:
                done = connection.execute(change, {"those": those[start : start + BATCH]})
            changed += done.rowcount
        if len(those) < LOOK or not changed:
            return


def _found(database: Database, wanted: Select[Any]) -> list[Any]:
    with database.read() as connection:
        return list(connection.scalars(wanted))


def _dialect(database: Database) -> Dialect:
    return "sqlite" if database.is_sqlite else "postgresql"
