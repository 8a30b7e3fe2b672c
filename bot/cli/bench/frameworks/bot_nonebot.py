"""A plain NoneBot2 application that answers everybody the same.

Takes updates with its FastAPI driver, which is its usual one, and calls the Bot API with its
aiohttp driver, which is several times as fast as its other one, httpx. Runs on an interpreter that
has these and nothing of ours, in a process of its own:
`python -I bot_nonebot.py <api> <token> <port> <answers>`, which are JSON. Nothing is kept.

https://github.com/nonebot/adapter-telegram/blob/beta/MANUAL.md
"""

import json
import sys

import nonebot
from nonebot import on_message
from nonebot.adapters.telegram import Adapter, Bot
from nonebot.adapters.telegram.event import MessageEvent
from nonebot.adapters.telegram.model import InlineKeyboardButton, InlineKeyboardMarkup


def serve(api: str, token: str, port: str, answers: str) -> None:
    """Answer until told to stop."""
    table = json.loads(answers)
    nonebot.init(
        driver="~fastapi+~aiohttp",
        host="127.0.0.1",
        port=int(port),
        log_level="WARNING",
        telegram_bots=[{"token": token, "api_server": f"{api}/", "is_webhook": True}],
        telegram_webhook_url="https://bot.example.org",
    )
    nonebot.get_driver().register_adapter(Adapter)

    async def answer(bot: Bot, event: MessageEvent) -> None:
        words, buttons = table.get(event.get_plaintext(), table[""])
        keyboard = [[InlineKeyboardButton(text=text, callback_data=text)] for text in buttons]
        await bot.send(event, words, reply_markup=InlineKeyboardMarkup(inline_keyboard=keyboard))

    on_message().append_handler(answer)
    nonebot.run()


if __name__ == "__main__":
    serve(*sys.argv[1:5])
