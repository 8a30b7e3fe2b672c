"""A host that does not answer: who asks next is told so at once, and need not wait to hear it."""

import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

Made = TypeVar("Made")
SLOW: Final = 1.0  # seconds; a host that is there refuses sooner
PAUSE: Final = 3.0  # seconds until somebody may try again
_TRYING: Final = 15.0  # seconds one of them has for that, while all others are told at once


class Breaker:
    """Lets attempts through, but not one after the other into nowhere."""

    def __init__(
        self, away: Callable[[], Exception], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`away`: the error for whoever is not let through."""
        self._away, self._monotonic = away, monotonic
        self._lock, self._shut_until, self._made_at = threading.Lock(), 0.0, 0.0

    def attempt(self, connect: Callable[[], Made]) -> Made:
        """What `connect` gives, or its error; then for a while, and at once, that of `away`."""
        begun = self._let_through()
        try:
            made = connect()
        except Exception:
            self._failed(begun)
            raise
        with self._lock:
            self._made_at, self._shut_until = self._monotonic(), 0.0
        return made

    def _failed(self, begun: float) -> None:
        with self._lock:
            now = self._monotonic()
            # Of several that waited, the last may give up when another has found it back.
            if begun > self._made_at:
                self._shut_until = now + PAUSE if now - begun >= SLOW else 0.0

    def _let_through(self) -> float:
        with self._lock:
            now = self._monotonic()
            if now < self._shut_until:
                raise self._away()
            if self._shut_until:
                self._shut_until = now + _TRYING
            return now
