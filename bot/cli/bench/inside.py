"""Plays rounds on the inbox of a house within one process: what a turn costs without HTTP.

Settings come from the environment. Each line on stdin is a job, each on stdout what was counted.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

from bot import app, logs
from bot.cli.bench.load import Job, Tally, counted
from bot.config import read
from bot.inbox import Inbox
from bot.message import Address, Message


async def talk(inbox: Inbox, messages: Iterator[Message], tally: Tally, until: float) -> None:
    """One conversation: a message, and the next when it is answered, until the time is over."""
    for message in messages:
        said_at = time.perf_counter()
        accepted = await inbox.accept(message)
        if accepted.status != "new" or not accepted.deliveries:
            tally.bad = tally.bad or f"{accepted.status}, {len(accepted.deliveries)} replies"
            return
        tally.answers += 1
        tally.replies += len(accepted.deliveries)
        tally.latencies.append(time.perf_counter() - said_at)
        if time.perf_counter() >= until:
            return


def messages(job: Job, number: int) -> Iterator[Message]:
    """What one conversation says, without end."""
    address = Address("bench", f"{job.name}-{number}")
    for said in count(1):
        text = job.texts[(number * 7 + said) % len(job.texts)]
        yield Message(f"{address.user}-{said}", address, text, datetime.now(UTC), locale="en")


async def play(inbox: Inbox, job: Job) -> str:
    """One round, as load.py plays it: a first turn each, then all of them timed."""
    talks = [messages(job, number) for number in range(job.conversations)]
    first, timed = Tally(), Tally()
    await asyncio.gather(*(talk(inbox, said, first, 0.0) for said in talks))
    begun, busy = time.perf_counter(), time.process_time()
    until = begun + job.seconds
    await asyncio.gather(*(talk(inbox, said, timed, until) for said in talks))
    timed.seconds = time.perf_counter() - begun
    busy = time.process_time() - busy
    timed.answers += first.answers
    timed.replies += first.replies
    timed.bad = first.bad or timed.bad
    return json.dumps(counted(timed, busy))


async def main() -> None:
    """Do jobs until stdin ends."""
    settings = read()
    logs.set_up(settings.log_level, settings.log_format)  # on stderr: stdout is the protocol
    house = app.build(settings, ())
    print("ready", flush=True)  # noqa: T201 - the protocol with who started us
    while line := await asyncio.to_thread(sys.stdin.readline):
        fields = json.loads(line)
        job = Job(**{**fields, "texts": tuple(fields["texts"])})
        print(await play(house.inbox, job), flush=True)  # noqa: T201 - likewise
    await house.inbox.close()
    house.database.close()


if __name__ == "__main__":
    asyncio.run(main())
