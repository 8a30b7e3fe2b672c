"""Does what changes something once for each Idempotency-Key, in the transaction of the deed itself.

Asked again with the same request, a key gets the same answer; with another request it is refused
(draft-ietf-httpapi-idempotency-key-header). Of two that come at once the second waits for the
first, and gets its answer; what was refused or failed left nothing behind and may be tried again.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import orjson
from aiohttp import web
from sqlalchemy import select

from bot.api.call import Call
from bot.api.problems import KEY_USED, NO_KEY
from bot.dialog import Transaction
from bot.models import ApiDeed, Base
from bot.rows import dialect_of, insert_into
from bot.web.problem import UNREADABLE, Problem

_TABLE = Base.metadata.tables["api_deed"]
_KEY = re.compile(r"\"?([A-Za-z0-9_-]{1,100})\"?", re.ASCII)  # the draft has it in quotes


@dataclass(frozen=True, slots=True)
class Done:
    """What was answered. `again`: it had been done before."""

    answer: str
    again: bool


def key_of(request: web.Request) -> str:
    """The request's key. Raises Problem when there is none."""
    found = _KEY.fullmatch(request.headers.get("Idempotency-Key", "").strip())
    if found is None:
        raise Problem(NO_KEY)
    return found.group(1)


def once(call: Call, deed: Callable[[Call, Transaction], str], transaction: Transaction) -> Done:
    """Do it, or give what was answered when it was done. Raises Problem."""
    connection, digest = transaction.connection, _digest(call)
    fresh = {"token_id": call.token.id, "key": call.key, "digest": digest, "answer": ""}
    claim = insert_into(dialect_of(connection), ApiDeed).values(**fresh, done_at=transaction.now)
    this = (_TABLE.c.token_id == call.token.id, _TABLE.c.key == call.key)
    claimed = claim.on_conflict_do_nothing().returning(_TABLE.c.key)
    if connection.scalar(claimed) is not None:
        answer = deed(call, transaction)
        connection.execute(_TABLE.update().where(*this).values(answer=answer))
        return Done(answer, again=False)
    known = connection.execute(select(_TABLE).where(*this)).one()
    if known.digest != digest:
        raise Problem(KEY_USED)
    return Done(known.answer, again=True)


def tag_of(body: bytes) -> str:
    """An ETag."""
    return f'"{sha256(body).hexdigest()[:20]}"'


def _digest(call: Call) -> str:
    """Of what is asked for: method, address, and the body's meaning, however it was spelled.

    Raises Problem where it is nested too deep, or a whole number has more than 64 bits.
    """
    try:
        meant = orjson.dumps(dict(call.sent), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise Problem(UNREADABLE) from error
    head = f"{call.request.method} {call.request.path}\n".encode()
    return sha256(head + meant).hexdigest()
