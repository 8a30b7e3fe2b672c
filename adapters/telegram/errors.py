"""What Telegram's errors mean for a message that is on its way.

The descriptions are those of Telegram's own server: https://github.com/tdlib/telegram-bot-api,
Client.cpp and Query.cpp; there is no official list.
"""

import random
import re
from datetime import timedelta

from telegram.error import TelegramError

from adapters.telegram.request import Declined, NotReached, NotTelegram, Torn
from bot.channel import (
    Blocked,
    Misconfigured,
    Moved,
    Refused,
    SendError,
    Throttled,
    Unreachable,
    Unsure,
)
from bot.i18n import _
from bot.message import Address

_GONE = re.compile(
    r"(?i)blocked by the user|user is deactivated|was kicked|chat was deleted|not a member"
    r"|can't initiate conversation|group chat was deactivated"
)
# The words will do without the looks: no entities, no buttons.
_LOOKS = re.compile(
    r"(?i)can't parse|entit|reply markup|button|BUTTON_|keyboard|URL_INVALID|Wrong HTTP URL"
)
_UNCHANGED = re.compile(r"(?i)message is not modified")
_TOO_LATE = re.compile(r"(?i)query is too old|query ID is invalid|QUERY_ID_INVALID")
_OF_THE_MESSAGE = frozenset({400, 411, 413, 414, 415, 422})  # what another message may not get
_UNREACHED = _("Telegram does not answer; it is asked again.")
_TWO = _(
    "Another program asks with the same token, or a webhook is set: stop it, or use a webhook."
)
_PATIENCE = 30.0  # seconds to wait where we are to slow down and are not told for how long


def meaning(error: TelegramError, to: Address) -> SendError:
    """The error of sending that delivery knows what to do with. Holds no token."""
    match error:
        case NotReached():
            return Unreachable(str(error))
        case Declined():
            return _declined(error, to)
        case NotTelegram():
            return _elsewhere(error)
        case Torn():
            return Unsure(str(error))
    return Unsure(type(error).__name__)


def _declined(error: Declined, to: Address) -> SendError:
    if error.moved_to is not None:
        return Moved(Address(to.channel, str(error.moved_to)))
    match error.code:
        case 429:
            return _slower(error.after, error.description)
        case 401 | 404:
            return Misconfigured(f"{error.code} {error.description}")
        case 403 if _GONE.search(error.description):
            return Blocked(error.description)
        case code if code >= 500:
            return Unreachable(f"{code} {error.description}")
    return Refused(str(error.code), error.description)


def _elsewhere(error: NotTelegram) -> SendError:
    """A proxy that is in trouble passes; one that does not let us through has to be mended."""
    if error.status == 429:
        return _slower(error.after, str(error))
    if error.status >= 500 or error.status == 408:
        return Unreachable(str(error))
    if error.status in _OF_THE_MESSAGE:
        return Refused(str(error.status), str(error))
    return Misconfigured(str(error))


def _slower(after: float | None, why: str) -> Throttled:
    """Spread a little, so that not all come back in the same moment."""
    seconds = after if after is not None else _PATIENCE
    return Throttled(timedelta(seconds=seconds + random.random()), why)  # noqa: S311 - no secret


def deafness(error: TelegramError) -> str:
    """Why no updates come: a msgid of ours, or Telegram's own words."""
    if not isinstance(error, Declined):
        return _UNREACHED
    return _TWO if error.code == 409 else f"{error.code} {error.description}"


def is_about_looks(error: TelegramError) -> bool:
    """Whether the same words may be taken without entities and buttons."""
    declined = isinstance(error, Declined) and error.code == 400
    return declined and bool(_LOOKS.search(str(error)))


def is_done(error: TelegramError) -> bool:
    """Whether what was asked for is so already."""
    return isinstance(error, Declined) and bool(_UNCHANGED.search(error.description))


def is_too_late(error: TelegramError) -> bool:
    """Whether nobody waits for the answer to a tap any more."""
    return isinstance(error, Declined) and bool(_TOO_LATE.search(error.description))


def is_worth_another_try(error: TelegramError) -> bool:
    """For what may be done twice without harm: an answer to a tap, a changed keyboard."""
    if isinstance(error, Declined):
        return error.code == 429 or error.code >= 500
    return isinstance(error, NotReached | Torn | NotTelegram)
