"""What is seen of a process while it works, and whether it grows."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from bot.cli.bench.peers import Broken, Process

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One look. `at`: seconds since the first line; `memory` in bytes; `lag`: of /livez, seconds.

    `lag` is how long the event loop leaves a request that does nothing waiting.
    """

    at: float
    memory: int
    files: int
    lag: float


@dataclass(frozen=True, slots=True)
class Growth:
    """A straight line through samples: bytes an hour, and the standard error of that."""

    rate: float
    error: float


def look_at(process: Process, at: float, lag: float) -> Sample:
    """Resident memory and open descriptors now. Raises Broken where the system does not tell."""
    memory, files = process.memory(), None
    with suppress(OSError):
        files = len(os.listdir(f"/proc/{process.process.pid}/fd"))
    if memory is None or files is None:
        raise Broken("no /proc tells of a process here, or the house has ended")
    return Sample(at, memory, files, lag)


def growth(samples: Sequence[Sample]) -> Growth:
    """By least squares. Neighbouring samples resemble each other: the true error is larger."""
    if len(samples) < 3:
        return Growth(0.0, 0.0)
    middle, mean = fmean(s.at for s in samples), fmean(s.memory for s in samples)
    spread = sum((s.at - middle) ** 2 for s in samples)
    rate = sum((s.at - middle) * (s.memory - mean) for s in samples) / spread
    beside = sum((s.memory - mean - rate * (s.at - middle)) ** 2 for s in samples)
    return Growth(rate * HOUR, sqrt(beside / (len(samples) - 2) / spread) * HOUR)


def second_half(samples: Sequence[Sample]) -> Sequence[Sample]:
    """Those of the later half of the time."""
    return [s for s in samples if s.at >= samples[-1].at / 2]


def tenths(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """For each tenth of the time, seconds at its end and the mean memory in it."""
    width = samples[-1].at / 10
    parts = (_between(samples, n * width, (n + 1) * width) for n in range(10))
    return [((n + 1) * width, fmean(part)) for n, part in enumerate(parts) if part]


def _between(samples: Sequence[Sample], first: float, last: float) -> list[int]:
    return [s.memory for s in samples if first <= s.at <= last]
