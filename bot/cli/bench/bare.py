"""What everything is compared with: an aiohttp handler that reads JSON, answers, keeps nothing.

Runs as a file in a process of its own; says its port on stdout, stops at SIGTERM.
"""

import asyncio
import signal

import orjson
from aiohttp import web

_ANSWER = {"id": 1, "from": "citybot", "text": "Ask me anything about making cities."}


async def _answer(request: web.Request) -> web.Response:
    said = orjson.loads(await request.read())
    body = orjson.dumps({"status": "accepted", "of": said["id"], "messages": [_ANSWER]})
    return web.Response(body=body, content_type="application/json")


async def serve() -> None:
    """Answer until told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = web.Application()
    app.router.add_post("/chat/api/messages", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201 - the port, for who started us
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
