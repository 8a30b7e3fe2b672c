"""A plain python-telegram-bot application that answers everybody the same.

As its own example of a webhook without its web server has it: the handler puts updates into the
application's queue. Runs in a process of its own: `python -m bot.cli.bench.bot_ptb <api> <token>`.
Says its port on stdout, stops at SIGTERM. Nothing is kept.

https://docs.python-telegram-bot.org/en/stable/examples.customwebhookbot.html
"""

import asyncio
import sys

from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.cli.bench.answer import answer
from bot.cli.bench.serving import until_stopped


async def _answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is None:
        return
    words, buttons = answer(update.message.text or "")
    keyboard = [[InlineKeyboardButton(text, callback_data=text)] for text in buttons]
    await update.message.reply_text(words, reply_markup=InlineKeyboardMarkup(keyboard))


async def serve(api: str, token: str) -> None:
    """Answer until told to stop."""
    ours = Application.builder().token(token).base_url(f"{api}/bot").updater(None).build()
    ours.add_handler(MessageHandler(filters.TEXT, _answer))

    async def hear(request: web.Request) -> web.Response:
        await ours.update_queue.put(Update.de_json(await request.json(), ours.bot))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", hear)
    async with ours:
        await ours.start()
        await until_stopped(app)
        await ours.stop()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:3]))
