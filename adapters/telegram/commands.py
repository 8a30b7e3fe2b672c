"""What the apps show beside our name: the commands, and who we are, in every language we speak.

https://core.telegram.org/bots/api#setmycommands
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from telegram import Bot, BotCommand

from adapters.telegram.request import Declined
from bot.channel import Told
from bot.config import Settings
from bot.i18n import DEFAULT, _, languages, translate
from bot.message import Choice

# Behind those of the menu. Each is a word some dialog hears, which a test looks at.
_ALWAYS: Final = (
    Choice("mydata", _("Get what is kept about you")),
    Choice("link", _("Connect with another channel")),
    Choice("stop", _("No messages from our side")),
    Choice("cancel", _("Leave what you are in the middle of")),
)
_NAME = re.compile(r"[a-z0-9]{1,32}")  # Telegram takes an underscore as well, no dialog hears one
_LONG = _(
    "{name} is an automated assistant for people who make cities. Ask how other cities have "
    "solved something: housing, gardens, traffic, having a say. It names its sources, and says "
    "when it does not know.\n\nWhat you write here passes through Telegram. Please send nothing "
    "confidential."
)
_SHORT = _("An automated assistant for people who make cities.")


def commands(menu: Sequence[Choice]) -> tuple[Choice, ...]:
    """What can be asked for by a command: its name, and a msgid that describes it."""
    first = sorted(menu, key=lambda choice: choice.value != "help")
    return tuple(c for c in (*first, *_ALWAYS) if _NAME.fullmatch(c.value))


async def publish(bot: Bot, settings: Settings, menu: Sequence[Choice]) -> tuple[Told, ...]:
    """Tell Telegram all of it. Raises TelegramError."""
    chosen = commands(menu)
    for code, sent_as in _everywhere():
        told = [BotCommand(c.value, translate(code, c.label)) for c in chosen]
        await bot.set_my_commands(told, language_code=sent_as)
    in_all, names = ", ".join(languages()), ", ".join(f"/{c.value}" for c in chosen)
    said = _("Commands set: {commands} ({languages}).")
    set_ = Told(said, {"commands": names, "languages": in_all})
    return set_, await _describe(bot, settings, in_all)


async def _describe(bot: Bot, settings: Settings, in_all: str) -> Told:
    try:
        for code, sent_as in _everywhere():
            about = translate(code, _LONG, name=settings.name)
            await bot.set_my_description(about, language_code=sent_as)
            await bot.set_my_short_description(translate(code, _SHORT), language_code=sent_as)
    except Declined as declined:
        if declined.code != 404:  # a server of one's own, older than Bot API 6.6
            raise
        return Told(_("This Bot API server is too old for a description; all else works."))
    return Told(_("Description set ({languages})."), {"languages": in_all})


def _everywhere() -> Iterator[tuple[str, str | None]]:
    """Each language, and as which it is sent: the default one also to who speaks another."""
    for code in languages():
        yield from ((code, sent_as) for sent_as in ((code, None) if code == DEFAULT else (code,)))
