"""How a reply should look on a channel, as its capabilities say; words whatever parts they stand in."""

import re
from collections.abc import Sequence
from dataclasses import replace

from adapters.capabilities import TELEGRAM
from adapters.telegram.buttons import LINK
from bot.i18n import languages, translate
from bot.message import Capabilities, Choice, Reply
from bot.render import can_tap, fit, fold
from bot.text import columns, shorten
from dialogs.reminding.setting import REACH

_DOUBTS = {translate(language, doubt) for language in languages() for doubt in REACH.values()}
_FILE = re.compile(r"\{[^{}]+\}")
_REMINDER = re.compile(r"reminder-\d+\.ics")


def as_anywhere(reply: Reply) -> Reply:
    """Without what dialogs add where a channel cannot be written to at any time."""
    paragraphs = [text for text in reply.text.split("\n\n") if text not in _DOUBTS]
    files = tuple(file for file in reply.attachments if not _REMINDER.fullmatch(file.name))
    return replace(reply, text="\n\n".join(paragraphs), attachments=files)


def looks(replies: Sequence[Reply], can: Capabilities, *, asked: bool = True) -> list[str]:
    """How these replies should look: `text {file} [button]`; `asked`: they answer a message."""
    said = [fold(replies)] if asked and can.answers_within and replies else replies
    return [look for reply in said for look in _parts(reply, can)]


def buttons(reply: Reply, can: Capabilities) -> tuple[str, ...]:
    """The labels one can tap."""
    last = fit(reply, can).parts[-1]
    choices = last.several or last.choices
    taps: tuple[Choice, ...] = choices if can_tap(choices, can) else ()
    return tuple(choice.label for choice in taps)


def _parts(reply: Reply, can: Capabilities) -> list[str]:
    found = []
    for part in fit(reply, can).parts:
        # On Telegram a link is a button, and its label has a width.
        width = LINK if can == TELEGRAM else 1000
        links = (shorten(link.label, width, columns) for link in part.links)
        files = "".join(f" {{{file.name}}}" for file in part.attachments)
        labels = "".join(f" [{label}]" for label in (*buttons(part, can), *links))
        found.append(part.text + files + labels)
    return found


def words(shown: Sequence[str]) -> list[str]:
    """Words and marks, whatever the parts and paragraphs they stand in; files at the end."""
    whole = " ".join(shown)
    return [*_FILE.sub(" ", whole).split(), *sorted(_FILE.findall(whole))]
