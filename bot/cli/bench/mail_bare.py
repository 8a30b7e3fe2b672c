"""What broadcasts are compared with: aiohttp's client posting the same requests, nothing kept.

Runs in a process of its own: `python -m bot.cli.bench.mail_bare <api> <token> <people>`. Says one
line of JSON: messages a second, and seconds of processor time for each.
"""

import asyncio
import sys
import time
from typing import Any

import aiohttp
import orjson

AT_ONCE = 256  # as many as our own delivery has under way
TEXT = "Good morning! Registration for the summer school is open, and places are few."
FIRST = 1_000_000  # the number of the first person


def request(person: int) -> dict[str, Any]:
    """What is posted for one person, as the house posts it."""
    tap = {"text": "No more of these", "callback_data": f"{person:x}.0"}
    return {
        "chat_id": FIRST + person,
        "text": TEXT,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[tap]]},
    }


async def post(api: str, token: str, people: int) -> dict[str, float]:
    """Post one message to each."""
    address, left = f"{api}/bot{token}/sendMessage", iter(range(people))
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def posting() -> None:
            for person in left:
                async with session.post(address, json=request(person)) as answer:
                    await answer.json()

        begun, busy = time.perf_counter(), time.process_time()
        await asyncio.gather(*(posting() for _one in range(AT_ONCE)))
        seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    return {"rate": people / seconds, "cpu": busy / people}


if __name__ == "__main__":
    _api, _token, _people = sys.argv[1:4]
    print(orjson.dumps(asyncio.run(post(_api, _token, int(_people)))).decode())  # noqa: T201 - for who started us
