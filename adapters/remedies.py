"""What to do when a platform says that a channel is not set up: one step for each of its codes.

Only what staff can mend; apart from the channels, so that a list of them imports none.
"""

import re
from collections.abc import Mapping
from typing import Final

from bot.i18n import _

_NEW_TOKEN = _(
    "Get the token from @BotFather (/token), put it into telegram_token, and restart citybot."
)
_WECHAT_SECRET = _(
    "Make a new AppSecret on mp.weixin.qq.com, put it into wechat_app_secret, and restart citybot."
)
_WECHAT_ID = _(
    "Compare wechat_app_id with the AppID on mp.weixin.qq.com, mend it, and restart citybot."
)
_WECHAT_ADDRESS = _(
    "Put the address named in the message on the IP allow-list (IP白名单) on mp.weixin.qq.com; it "
    "holds within minutes, without a restart."
)
_WECHAT_AGREED = _(
    "Only people who agreed to the notice in WeChat get it; the others read what waits when they "
    "write again. If it is refused for everybody, use a template message in wechat_notice."
)
_WECHAT_TEMPLATE = _(
    "Copy the ID of the template from mp.weixin.qq.com into wechat_notice, and restart citybot."
)
_WECHAT_FIELD = _(
    "The last part of wechat_notice is to be the name of a field of the template, for example "
    "thing1: compare it on mp.weixin.qq.com, and restart citybot."
)
_WECHAT_NOTICES = _(
    "This account may not send notices of this kind: choose the other one in wechat_notice, or "
    "leave it empty, and restart citybot."
)
_WECOM_SECRET = _(
    "Copy corp ID, agent ID and secret of the app from work.weixin.qq.com into wecom_corp_id, "
    "wecom_agent_id and wecom_secret, and restart citybot."
)
_WECOM_ADDRESS = _(
    "Put the address named in the message among the app's trusted IPs (企业可信IP) on "
    "work.weixin.qq.com; it holds within minutes, without a restart."
)
_BETWEEN = _(
    "Something between us and the platform refuses: let the proxy or the firewall of this server "
    "through to it. We try again by ourselves."
)
_NO_WAY = _(
    "Look whether this server reaches the internet: its network, its name servers, and the proxy "
    "it has to use (HTTPS_PROXY). We try again by ourselves."
)
_WHOLE = {
    **dict.fromkeys(("401 HTTP", "403 HTTP", "404 HTTP", "407 HTTP"), _BETWEEN),
    "Telegram does not answer; it is asked again.": _NO_WAY,
}
_STEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "telegram": {"401": _NEW_TOKEN, "404": _NEW_TOKEN},
    "wechat": {
        **dict.fromkeys(("40001", "40125", "40243", "41004"), _WECHAT_SECRET),
        **dict.fromkeys(("40002", "40013", "41002"), _WECHAT_ID),
        **dict.fromkeys(("40164", "61024"), _WECHAT_ADDRESS),
        **{"43101": _WECHAT_AGREED, "40037": _WECHAT_TEMPLATE, "47003": _WECHAT_FIELD},
        "48001": _WECHAT_NOTICES,
    },
    "wecom": {
        **dict.fromkeys(("40001", "40013", "40056", "40091", "41002", "41004"), _WECOM_SECRET),
        **dict.fromkeys(("60020",), _WECOM_ADDRESS),
    },
}
_CODE = re.compile(r"\d{3,6}(?!\d)")
# What a connection that did not come about is called; the platform said nothing.
_NO_ANSWER = re.compile(r"(?:Client|Connect|Network|OS|Server|Timeout)[A-Za-z]{0,40}Error")


def step_for(channel: str, reason: str) -> str:
    """What to do about a reason that begins with a code of the platform; "" where we know none."""
    if reason in _WHOLE:
        return _WHOLE[reason]
    if _NO_ANSWER.fullmatch(reason):
        return _NO_WAY
    code = _CODE.match(reason)
    return _STEPS.get(channel, {}).get(code[0], "") if code else ""
