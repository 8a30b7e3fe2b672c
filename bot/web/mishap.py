"""Turns what went wrong behind us into a Problem the person can be told."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.database import DATABASE_DOWN
from bot.web.problem import UNAVAILABLE, UNEXPECTED, Problem, later

log = structlog.get_logger()
_RETRY_SECONDS = 5


@contextmanager
def mishaps_told() -> Iterator[None]:
    """Whatever the block raises becomes a Problem; a database out of reach is one that passes."""
    try:
        yield
    except DATABASE_DOWN as error:
        log.warning("database_unreachable", error=type(error).__name__)
        raise later(UNAVAILABLE, _RETRY_SECONDS) from error
    except (Problem, ConnectionResetError):
        raise
    except Exception as error:
        log.exception("web_request_failed")
        raise Problem(UNEXPECTED) from error
