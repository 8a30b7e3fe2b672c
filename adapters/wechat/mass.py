"""Mass messages: one text to a list of followers, whoever wrote when.

A verified service account may; a subscription account may not, it has only messages to all or to a
tag. Each follower gets four a month, more are left out without a word; the calls are at most 60 a
minute. That the answer is 0 says that the task was taken, not that anybody has it: an event says
how it went, minutes later, in numbers without names (see heard.py).
https://developers.weixin.qq.com/doc/service/api/notify/message/api_masssend.html
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Batch_Sends_and_Originality_Checks.html

Of the errcodes these pages say what 45065, 45066 and 45067 are; the others are the platform's words
as people have met them. Not verified: when a quota that is used up (45028) begins anew; we try the
next midnight in Shanghai, as for the quota of the day (45009).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapters.tencent.answers import Errcodes
from adapters.tencent.calls import Call
from adapters.wechat.errcodes import NotGranted, midnight
from adapters.wechat.wording import plain
from bot.channel import SendError, Throttled, Unsure
from bot.i18n import _

PATH: Final = "/cgi-bin/message/mass/send"
KNOWN: Final = 45065  # clientmsgid exist: it was taken before, and `msg_id` says as what
KEY_BYTES: Final = 32  # 64 by the document; keys of 34 were refused (45067), as people report
NOT_ALLOWED: Final = _(
    "This account may not send mass messages to chosen people, only verified service accounts may: "
    "set wechat_mass to no, and restart citybot."
)
_NOT_AGREED: Final = _(
    "WeChat wants its terms of mass messages to be agreed to first: open mass messages (群发) on "
    "mp.weixin.qq.com, and agree to them there."
)
_USED_UP: Final = _("WeChat lets this account send no more mass messages for now.")


def mass_call(openids: Sequence[str], text: str, key: str, now: Callable[[], datetime]) -> Call:
    """One message to these, as `key`, at most KEY_BYTES; 45065 is an answer as 0 is."""
    asked = {
        "touser": list(openids),
        "msgtype": "text",
        "text": {"content": plain(text)},
        "clientmsgid": key,
    }
    call = Call.of_json(PATH.removeprefix("/"), asked)
    return replace(call, errcodes=_errcodes(now), answers=frozenset({KNOWN}))


def _errcodes(now: Callable[[], datetime]) -> Errcodes:
    """What a refusal means here.

    -1 is "busy", which may have taken it. 45066: this key came a moment ago, and what became of
    that nobody has told us yet; after a minute it may come again.
    """

    def used_up(_told: str) -> SendError:
        return Throttled(midnight(now()) - now(), _USED_UP)

    return {
        -1: Unsure,
        45028: used_up,  # has no masssend quota
        45066: Unsure,
        48001: lambda _told: NotGranted(NOT_ALLOWED),
        48003: lambda _told: NotGranted(_NOT_AGREED),  # user not agree mass-send protocol
        48008: lambda _told: NotGranted(NOT_ALLOWED),  # no permission for this msgtype
    }
