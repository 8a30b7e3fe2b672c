"""How a bot that is only measured is served: on a free port, until it is told to stop."""

import asyncio
import signal

from aiohttp import web


async def until_stopped(app: web.Application) -> None:
    """Serve on this machine, say the port on stdout, and end at SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201 - the port, for who started us
    await stop.wait()
    await runner.cleanup()
