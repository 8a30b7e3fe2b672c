"""A plain aiogram 3 application that answers everybody the same, as its own webhook example.

Runs on an interpreter that has aiogram and nothing of ours, in a process of its own:
`python -I bot_aiogram.py <api> <token> <port> <answers>`, which are JSON. Nothing is kept.

https://docs.aiogram.dev/en/latest/dispatcher/webhook.html
"""

import json
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web


def serve(api: str, token: str, port: str, answers: str) -> None:
    """Answer until told to stop."""
    table = json.loads(answers)

    async def answer(message: Message) -> None:
        words, buttons = table.get(message.text, table[""])
        keyboard = [[InlineKeyboardButton(text=text, callback_data=text)] for text in buttons]
        await message.answer(words, reply_markup=InlineKeyboardMarkup(inline_keyboard=keyboard))

    dispatcher = Dispatcher()
    dispatcher.message.register(answer)
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(app, path="/")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    serve(*sys.argv[1:5])
