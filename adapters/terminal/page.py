"""What a terminal shows of a reply: as it is, or as another channel would show it."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from adapters.capabilities import ALL, TERMINAL
from bot.i18n import _, format_list, translate, translate_plural
from bot.message import Attachment, Capabilities, Choice, Link, Reply
from bot.numbering import lines_of, numbers_of
from bot.render import can_tap, fit
from bot.text import clean

# A choice is a line with a number, a link a line with its address, a file is written to disk.
SCREEN: Final[Capabilities] = replace(
    TERMINAL, choices=1000, choice_length=1000, attachments=("*",), links=True
)

_SHOWN_BY = {
    "telegram": _("Telegram"),
    "wechat": _("WeChat"),
    "wecom": _("WeCom"),
    "web": _("Web page"),
}
# The words of `fit` for the log, as sentences.
_CHANGES = {
    "links:refused": _("addresses that are not web addresses are not linked"),
    "links:in-text": _("links stand in the text"),
    "attachment:as-link": _("a file became a link"),
    "attachment:missing": _("only the file's name is shown"),
    "attachment:in-words": _("a sentence stands for a file"),
    "poll:in-words": _("a poll is written out"),
    "choices:numbered": _("choices are a numbered list"),
    "label:shortened": _("buttons are shortened"),
}
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Page:
    """One message as a stage shows it.

    heading  which message of which channel this is; empty when it is simply ours
    files    where files were saved, or why not
    choices  lines to pick from; empty where the text holds them already
    offered  labels that may be typed, wherever they are shown
    note     what the shown channel rewrote
    """

    text: str
    links: tuple[Link, ...] = ()
    files: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    heading: str = ""
    note: str = ""


class Window:
    """Turns replies into pages; `shown_as` names the channel whose looks we borrow."""

    def __init__(self, folder: Path, shown_as: str | None = None) -> None:
        """`folder` takes the files people get."""
        self._folder, self._shown_as = folder, shown_as
        self._can = ALL[shown_as] if shown_as else SCREEN

    def pages(self, reply: Reply, language: str) -> Iterator[Page]:
        """The reply in as many messages as the shown channel needs."""
        fitted = fit(reply, self._can)
        note = self._note(fitted.rewritten, language) if self._shown_as else ""
        labels = tuple(clean(choice.label) for choice in reply.choices)
        count = len(fitted.parts)
        for place, part in enumerate(fitted.parts, 1):
            page = self._page(part, language, self._heading(place, count, language))
            yield replace(page, note=note, offered=labels) if place == count else page

    def _page(self, part: Reply, language: str, heading: str) -> Page:
        tapped = can_tap(part.choices, self._can)
        return Page(
            clean(part.text),
            tuple(Link(clean(link.label), link.url) for link in part.links),
            tuple(self._file_line(file, language) for file in part.attachments),
            self._choice_lines(part.choices) if tapped else (),
            heading=heading,
        )

    def _choice_lines(self, choices: Sequence[Choice]) -> tuple[str, ...]:
        """What can be tapped there is in brackets here."""
        if not self._shown_as:
            return tuple(map(clean, lines_of(choices)))
        numbers = numbers_of([choice.label for choice in choices])
        pairs = zip(numbers, choices, strict=True)
        return tuple(f"[{number}] {clean(choice.label)}" for number, choice in pairs)

    def _heading(self, place: int, count: int, language: str) -> str:
        if not self._shown_as:
            return ""
        name = translate(language, _SHOWN_BY[self._shown_as])
        return name if count == 1 else f"{name} {place}/{count}"

    def _note(self, rewritten: Sequence[str], language: str) -> str:
        changes = tuple(_change(word, language) for word in rewritten)
        if not changes:
            return ""
        told = _("Changed for this channel: {changes}.")
        return translate(language, told, changes=format_list(language, changes))

    def _file_line(self, file: Attachment, language: str) -> str:
        name, content = clean(file.name), file.url_or_bytes
        if isinstance(content, str):
            return f"{name}: {content}"
        try:
            path = _keep(content, self._folder, name)
        except OSError as error:
            told = _("{name} could not be saved: {reason}")
            return translate(language, told, name=name, reason=error.strerror)
        return translate(language, _("{name} is saved as {path}"), name=name, path=path)


def _change(word: str, language: str) -> str:
    kind, _colon, count = word.partition(":")
    if kind == "split":
        return translate_plural(
            language, _("it takes {count} message"), _("it takes {count} messages"), int(count)
        )
    return translate(language, _CHANGES[word])


def _keep(content: bytes, folder: Path, name: str) -> Path:
    """Write a file that only its owner reads; one that is there is never overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    safe = Path(_UNSAFE.sub("-", name).strip(".-")[-100:] or "file")
    for number in range(1, 10_000):
        path = folder / (safe if number == 1 else f"{safe.stem}-{number}{safe.suffix}")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return path.resolve()
    raise FileExistsError(17, f"{folder} is full")
