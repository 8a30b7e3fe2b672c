"""What each setting is for, in words, and how its value may be shown: no page tells a secret."""

import re
from collections.abc import Mapping
from typing import Final

from bot.config import SECRETS, Settings
from bot.i18n import _, translate

GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    _("Who we are"): {
        "name": _("what the assistant calls itself"),
        "organisation": _("who runs it, named in welcome and privacy texts"),
        "contact": _("how to reach a human besides the chat: mail address or telephone"),
        "office_hours": _("when staff answer, by the clock of the office"),
        "zone": _("the time zone of the office, by its IANA name"),
        "language": _("the language of a person we know nothing about yet"),
        "quiet_hours": _("hours in which we write to nobody first, on each person's own clock"),
        "broadcast_limit": _("people above whom a second member of the team agrees; 0: never"),
        "privacy_url": _("the full privacy notice"),
        "own_channels": _("channels on which personal answers may be given in the chat itself"),
        "cross_border": _("who keeps the data in which country, if people must agree to that"),
    },
    _("Where it runs"): {
        "public_url": _("how people reach this server from outside"),
        "host": _("the address the web server listens on"),
        "port": _("the port it listens on"),
        "roles": _("what this process does: web, worker, delivery, clock"),
        "metrics_from": _("networks that may read the metrics besides this machine"),
        "trusted_proxies": _("how many reverse proxies stand in front of it"),
        "data_dir": _("where the database, the secret and backups lie"),
        "keys_dir": _("where the keys of open polls lie, in no backup"),
        "database_url": _("PostgreSQL; without it SQLite in the data folder"),
        "console_database_url": _("a copy of the database that pages of the team read, or none"),
        "redis_url": _("wakes other processes up; without it there is one process"),
        "secret": _("signs sessions and links; made and kept by itself if it is not set"),
        "log_level": _("how much the log says"),
        "log_format": _("how the log is written: for people, or as JSON"),
    },
    _("Limits"): {
        "flood_messages": _("messages one address may send at once"),
        "flood_seconds": _("seconds after which it may send as many again"),
        "api_requests": _("requests one token may make in a minute"),
        "api_origins": _("sites whose pages may call the API from a browser"),
        "embed_origins": _("sites that may show the chat; * for all"),
        "webhooks_inside": _("whether webhooks may lead into your own network"),
        "rasa_token": _("what a Rasa server shows us"),
    },
    "Telegram": {
        "telegram_token": _("the token of the bot, from @BotFather"),
        "telegram_mode": _("whether Telegram calls us, or we ask it"),
        "telegram_api": _("the address of Telegram, or of a Bot API server of your own"),
    },
    "WeChat": {
        "wechat_app_id": _("the AppID of the Official Account"),
        "wechat_app_secret": _("its AppSecret"),
        "wechat_token": _("the token of its server configuration: 3 to 32 letters and digits"),
        "wechat_aes_key": _("the EncodingAESKey of its server configuration: 43 characters"),
        "wechat_service": _("whether it may send customer-service messages"),
        "wechat_language": _("the language of its menu, and of people until they show another"),
        "wechat_notice": _("how people are told that something waits for them"),
        "wechat_mass": _("whether broadcasts may go by mass message to who may not be written to"),
        "wechat_api": _("the address of WeChat"),
    },
    "WeCom": {
        "wecom_corp_id": _("the CorpID of the company"),
        "wecom_agent_id": _("the AgentId of the app"),
        "wecom_secret": _("the secret of the app"),
        "wecom_token": _("the token of its callback: 3 to 32 letters and digits"),
        "wecom_aes_key": _("the EncodingAESKey of its callback: 43 characters"),
        "wecom_language": _("the language of its menu, and of people until they show another"),
        "wecom_api": _("the address of WeCom"),
    },
}
_MEANINGS: Final = {key: said for group in GROUPS.values() for key, said in group.items()}
_USER = re.compile(r"(?<=://)[^/@\s]{1,500}@")


def meaning(language: str, key: str) -> str:
    """What a setting is for."""
    return translate(language, _MEANINGS[key])


def value_of(settings: Settings, key: str) -> str:
    """What a page may show of a setting: "" for a secret and for nothing; no password in one."""
    value = getattr(settings, key)
    if key in SECRETS or value in ("", None):
        return ""
    return _USER.sub("…@", str(value))
