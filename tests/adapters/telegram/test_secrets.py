"""K10, for Telegram: with every log at DEBUG, the token and the secret are in none of it."""

import logging
import random

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.adapters.telegram.living import living, on_telegram
from tests.fakes.telegram import TOKEN, Cut, Dropped, FakeTelegram, Page, Refuses, Throttles

TROUBLE = (Page(502), Cut(), Dropped(), Throttles(1), Refuses(401, "Unauthorized"), Page(200))


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_no_log_holds_the_token_or_the_secret(  # noqa: PLR0917 - fixtures
    mode: str,
    telegram: FakeTelegram,
    plain: Settings,
    library: Library,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Libraries are set to DEBUG as well, and nothing filters their lines here."""
    caplog.set_level(logging.DEBUG)
    for name in list(logging.Logger.manager.loggerDict):
        caplog.set_level(logging.DEBUG, name)
    for method in ("getUpdates", "setWebhook", "sendMessage", "getMe", "answerCallbackQuery"):
        telegram.script(method, random.choice(TROUBLE[:3]))
    anna = telegram.person(42)
    square = telegram.group(-100_555)
    async with living(on_telegram(plain, telegram, mode), telegram, library) as alive:
        secret = telegram.pusher.webhook.secret
        anna.says("help")
        square.says(anna, "@CityTestBot help")
        await anna.hears(1, 30)
        anna.presses(anna.sees[0].labels[0][0])
        telegram.script("setMyCommands", *TROUBLE)
        for _one in TROUBLE:
            with pytest.raises(Exception):  # noqa: B017, PT011 - whichever; its log matters
                await alive.channel.set_up()
        await anna.hears(2, 30)
    written = caplog.text + "".join(capfd.readouterr())
    assert "setMyCommands" in written  # the guard-off twin: calls are logged
    assert TOKEN not in written
    assert TOKEN.partition(":")[2] not in written
    assert not secret or secret not in written
