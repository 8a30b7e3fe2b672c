"""Structured logs: human on a terminal, JSON lines otherwise, and never a secret in them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Bot tokens, and whatever stands behind a telling name in an address or a text.
_TOKEN = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,64}\b")
_NAMED = re.compile(
    r"(?i)\b(access_token|secret|token|signature|msg_signature|openid|password|authorization"
    r"|cookie)(=|:\s?)[^\s&\"',;]+"
)
_PASSWORD = re.compile(r"(?<=://)([^:/@\s]+):[^@/\s]+@")
_TELLING = frozenset({"secret", "token", "password", "cookie", "authorization", "text", "name"})
# These libraries write addresses with tokens in them at INFO.
_CHATTY = ("httpx", "httpcore", "aiohttp.access", "aiohttp.client", "apscheduler", "telegram")


def without_secrets(text: str) -> str:
    """A line with tokens, named secrets and passwords taken out. Linear in its length."""
    text = _TOKEN.sub("<token>", text)
    text = _NAMED.sub(r"\1\2<hidden>", text)
    return _PASSWORD.sub(r"\1:<hidden>@", text)


def _hide(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key in _TELLING:
            event[key] = "<hidden>"
        elif isinstance(value, str):
            event[key] = without_secrets(value)
    return event


def set_up(level: str, form: str) -> None:
    """Send our logs and those of libraries to stderr. `form`: human, json or auto."""
    human = form == "human" or (form == "auto" and sys.stderr.isatty())
    renderer: Any = (
        # Plain tracebacks: the rich ones print local variables, and so what people wrote.
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if human
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
