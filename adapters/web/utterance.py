"""What a person wants to say, read from the fields of a request and checked."""

import re
from dataclasses import dataclass

from adapters.web.visit import invite_in
from bot.i18n import negotiate
from bot.text import MESSAGE_LIMIT, clean
from bot.web.body import Fields
from bot.web.problem import EMPTY, TOO_LONG, UNREADABLE, Problem

_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_PICKED_LIMIT = 300
_ROOM = 18  # digits of an id: more do not fit a database's integer


@dataclass(frozen=True, slots=True)
class Utterance:
    """A message as a browser sends it.

    id      made by the browser; the same id again is the same message
    picked  the value of a tapped choice; then `text` is empty
    after   the id of the newest reply this browser has
    invite  the code of a link whose button stands below the talk: what is typed may mean it
    """

    id: str
    text: str
    picked: str | None
    after: int
    locale: str | None
    invite: str = ""


def utterance_of(fields: Fields) -> Utterance:
    """Raises Problem when something is missing, of the wrong kind or too long."""
    client_id, picked = fields.get("id"), fields.get("picked")
    if not isinstance(client_id, str) or not _ID.fullmatch(client_id):
        raise Problem(UNREADABLE)
    if picked is not None and not (isinstance(picked, str) and 0 < len(picked) <= _PICKED_LIMIT):
        raise Problem(UNREADABLE)
    return Utterance(
        client_id,
        "" if picked else _text(fields),
        picked,
        number(fields.get("after", 0)),
        _locale(fields),
        invite_in(fields),
    )


def number(value: object) -> int:
    """A cursor: a whole number that is not negative. Raises Problem."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= _ROOM):
        raise Problem(UNREADABLE)
    return int(text)


def _text(fields: Fields) -> str:
    text = fields.get("text", "")
    if not isinstance(text, str):
        raise Problem(UNREADABLE)
    said = clean(text)  # the inbox cleans; what is measured here is what it will keep
    if not said:
        raise Problem(EMPTY)
    if len(said) > MESSAGE_LIMIT:
        raise Problem(TOO_LONG, limit=MESSAGE_LIMIT)
    return text


def _locale(fields: Fields) -> str | None:
    lang = fields.get("lang")
    return negotiate(lang) if isinstance(lang, str) else None
