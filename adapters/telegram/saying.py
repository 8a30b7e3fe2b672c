"""A fitted reply as calls of the Bot API: files first, words last, the keyboard below them.

https://core.telegram.org/bots/api#sendmessage

Words go out as they are, with no parse mode: what a person wrote can never become markup.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson
from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputFile,
    InputPollOption,
    Message,
)
from telegram.error import TelegramError

from adapters.telegram import buttons
from adapters.telegram.errors import is_about_looks
from adapters.telegram.places import Spot
from adapters.telegram.request import Request
from bot.group_poll import poll_in_words
from bot.message import POLL, Attachment, Choice, Link, Reply
from bot.numbering import lines_of

_CAPTION = 1024  # UTF-16 units below a file
_PHOTOS = ("image/png", "image/jpeg")
_PHOTO = 10 * 1024 * 1024  # bytes; a larger one goes as a document
_QUESTION, _OPTION, _OPTIONS = 300, 100, 12  # https://core.telegram.org/bots/api#sendpoll
_NO_PREVIEW = {"is_disabled": True}  # Telegram would fetch the page for it


@dataclass(frozen=True, slots=True)
class NativePoll:
    """A native poll."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """The way to Telegram: the calls we make ourselves, and those python-telegram-bot makes."""

    request: Request
    bot: Bot


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of Telegram's: words, a file with words below it, or a poll.

    plainer  gives the same in words alone, for when Telegram does not take the looks; "" for none
    """

    text: str = ""
    keyboard: buttons.Keyboard = field(default_factory=list)
    file: Attachment | None = None
    poll: NativePoll | None = None
    plainer: Callable[[], str] = str


def pieces(reply: Reply, group: bool) -> tuple[Piece, ...]:
    """What is to be sent, in order; never empty."""
    poll = _poll(reply) if group else None
    choices = _beside(reply.choices, poll)
    links, pages = _parted(reply)
    polls = () if poll else map(poll_in_words, _polls(reply))
    text = "\n\n".join(filter(None, (reply.text, *polls, *pages)))
    files = [file for file in reply.attachments if _is_sent(file)]
    words = Piece(
        text,
        buttons.keyboard(choices, links, reply.ref),
        plainer=partial(_in_words, text, choices, links),
    )
    if files and _units(text) <= _CAPTION:
        words, files = replace(words, file=files[-1]), files[:-1]
    native = [Piece(poll=poll, plainer=partial(poll_in_words, next(_polls(reply))))] if poll else ()
    said = (*(Piece(file=file) for file in files), words, *native)
    return tuple(s for s in said if s.text or s.file or s.poll) or (words,)


async def send(wire: Wire, spot: Spot, said: Piece) -> int:
    """Hand one message to Telegram, once more in words alone if it minds the looks; its number."""
    try:
        return await _send(wire, spot, said)
    except TelegramError as error:
        words = said.plainer()
        if not words or not is_about_looks(error):
            raise
    return await _send(wire, spot, Piece(words, file=said.file))


async def _send(wire: Wire, spot: Spot, said: Piece) -> int:
    if said.poll:
        message = await _send_poll(wire.bot, spot, said.poll)
    elif said.file:
        message = await _send_file(wire.bot, spot, said, said.file)
    else:
        return await _send_words(wire.request, spot, said)
    return message.message_id


async def _send_words(request: Request, spot: Spot, said: Piece) -> int:
    """Nearly all that is ever sent: as JSON, without an object for each of its parts."""
    params: dict[str, Any] = {"chat_id": spot.chat, "text": said.text}
    params |= {"link_preview_options": _NO_PREVIEW}
    if spot.thread is not None:
        params["message_thread_id"] = spot.thread
    if said.keyboard:
        params["reply_markup"] = {"inline_keyboard": said.keyboard}
    sent = await request.call("sendMessage", **params)
    return int(sent["message_id"])


async def _send_poll(bot: Bot, spot: Spot, poll: NativePoll) -> Message:
    options = [InputPollOption(option) for option in poll.options]
    return await bot.send_poll(
        spot.chat, poll.question, options, is_anonymous=True, message_thread_id=spot.thread
    )


async def _send_file(bot: Bot, spot: Spot, said: Piece, file: Attachment) -> Message:
    content = InputFile(_bytes(file), filename=file.name or "file")
    give = bot.send_photo if _is_photo(file) else bot.send_document
    return await give(
        spot.chat,
        content,
        caption=said.text or None,
        reply_markup=InlineKeyboardMarkup.de_json({"inline_keyboard": said.keyboard}, bot)
        if said.keyboard
        else None,
        message_thread_id=spot.thread,
    )


def _poll(reply: Reply) -> NativePoll | None:
    """The native poll that comes with a reply; None for none, or one Telegram would not take."""
    held = next(_polls(reply), None)
    if held is None or isinstance(held.url_or_bytes, str):
        return None
    try:
        content = orjson.loads(held.url_or_bytes)
        poll = NativePoll(str(content["question"]), tuple(str(o) for o in content["options"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    sizes = [_units(option) for option in poll.options]
    fits = 1 <= _units(poll.question) <= _QUESTION and 1 <= len(sizes) <= _OPTIONS
    return poll if fits and all(1 <= size <= _OPTION for size in sizes) else None


def _polls(reply: Reply) -> Iterator[Attachment]:
    return (file for file in reply.attachments if file.kind == POLL)


def _beside(choices: Sequence[Choice], poll: NativePoll | None) -> Sequence[Choice]:
    """The choices a native poll does not show itself, kept in their places."""
    return () if poll and {c.label for c in choices} <= set(poll.options) else choices


def _parted(reply: Reply) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """Links as buttons, and as lines of text where Telegram would refuse the button.

    A file that stands elsewhere is a link: Telegram fetches few kinds of files itself.
    """
    elsewhere = [
        Link(file.name or file.url_or_bytes, file.url_or_bytes)
        for file in reply.attachments
        if isinstance(file.url_or_bytes, str) and file.url_or_bytes
    ]
    links = (*reply.links, *elsewhere)
    room = len(links) <= 20
    as_buttons = tuple(link for link in links if room and buttons.can_be_button(link))
    return as_buttons, tuple(_line(link) for link in links if link not in as_buttons)


def _is_sent(file: Attachment) -> bool:
    return isinstance(file.url_or_bytes, bytes) and bool(file.url_or_bytes) and file.kind != POLL


def _is_photo(file: Attachment) -> bool:
    return file.kind in _PHOTOS and len(_bytes(file)) <= _PHOTO


def _bytes(file: Attachment) -> bytes:
    return file.url_or_bytes if isinstance(file.url_or_bytes, bytes) else b""


def _in_words(text: str, choices: Sequence[Choice], links: Sequence[Link]) -> str:
    return "\n\n".join(_present((text, "\n".join(lines_of(choices)), "\n".join(map(_line, links)))))


def _present(blocks: Sequence[str]) -> Iterator[str]:
    return (block for block in blocks if block)


def _line(link: Link) -> str:
    return link.url if link.label in ("", link.url) else f"{link.label}: {link.url}"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
