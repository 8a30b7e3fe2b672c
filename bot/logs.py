"""Structured logs: human on a terminal, JSON lines otherwise, and never a secret in them."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# A bot's token, also inside an address: https://api.telegram.org/bot123456789:AAE.../sendMessage
_TOKEN = re.compile(r"(?<!\d)\d{6,12}(?::|%3[aA])[A-Za-z0-9_-]{30,}")
# Whatever stands behind a telling name, in an address (corpsecret=), a header or a JSON text.
_NAMED = re.compile(
    r"(?i)(token|secret|signature|openid|password|passwd|api_?key|authorization|cookie)"
    r"(['\"]?\s{0,3}[=:]\s{0,3}(?:b?['\"])?(?:bearer\s|basic\s)?)[^\s&\"',}<]+"
)
_COOKIE = re.compile(r"(?i)(cookie['\"]?:\s{0,3})[^\r\n]+")  # goes on behind each semicolon
_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):[^@/\s]+@")
_TELLING = frozenset({"secret", "token", "password", "cookie", "authorization", "text", "name"})
# These libraries write addresses with tokens in them at INFO, or much that nobody needs.
CHATTY = (
    *("httpx", "httpcore", "aiohttp.access", "aiohttp.client", "telegram"),
    *("apscheduler", "alembic", "rasa_sdk"),
)
# Says at every tick that the last one is not over, many times a second: clock.py says it once.
_INSISTS = "apscheduler.scheduler"
# What would start a line of its own, colour a terminal, or change how the rest of a line shows.
_CONTROLS = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0xD800, 0xE000))
} | {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}


def without_secrets(text: str) -> str:
    """A line with tokens, named secrets and passwords taken out. Linear in its length."""
    text = _COOKIE.sub(r"\1<hidden>", _TOKEN.sub("<token>", text))
    return _PASSWORD.sub(r"\1:<hidden>@", _NAMED.sub(r"\1\2<hidden>", text))


def _hide(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if not key.startswith("_"):  # those are structlog's own
            event[key] = _tidy(key, value)
    return event


def _tidy(key: str, value: Any) -> Any:
    """The value as it may be written: no secret, no text of a person, one line."""
    if key.lower() in _TELLING:
        return "<hidden>"
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(k): _tidy(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_tidy("", item) for item in value]
    text = without_secrets(value if isinstance(value, str) else repr(value))
    if key != "exception":
        return text.translate(_CONTROLS)
    # Indented, so that no line of an error's own text passes for a line of the log.
    return "\n".join(f"  {line.translate(_CONTROLS)}" for line in text.split("\n"))


class _Stderr(logging.StreamHandler[Any]):
    """Writes to what stderr is now, not to what it was at the start."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


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
        # First of all: what nobody will read costs nothing.
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_INSISTS).setLevel(logging.ERROR)
