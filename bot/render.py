"""A reply as a channel can show it: looks may be lost, words never.

What is promised of `fit`:

- Each part is within `can.text_limit` as `can.measure` counts, unless it is one single grapheme
  that is larger than the limit.
- White space is all that may vanish, and only where a text was cut: the white space around each
  cut, and at both ends of that text. Put between the parts again it gives the text back.
- No grapheme is cut, and no URL that has room in one part.
- Choices, links and attachments stand on the last part.
- Fitting a part once more changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import regex

from bot.cutting import cut
from bot.group_poll import poll_in_words
from bot.message import POLL, Attachment, Capabilities, Choice, Link, Reply
from bot.numbering import lines_of, numbers_of
from bot.text import shorten

_BLANK_LINE: Final = "\n\n"

_WEB_PAGE = regex.compile(r"https?://[^\s\p{C}/?#][^\s\p{C}]*+", regex.IGNORECASE)

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is sent, in order, and what had to be rewritten for it.

    rewritten  words for the log, stable: `links:refused`, `links:in-text`, `attachment:as-link`,
               `attachment:missing`, `attachment:in-words`, `poll:in-words`, `choices:numbered`,
               `label:shortened`, `split:<parts>`
    """

    parts: tuple[Reply, ...]
    rewritten: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Note:
    """A line that stands for what the channel cannot show, and the word for the log."""

    line: str
    word: str


def fit(reply: Reply, can: Capabilities) -> Fitted:
    """The one place that degrades a reply; pure. Its words can be encoded, as `clean` leaves them.

    A list of choices is kept in one part where it has room. It carries every label in full, and the
    choices stay on the last part with their values, so that a number can be mapped to one; whether
    they are to be tapped says `can_tap`. Where only the labels are too long to be tapped, they
    become "1. The beginn…". A list the text already ends with is not written again; of one too long
    for a part its last piece alone is enough, for so looks a part that was fitted before.
    """
    if _fits(reply, can):
        return Fitted((reply,), ())
    links, link_notes = _apart(reply.links, lambda link: _link_note(link, can))
    files, file_notes = _apart(reply.attachments, lambda file: _file_note(file, can))
    notes = (*link_notes, *file_notes)
    lines = dict.fromkeys(note.line for note in notes if note.line)
    body = _paragraphs(reply.text, "\n".join(lines))
    texts, choices, words = _with_choices(body, reply.choices, can)
    split = (f"split:{len(texts)}",) if len(texts) > 1 else ()
    return Fitted(
        parts=(
            *(Reply(text, ref=reply.ref) for text in texts[:-1]),
            Reply(texts[-1], choices, links, files, reply.ref, several=_several(reply, can)),
        ),
        rewritten=tuple(dict.fromkeys((*(note.word for note in notes), *words, *split))),
    )


def _fits(reply: Reply, can: Capabilities) -> bool:
    """Whether it goes as it is, as nearly all replies do: words and choices alone."""
    return (
        not (reply.links or reply.attachments or reply.several)
        and can_tap(reply.choices, can)
        and can.size(reply.text) <= can.text_limit
    )


def _several(reply: Reply, can: Capabilities) -> tuple[Choice, ...]:
    return reply.several if can.several and can_tap(reply.several, can) else ()


def fold(replies: Sequence[Reply]) -> Reply:
    """Several replies as one, for a channel that counts messages.

    The last choices can be picked; those of earlier replies stay as words.
    """
    last = max((n for n, reply in enumerate(replies) if reply.choices), default=0)
    texts = (reply.text if n == last else in_words(reply) for n, reply in enumerate(replies))
    return Reply(
        _paragraphs(*texts),
        replies[last].choices,
        tuple(link for reply in replies for link in reply.links),
        tuple(file for reply in replies for file in reply.attachments),
        replies[-1].ref,
        several=replies[last].several,
    )


def in_words(reply: Reply) -> str:
    """The text with its choices below it, to be read and not to be picked by a number."""
    return "\n".join((reply.text, *(f"· {choice.label}" for choice in reply.choices)))


def can_tap(choices: tuple[Choice, ...], can: Capabilities) -> bool:
    """Whether the channel can show all these as buttons; if not, `fit` has written them out."""
    return len(choices) <= can.choices and all(
        can.size(choice.label) <= can.choice_length for choice in choices
    )


def _paragraphs(*blocks: str) -> str:
    return _BLANK_LINE.join(block for block in blocks if block)


def _apart(
    things: Iterable[Thing], note_for: Callable[[Thing], _Note | None]
) -> tuple[tuple[Thing, ...], tuple[_Note, ...]]:
    """Those the channel shows, and the notes for those it does not."""
    noted = [(thing, note_for(thing)) for thing in things]
    shown = tuple(thing for thing, note in noted if note is None)
    return shown, tuple(note for _, note in noted if note is not None)


def _link_note(link: Link, can: Capabilities) -> _Note | None:
    if not _WEB_PAGE.fullmatch(link.url):
        return _Note(link.label, "links:refused")
    return None if can.links else _Note(_line(link.label, link.url), "links:in-text")


def _file_note(file: Attachment, can: Capabilities) -> _Note | None:
    if file.kind == POLL:
        return None if can.polls else _Note(poll_in_words(file), "poll:in-words")
    url = file.url_or_bytes if isinstance(file.url_or_bytes, str) else None
    reachable = url is None or _WEB_PAGE.fullmatch(url)
    if reachable and ("*" in can.attachments or file.kind in can.attachments):
        return None
    if url and reachable:
        return _Note(_line(file.name, url), "attachment:as-link")
    if file.instead:
        return _Note(file.instead, "attachment:in-words")
    return _Note(file.name or file.kind, "attachment:missing")


def _line(label: str, url: str) -> str:
    return url if label in ("", url) else f"{label}: {url}"


def _with_choices(
    body: str, choices: tuple[Choice, ...], can: Capabilities
) -> tuple[tuple[str, ...], tuple[Choice, ...], tuple[str, ...]]:
    """The texts, the choices of the last one, and the words for the log."""
    if can_tap(choices, can) or not choices:
        return cut(body, can), choices, ()
    listing = "\n".join(lines_of(choices))
    lines = cut(listing, can)
    taps = _numbered(choices, can)
    if body == lines[-1] and not taps:  # the tail of a list too long for one part: fitted before
        return (body,), choices, ()
    above = _above(body, listing)
    texts = _glued(cut(above, can), listing, can) if above.strip() else lines
    words = (
        *(["choices:numbered"] if above == body else ()),
        *(["label:shortened"] if taps else ()),
    )
    return texts, taps or choices, words


def _above(body: str, listing: str) -> str:
    """The text without the list, should it end with it."""
    return (_BLANK_LINE + body).removesuffix(_BLANK_LINE + listing).removeprefix(_BLANK_LINE)


def _glued(texts: tuple[str, ...], listing: str, can: Capabilities) -> tuple[str, ...]:
    """The list below the last text if both have room there, else in parts of its own."""
    together = texts[-1] + _BLANK_LINE + listing
    if can.size(together) <= can.text_limit:
        return (*texts[:-1], together)
    return (*texts, *cut(listing, can))


def _numbered(choices: tuple[Choice, ...], can: Capabilities) -> tuple[Choice, ...]:
    """The choices with labels short enough to tap, or none if that cannot be."""
    numbers = numbers_of([choice.label for choice in choices])
    lines = zip(numbers, choices, lines_of(choices), strict=True)
    taps = tuple(replace(choice, label=_tap(n, line, can)) for n, choice, line in lines)
    return taps if can_tap(taps, can) else ()


def _tap(number: int, line: str, can: Capabilities) -> str:
    short = shorten(line, can.choice_length, can.size)
    return short if short.startswith((f"{number}. ", f"{number} ")) else f"{number}"
