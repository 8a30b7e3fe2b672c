"""What WeChat's figures are compared with: aiohttp and wechatpy, the same answer, nothing kept.

As wechatpy's own example has it. Runs in a process of its own; says its port on stdout, stops at
SIGTERM.
"""

import asyncio
import sys

from aiohttp import web
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from bot.cli.bench.answer import answer
from bot.cli.bench.serving import until_stopped

_WORDS, _BUTTONS = answer("help")
_ANSWER = "\n\n".join((_WORDS, "\n".join(f"{n}. {text}" for n, text in enumerate(_BUTTONS, 1))))


async def serve(token: str, aes_key: str, app_id: str) -> None:
    """Answer until told to stop."""
    crypto = WeChatCrypto(token, aes_key, app_id)

    async def hear(request: web.Request) -> web.Response:
        query, body = request.query, await request.read()
        stamp = (query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(crypto.decrypt_message(body, *stamp))
        reply = create_reply(_ANSWER, message).render()
        sealed = crypto.encrypt_message(reply, query["nonce"], query["timestamp"])
        return web.Response(text=sealed, content_type="application/xml")

    app = web.Application()
    app.router.add_post("/wechat", hear)
    await until_stopped(app)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:4]))
