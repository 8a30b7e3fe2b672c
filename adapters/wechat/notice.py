"""A notice outside the chat: tells a person that something waits for them here.

WeChat lets us write only after they do. Service accounts may send template messages about what
people have signed up for; all accounts may send subscription notices to who agreed to one. Neither
holds our words: a field takes twenty characters. So the notice says what it is about, and the
message itself waits in the chat until they write.
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html
https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html
"""

import re
from dataclasses import dataclass

from adapters.wechat.api import Api
from bot.config import BadSetting
from bot.i18n import _
from bot.message import Reply
from bot.text import shorten

FIELD_LIMIT = 20  # characters of a `thing` field
_WRITTEN = re.compile(r"(template|subscription):([A-Za-z0-9_-]{20,64}):([A-Za-z_]+[0-9]*)")
_UNREADABLE = _("Setting {key}: {value} is not possible; use {allowed}.")


@dataclass(frozen=True, slots=True)
class Notice:
    """How this account may send notices: by which way, which template, in which of its fields."""

    way: str
    template: str
    field: str

    async def send(self, api: Api, openid: str, reply: Reply) -> None:
        """Send one about this reply. Raises a SendError."""
        words = {self.field: headline(reply.text)}
        send = api.notify if self.way == "template" else api.notify_once
        await send(openid, self.template, words)


def notice_of(setting: str) -> Notice | None:
    """Read `wechat_notice`: `template:<id>:thing1`; None when it is empty. Raises BadSetting."""
    if not setting:
        return None
    found = _WRITTEN.fullmatch(setting.strip())
    if not found:
        allowed = "template:<ID>:thing1, subscription:<ID>:thing1"
        raise BadSetting(_UNREADABLE, key="wechat_notice", value=setting, allowed=allowed)
    return Notice(*found.groups())


def headline(text: str) -> str:
    """The first line, as far as a field takes it."""
    lines = (line.strip() for line in text.splitlines())
    return shorten(next(filter(None, lines), ""), FIELD_LIMIT)
