"""Whether something said in a group is said to us: our name behind a command, a mention, a reply.

https://core.telegram.org/bots/features#privacy-mode
"""

from collections.abc import Sequence

from telegram import MessageEntity

from adapters.telegram.reading import Said
from adapters.telegram.us import Us

Mark = tuple[int, int]  # offset and length, in UTF-16 units


def said_to(message: Said, us: Us) -> str | None:
    """The words without our name in them; None when they are for somebody else."""
    text = message.text
    marks = [(e.offset, e.length) for e in message.marks if _names_us(e, text, us)]
    if marks:
        return _without(text, [_name_in(mark, text) for mark in marks])
    if message.chat.type == "private" or _answers_us(message, us):
        return text.strip()
    return None


def _names_us(entity: MessageEntity, text: str, us: Us) -> bool:
    words = _cut(text, entity.offset, entity.length).lower()
    match entity.type:
        case "mention":
            return words == f"@{us.username.lower()}"
        case "bot_command":
            return words.endswith(f"@{us.username.lower()}")
        case "text_mention":
            return entity.user is not None and entity.user.id == us.id
    return False


def _answers_us(message: Said, us: Us) -> bool:
    return message.answers is not None and message.answers.id == us.id


def _name_in(mark: Mark, text: str) -> Mark:
    """Of `/help@OurBot` the name alone; a mention is all name."""
    offset, length = mark
    command, at, _name = _cut(text, offset, length).partition("@")
    before = len(command.encode("utf-16-le")) // 2 if at else 0
    return offset + before, length - before


def _without(text: str, marks: Sequence[Mark]) -> str:
    units = text.encode("utf-16-le")
    for offset, length in sorted(marks, reverse=True):
        units = units[: 2 * offset] + units[2 * (offset + length) :]
    return units.decode("utf-16-le", "replace").strip()


def _cut(text: str, offset: int, length: int) -> str:
    units = text.encode("utf-16-le")[2 * offset : 2 * (offset + length)]
    return units.decode("utf-16-le", "replace")
