"""Choices and links as an inline keyboard, and what comes back when one is tapped.

https://core.telegram.org/bots/api#inlinekeyboardbutton
"""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.taps import MARK, Tap, token
from bot.message import Choice, Link
from bot.text import columns, shorten

Keyboard = list[Sequence[dict[str, str]]]
"""Rows of buttons as the Bot API has them: to build them as objects costs as much as a send."""

DONE = "."  # what the button carries that shows which one was picked: nothing follows from it
_ROWS = ((3, 9), (2, 17))  # so many in a row where no label is wider than that
LINK: Final = 60
"""Columns of a link's label; a phone shows about half of that."""

_URL = 1024  # characters; the whole keyboard is refused beyond some 10 kB


def keyboard(choices: Sequence[Choice], links: Sequence[Link], ref: int) -> Keyboard:
    """All of them as buttons, short ones side by side; without a row when there are none."""
    taps = [
        {"text": choice.label, "callback_data": token(Tap(ref, place))}
        for place, choice in enumerate(choices)
    ]
    return [*_rows(taps), *([{"text": _label(link), "url": link.url}] for link in links)]


def picked(markup: InlineKeyboardMarkup | None, data: str) -> InlineKeyboardMarkup | None:
    """The same keyboard after a tap: the picked one marked, the other choices gone, links kept."""
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    mark = [
        InlineKeyboardButton(MARK + button.text, callback_data=DONE)
        for button in buttons
        if button.callback_data == data
    ]
    rows = [[button] for button in (*mark, *(b for b in buttons if b.url))]
    return InlineKeyboardMarkup(rows) if rows else None


def can_be_button(link: Link) -> bool:
    """Telegram refuses addresses of this machine or network, and with them the whole message."""
    try:
        host = urlsplit(link.url).hostname or ""
        port = urlsplit(link.url).port
    except ValueError:
        return False
    named = "." in host.strip(".") and not _is_number(host) and port != 0
    return named and len(link.url) <= _URL and link.label.strip() != ""


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _rows(buttons: Sequence[dict[str, str]]) -> Iterator[Sequence[dict[str, str]]]:
    widest = max((columns(button["text"]) for button in buttons), default=0)
    beside = next((count for count, room in _ROWS if widest <= room), 1)
    for start in range(0, len(buttons), beside):
        yield buttons[start : start + beside]


def _label(link: Link) -> str:
    return shorten(link.label, LINK, columns)
