"""What to do at each platform to set a channel up, step by step; docs/channels say more.

Apart from the channels, so that a list of them imports none.
"""

from collections.abc import Mapping
from typing import Final

from adapters import NEEDS
from bot.guide import Guide
from bot.i18n import _

_GIVE = _("Give the settings below to this server, and restart citybot.")
_SET_UP = _("Press “Tell the platform” below: it makes the menu, and the commands people can tap.")
_TEST = _("Press “Test the connection” below. Then write something to it from your own phone.")
GUIDES: Final[Mapping[str, Guide]] = {
    "telegram": Guide(
        steps=(
            _(
                "In Telegram open @BotFather, send /newbot, and answer its two questions. It gives "
                "you a token: whoever has it is your bot, so keep it like a password."
            ),
            _GIVE,
            _(
                "There is no address to copy: with an https address in public_url Telegram is told "
                "by itself where to call, without one this server asks Telegram."
            ),
            _SET_UP,
            _TEST,
        ),
        needs=NEEDS["telegram"],
        settings=("telegram_mode", "telegram_api", "public_url"),
    ),
    "wechat": Guide(
        steps=(
            _(
                "On mp.weixin.qq.com, under 设置与开发 > 基本配置 (basic configuration), copy the "
                "AppID and make an AppSecret."
            ),
            _(
                "On the same page put the public address of this server on the IP allow-list "
                "(IP白名单): without it every call is refused."
            ),
            _(
                "Choose a token of 3 to 32 letters and digits, and let the page make an "
                "EncodingAESKey; copy it before you save."
            ),
            _GIVE,
            _(
                "Back on the page, under 服务器配置 (server configuration), enter the address "
                "{address}, the token, the key, and safe mode (安全模式). When you save, the "
                "platform calls this server, which has to be running. Then switch it on."
            ),
            _SET_UP,
            _TEST,
        ),
        needs=NEEDS["wechat"],
        settings=(
            "wechat_language",
            "wechat_service",
            "wechat_notice",
            "wechat_mass",
            "wechat_api",
        ),
        callback="/wechat",
    ),
    "wecom": Guide(
        steps=(
            _(
                "In the admin console at work.weixin.qq.com make an app "
                "(应用管理 > 自建 > 创建应用) and choose who may see it (可见范围)."
            ),
            _(
                "Take down the CorpID (我的企业 > 企业信息), and the AgentId and the Secret of "
                "the app."
            ),
            _(
                "In the app, under 接收消息 > 设置API接收, enter the address {address}. Let it "
                "make up Token and EncodingAESKey, take both down, and do not save yet."
            ),
            _GIVE,
            _("Now save in the console: WeCom asks this server at that moment."),
            _(
                "In the app, under 企业可信IP, enter the address from which this server calls out: "
                "others are refused."
            ),
            _SET_UP,
            _TEST,
        ),
        needs=NEEDS["wecom"],
        settings=("wecom_language", "wecom_api"),
        callback="/wecom",
    ),
    "web": Guide(
        steps=(
            _("The chat page is open already, at {base}/chat: try it."),
            _(
                "To put it on another site, name that site in embed_origins, for example "
                "https://www.example.org, and restart citybot."
            ),
            _("Put this line anywhere on the page: a round button appears, which opens the chat."),
            _(
                "If the site has a Content-Security-Policy, it needs these two and nothing else: "
                "script-src {base}; frame-src {base}"
            ),
        ),
        settings=("public_url", "embed_origins", "own_channels"),
        embed=True,
    ),
}
