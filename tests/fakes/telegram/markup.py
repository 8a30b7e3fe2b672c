"""Inline keyboards as the server checks them.

https://core.telegram.org/bots/api#inlinekeyboardmarkup
"""

import json
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.refusal import Refusal

BUTTONS = 100  # more are refused; undocumented, python-telegram-bot names it
BYTES = 10_240  # of the keyboard as JSON; undocumented
_ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "copy_text")


def read(markup: Any) -> dict[str, Any] | None:
    """The keyboard of a message, or none. Raises Refusal as the server would."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise Refusal(400, "object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refusal(400, "inline keyboard must be an array of arrays")
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _check(button)
    if len(buttons) > BUTTONS or len(json.dumps(markup)) > BYTES:
        raise Refusal(400, "reply markup is too long")
    return {"inline_keyboard": [row for row in rows if row]} if buttons else None


def _check(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise Refusal(400, "inline keyboard button text must be non-empty")
    actions = [action for action in _ACTIONS if action in button]
    if len(actions) != 1:
        raise Refusal(400, "text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise Refusal(400, "BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    # localhost and names without a dot are refused.
    if parts.scheme not in ("http", "https", "tg") or (parts.scheme != "tg" and "." not in host):
        raise Refusal(400, f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
