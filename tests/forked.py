"""A program in a process of its own that starts at once: it is forked from one that has loaded it.

Forked from there, not from the tests' process, which has threads and open databases. To load the
program takes more than a second; who kills it again and again would do nothing else.
"""

import asyncio
import multiprocessing
from collections.abc import Callable
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.loaded"])


def begun(run: Callable[..., None], *given: Any) -> BaseProcess:
    """It is at work. `run` and what it is given must be picklable."""
    process = _processes.Process(target=run, args=given, daemon=True)
    process.start()
    return process


def ready(run: Callable[..., None], *given: Any) -> BaseProcess:
    """Likewise, once it has called the last thing it is given: a function that takes nothing."""
    heard, said = _processes.Pipe(duplex=False)
    with heard:
        process = begun(run, *given, partial(said.send, "ready"))
        said.close()
        assert heard.recv() == "ready"
    return process


def ended(process: BaseProcess, seconds: float = 60) -> int:
    """How it ended; -9 when it was killed."""
    process.join(seconds)
    assert process.exitcode is not None, "the child hangs"
    return process.exitcode


async def played(run: Callable[..., None], *given: Any) -> int:
    """It begins, and ends; those here go on meanwhile. Gives how it ended."""
    return await asyncio.to_thread(lambda: ended(begun(run, *given)))
