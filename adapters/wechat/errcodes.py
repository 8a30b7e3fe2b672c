"""What WeChat's errcodes mean for us.

https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.tencent.answers import Errcodes
from bot.channel import (
    Blocked,
    Misconfigured,
    SendError,
    Throttled,
    Unreachable,
    WindowClosed,
)

_SHANGHAI = ZoneInfo("Asia/Shanghai")  # where the platform's day begins


class NotGranted(WindowClosed):
    """The account may not use this interface: unverified, or of the wrong kind (48001)."""


def errcodes(now: Callable[[], datetime]) -> Errcodes:
    """The table; `now` for the quota of the day, which is the whole account's."""

    def of_the_day(told: str) -> SendError:
        return Throttled(midnight(now()) - now(), told, everyone=True)

    def of_the_minute(told: str) -> SendError:
        return Throttled(timedelta(minutes=1), told, everyone=True)

    return {
        -1: Unreachable,  # busy
        43004: Blocked,  # does not follow us
        43019: Blocked,  # on the account's own black list
        48002: Blocked,  # has switched off our messages
        45009: of_the_day,
        45011: of_the_minute,
        45015: WindowClosed,  # they have not written for too long
        45047: WindowClosed,  # we have written too often since
        48001: NotGranted,
        **dict.fromkeys(_SET_UP, Misconfigured),
    }


# App id or secret wrong, address not on the allow-list, account frozen or under restriction.
_SET_UP = (40002, 40013, 40125, 40164, 40243, 41002, 41004, 48004, 50002, 50007, 61024, 89503)


def midnight(now: datetime) -> datetime:
    """The next 00:00 in Shanghai, as the instant it is."""
    there = now.astimezone(_SHANGHAI)
    tomorrow = (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return tomorrow.astimezone(now.tzinfo)
