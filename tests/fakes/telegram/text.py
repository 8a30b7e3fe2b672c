"""Formatted text as Telegram reads it: HTML and entities, strictly; lengths in UTF-16 units.

https://core.telegram.org/bots/api#formatting-options
"""

import html
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.fakes.telegram.refusal import Refusal

_TAGS = {
    **{"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline"},
    **{"ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough"},
    **{"span": "spoiler", "tg-spoiler": "spoiler", "a": "text_link", "tg-emoji": "custom_emoji"},
    **{"code": "code", "pre": "pre", "blockquote": "blockquote"},
}
_KINDS = {
    *_TAGS.values(),
    *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"),
    *("expandable_blockquote", "text_mention"),
}
_TAG = re.compile(r"<(/?)([a-zA-Z0-9-]*)([^<>]*)(>?)")
_CHARACTER = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:=("[^"]*"|'[^']*'|[^\s"'>]+))?""")


@dataclass(slots=True)
class Formatted:
    """A text and its entities, offsets in UTF-16 units."""

    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def read(text: str, parse_mode: str | None, entities: Any, *, limit: int, least: int) -> Formatted:
    """The text of a message or caption. Raises Refusal as the server would."""
    if parse_mode is None:
        formatted = Formatted(text, _checked(text, entities or []))
    elif parse_mode.lower() == "html":
        formatted = _html(text)
    else:
        raise Refusal(400, "unsupported parse_mode")
    if units(formatted.text) > limit:
        what = "caption" if limit == 1024 else "text"
        raise Refusal(
            400, "message is too long" if what == "text" else "message caption is too long"
        )
    if least and not formatted.text.strip():
        raise Refusal(400, "message text is empty")
    return formatted


def _checked(text: str, entities: Any) -> list[dict[str, Any]]:
    """Entities lie within the text, on whole characters, and nest."""
    ends = _borders(text)
    for entity in entities:
        if entity.get("type") not in _KINDS:
            raise Refusal(400, "can't parse entities: unsupported entity type")
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["length"] <= 0 or start not in ends or end not in ends:
            raise Refusal(400, "can't parse entities: entity beyond or inside a character")
    spans = sorted((e["offset"], e["offset"] + e["length"]) for e in entities)
    for (start, end), (later, later_end) in pairwise(spans):
        if start < later < end < later_end:
            raise Refusal(400, "can't parse entities: entities cross")
    return list(entities)


def _borders(text: str) -> set[int]:
    at, found = 0, {0}
    for character in text:
        at += units(character)
        found.add(at)
    return found


def _html(source: str) -> Formatted:
    """HTML as Telegram takes it: its own tags, closed in order; every other < and & written out."""
    out, entities, open_tags, at = "", [], [], 0
    while at < len(source):
        if source[at] == "<":
            at, out = _tag(source, at, out, open_tags, entities)
        elif source[at] == "&" and (found := _CHARACTER.match(source, at)):
            out, at = out + html.unescape(found.group()), found.end()
        else:
            out, at = out + source[at], at + 1
    if open_tags:
        raise _unparsed(f"Can't find end tag corresponding to start tag {open_tags[-1][0]}")
    return Formatted(out, entities)


def _tag(
    source: str, at: int, out: str, open_tags: list[Any], entities: list[dict[str, Any]]
) -> tuple[int, str]:
    found = _TAG.match(source, at)
    assert found is not None
    slash, name, rest, closed = found.groups()
    where = len(source[:at].encode())
    if not closed:
        raise _unparsed(f"Unclosed start tag at byte offset {where}")
    if name.lower() not in _TAGS:
        raise _unparsed(f'Unsupported start tag "{name}" at byte offset {where}')
    if not slash:
        open_tags.append((name.lower(), units(out), _attributes(name.lower(), rest, where)))
        return found.end(), out
    if not open_tags or open_tags[-1][0] != name.lower():
        raise _unparsed(f'Unmatched end tag at byte offset {where}, found "</{name}>"')
    kind, start, more = open_tags.pop()
    if units(out) > start:
        entities.append({"type": _TAGS[kind], "offset": start, "length": units(out) - start} | more)
    return found.end(), out


def _attributes(name: str, rest: str, where: int) -> dict[str, str]:
    if rest.strip() and not _ATTRIBUTE.fullmatch(rest.rstrip(" /")):
        raise _unparsed(f"Unexpected attributes at byte offset {where}")
    found = {k: html.unescape(v.strip("\"'")) for k, v in _ATTRIBUTE.findall(rest)}
    if name == "span" and found.get("class") != "tg-spoiler":
        raise _unparsed(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
    return {"url": found.get("href", "")} if name == "a" else {}


def _unparsed(why: str) -> Refusal:
    return Refusal(400, f"can't parse entities: {why}")
