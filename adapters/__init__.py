"""The channels, by name; a new one is one folder here and one line in this list."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points

from bot.channel import Channel, Desk
from bot.config import BadSetting, Settings
from bot.i18n import _


def _web(desk: Desk) -> Channel:
    from adapters.web import WebChannel

    return WebChannel(desk)


def _terminal(desk: Desk) -> Channel:
    from adapters.terminal import TerminalChannel

    return TerminalChannel(desk)


def _telegram(desk: Desk) -> Channel:
    from adapters.telegram import TelegramChannel

    return TelegramChannel(desk)


def _wechat(desk: Desk) -> Channel:
    from adapters.wechat import WeChatChannel

    return WeChatChannel(desk)


def _wecom(desk: Desk) -> Channel:
    from adapters.wecom import WeComChannel

    return WeComChannel(desk)


# Imported when opened, so that a command pays only for the channels it uses.
CHANNELS: Mapping[str, Callable[[Desk], Channel]] = {
    "web": _web,
    "terminal": _terminal,
    "telegram": _telegram,
    "wechat": _wechat,
    "wecom": _wecom,
}

# The settings a channel needs; it opens when all of them are there.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "telegram": ("telegram_token",),
    "wechat": ("wechat_app_id", "wechat_app_secret", "wechat_token", "wechat_aes_key"),
    "wecom": ("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key"),
}


def served(settings: Settings) -> tuple[str, ...]:
    """The channels a server opens: the web page, what its settings speak of, what was added.

    Raises BadSetting naming what is missing where only some of a channel's settings are there.
    """
    messengers = (name for name in NEEDS if name in CHANNELS and _is_set_up(name, settings))
    added = (name for name in known() if name not in CHANNELS)
    return ("web", *messengers, *added)


def _is_set_up(name: str, settings: Settings) -> bool:
    missed = missing(name, settings)
    if missed and len(missed) < len(NEEDS[name]):
        raise half_set_up(name, missed)
    return not missed


def missing(name: str, settings: Settings) -> tuple[str, ...]:
    """The settings a channel still needs."""
    return tuple(key for key in NEEDS.get(name, ()) if not getattr(settings, key))


def half_set_up(name: str, missed: Sequence[str]) -> BadSetting:
    """What is wrong where only some of a channel's settings are there."""
    why = _("The channel {channel} also needs: {key}.")
    return BadSetting(why, channel=name, key=", ".join(missed))


def known() -> Mapping[str, Callable[[Desk], Channel]]:
    """Our channels, and those of other packages (entry point group `citybot.channels`)."""
    others = {point.name: point.load() for point in entry_points(group="citybot.channels")}
    return {**others, **CHANNELS}
