"""What WeCom's errcodes mean for us.

https://developer.work.weixin.qq.com/document/path/90313
"""

from datetime import timedelta
from typing import Final

from adapters.tencent.answers import Errcodes
from bot.channel import Blocked, Misconfigured, SendError, Throttled, Unreachable


def _too_often(told: str) -> SendError:
    """Whoever calls more than the limit of a minute is shut out for a minute, of an hour for one.

    https://developer.work.weixin.qq.com/document/path/90312
    """
    return Throttled(timedelta(minutes=1), told, everyone=True)


def _too_many_at_once(told: str) -> SendError:
    return Throttled(timedelta(seconds=2), told, everyone=True)


# Not a member, or one who may not see the app.
_GONE = (40003, 50002, 60111, 81013)
# Secret, corp id, agent id or rights wrong, the app switched off, our address not on the list.
_SET_UP = (
    *(40001, 40013, 40056, 40082, 40091, 41002, 41004, 41011),
    *(48002, 48004, 48006, 50003, 60020, 301002, 301005),
)
ERRCODES: Final[Errcodes] = {
    -1: Unreachable,  # busy
    6000: Unreachable,  # somebody else is changing the same thing
    45009: _too_often,
    45033: _too_many_at_once,
    **dict.fromkeys(_GONE, Blocked),
    **dict.fromkeys(_SET_UP, Misconfigured),
}
