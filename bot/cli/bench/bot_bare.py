"""What a bot can cost at least: a bare aiohttp handler that answers everybody the same.

Runs in a process of its own: `python -m bot.cli.bench.bot_bare <api> <token>`. Says its port on
stdout, stops at SIGTERM. Nothing is kept.
"""

import asyncio
import sys

import aiohttp
import orjson
from aiohttp import web

from bot.cli.bench.answer import answer
from bot.cli.bench.serving import until_stopped


async def serve(api: str, token: str) -> None:
    """Answer until told to stop."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def hear(request: web.Request) -> web.Response:
            message = orjson.loads(await request.read())["message"]
            words, buttons = answer(message["text"])
            keyboard = {"inline_keyboard": [[{"text": t, "callback_data": t}] for t in buttons]}
            said = {"chat_id": message["chat"]["id"], "text": words, "reply_markup": keyboard}
            headers = {"Content-Type": "application/json"}
            url = f"{api}/bot{token}/sendMessage"
            async with session.post(url, data=orjson.dumps(said), headers=headers) as sent:
                await sent.read()
            return web.Response()

        app = web.Application()
        app.router.add_post("/", hear)
        await until_stopped(app)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:3]))
