"""An update of Telegram's as an event of ours, or as a tap, a move, or nothing.

https://core.telegram.org/bots/api#update
"""

import re
from dataclasses import dataclass

from adapters.telegram import contents
from adapters.telegram.addressed import said_to
from adapters.telegram.places import address_of, is_group, sound
from adapters.telegram.reading import Change, Person, Said, Tap, Update
from adapters.telegram.us import Us
from bot import message as ours
from bot.message import Address, Event, Joined, Left

# What we ask Telegram for: https://core.telegram.org/bots/api#setwebhook, allowed_updates
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_START = re.compile(r"/start(?:\s+(?:(?P<payload>[A-Za-z0-9_-]{1,64})|.*))?", re.DOTALL)
# Members of a group who write in its name: https://core.telegram.org/bots/api#message, sender_chat
_ANONYMOUS_ADMIN = 1087968824


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button was tapped. `id` is that of the query, which waits for an answer."""

    id: str
    at: Address
    data: str | None
    by: Person
    message: Said | None  # with the keyboard it had then; None when Telegram has forgotten it


@dataclass(frozen=True, slots=True)
class Renamed:
    """A group became a supergroup: the same chat under another number."""

    old: Address
    new: Address


Heard = Event | Tapped | Renamed


def hear(update: Update, us: Us) -> Heard | None:
    """What an update means; None for what is not for us. Raises for what cannot be read."""
    event_id = f"{us.id}:{sound(update.id)}"
    if update.tap:
        return _tapped(update.tap)
    if update.change:
        return _membership(update.change, event_id)
    if message := update.message:
        return _renamed(message) or _said(message, event_id, us)
    return None


def is_about_a_group(update: Update) -> bool:
    """Whether our @name decides what it means."""
    return bool(update.message and update.message.chat.type in ("group", "supergroup"))


def _said(message: Said, event_id: str, us: Us) -> Event | None:
    if not _is_by_a_person(message):
        return None
    text = said_to(message, us)
    files = contents.attachments_of(message.held)
    if text is None or not (text or (files and not message.is_edited)):
        return None  # a live location is edited every few seconds
    sender, at = address_of(message.chat, message.thread), message.at
    name, locale = _who(message.by, sender)
    if found := _START.fullmatch(text):
        return Joined(event_id, sender, at, name, locale, found["payload"])
    if message.album and not text:
        event_id = f"{us.id}:album:{message.album}"  # ten pictures are one message
    shared = is_group(sender)
    return ours.Message(event_id, sender, text, at, files, name=name, locale=locale, shared=shared)


def _is_by_a_person(message: Said) -> bool:
    """Not a bot, not a channel whose posts appear in its group, not the chat itself."""
    if message.chat.type not in ("private", "group", "supergroup"):
        return False
    author, chat = message.by, message.by_chat
    if author is None or message.is_passed:
        return False
    anonymous = author.id == _ANONYMOUS_ADMIN and chat is not None and chat.id == message.chat.id
    return anonymous or not author.is_bot


def _who(author: Person | None, sender: Address) -> tuple[str | None, str | None]:
    """Name and language; in a group they are one member's among many."""
    if author is None or is_group(sender):
        return None, None
    return _text(author.first_name), _text(author.language_code)


def _text(value: object) -> str | None:
    """Raises ValueError for what is no text: python-telegram-bot does not look."""
    if value is not None and not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _renamed(message: Said) -> Renamed | None:
    """Told twice, in the old chat and in the new: https://core.telegram.org/bots/api#message"""
    here = address_of(message.chat)
    if new := message.became:
        return Renamed(here, Address(here.channel, str(sound(new))))
    if old := message.was:
        return Renamed(Address(here.channel, str(sound(old))), here)
    return None


def _membership(change: Change, event_id: str) -> Event | None:
    """Blocked or unblocked by a person, added to or thrown out of a group."""
    if change.chat.type == "channel":
        return None
    sender = address_of(change.chat)
    if change.was_in and not change.is_in:
        return Left(event_id, sender, change.at)
    if change.is_in and not change.was_in:
        # Also in a group: until somebody speaks there, it is of whoever added us.
        locale = _text(change.by.language_code)
        name, _locale = _who(change.by, sender)
        return Joined(event_id, sender, change.at, name, locale)
    return None


def _tapped(tap: Tap) -> Tapped:
    at = Address("telegram", str(tap.by.id))
    if tap.chat:
        at = address_of(tap.chat, tap.message.thread if tap.message else None)
    for said in (tap.by.first_name, tap.by.language_code):
        _text(said)
    return Tapped(tap.id, at, _text(tap.data), tap.by, tap.message)
