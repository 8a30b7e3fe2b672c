"""Where a chat is: Telegram's numbers as our addresses, and back.

`telegram:42` is a person's private chat, `telegram:-10017` a group, `telegram:-10017:5` a topic
in a group that has topics. A group is one place with one talk: everybody there reads along.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.message import Address

if TYPE_CHECKING:
    from adapters.telegram.reading import Chat

CHANNEL = "telegram"
_LARGEST = 2**52  # "at most 52 significant bits": https://core.telegram.org/bots/api#chat


@dataclass(frozen=True, slots=True)
class Spot:
    """The numbers of a place."""

    chat: int
    thread: int | None = None


def address_of(chat: "Chat", thread: object = None) -> Address:
    """The address of a chat, or of a topic in it. Raises ValueError."""
    number = sound(chat.id)
    return Address(CHANNEL, f"{number}:{sound(thread)}" if thread else f"{number}")


def spot_of(address: Address) -> Spot:
    """Where to send. Raises ValueError for what is no address of ours."""
    chat, _colon, thread = address.user.partition(":")
    return Spot(int(chat), int(thread) if thread else None)


def is_group(address: Address) -> bool:
    """Groups have negative numbers."""
    return address.user.startswith("-")


def sound(number: object) -> int:
    """An id as Telegram promises it. Raises ValueError."""
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) >= _LARGEST:
        raise ValueError("not an id of Telegram's")
    return number
