"""Which sessions were ended: kept on disk until their tokens would be too old anyway."""

import os
import time
from contextlib import suppress
from pathlib import Path

import structlog

from adapters.web.session import IDLE, RENEWED, Session, Sessions

log = structlog.get_logger()
_KEPT_SECONDS = (IDLE + RENEWED).total_seconds()  # longer than any token issued before the end
_TIDY_SECONDS = 24 * 60 * 60.0
_UNKEPT = 10_000  # endings held in memory when the disk takes none
_TICK = 1_000_000_000  # nanoseconds: no file system dates a change more coarsely
_LOOK_SECONDS = 0.1  # after which another process's ending is known here


class Endings:
    """One empty file for each ended session, so that its token is not taken again.

    The name is keyed: it leads neither to the session nor to an address. Processes that share the
    folder share what they know, and a restart forgets nothing. The folder is not asked at every
    request: that would cost more than reading the token does.
    """

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._folder, self._sessions = folder, sessions
        self._unkept: dict[str, None] = {}
        self._kept: frozenset[str] = frozenset()
        self._changed_at = -1  # the folder, in nanoseconds, when it was last read
        self._looked_at = float("-inf")
        self._tidied_at = 0.0
        self._tidy()

    def add(self, session: Session) -> None:
        """From now on its token is refused. Never fails: a disk that refuses is logged."""
        name = self._name(session)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._folder / name).touch(mode=0o600)
            self._kept |= {name}
        except OSError as error:
            log.error("ending_not_kept", error=type(error).__name__)
            self._unkept[name] = None
            if len(self._unkept) > _UNKEPT:
                del self._unkept[next(iter(self._unkept))]
        self._tidy()

    def __contains__(self, session: Session) -> bool:
        self._look()
        if not (self._kept or self._unkept):
            return False
        name = self._name(session)
        return name in self._kept or name in self._unkept

    def _look(self) -> None:
        """Learn what other processes have ended."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        with suppress(OSError):  # nobody has ended a session yet, or the disk keeps none
            changed_at = os.stat(self._folder).st_mtime_ns
            # Within one tick of the clock the folder may change again and look the same.
            settled = changed_at < time.time_ns() - _TICK
            if changed_at != self._changed_at:
                self._kept = frozenset(os.listdir(self._folder))
                self._changed_at = changed_at if settled else -1

    def _name(self, session: Session) -> str:
        return self._sessions.mark(session, "ended")

    def _tidy(self) -> None:
        """Once a day: remove what no token is left for."""
        now = time.time()
        if now - self._tidied_at < _TIDY_SECONDS or not self._folder.is_dir():
            return
        self._tidied_at = now
        try:
            for path in self._folder.iterdir():
                if now - path.stat().st_mtime > _KEPT_SECONDS:
                    path.unlink()
        except OSError as error:  # another process was faster: the rest goes the next day
            log.info("endings_not_tidied", error=type(error).__name__)
