"""The talk as a browser gets it: one JSON object a line, the same for page, API and stream."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from bot.channel import Delivery, Said
from bot.message import Attachment, Reply


class ChoiceLine(TypedDict):
    """An answer to tap."""

    value: str
    label: str


class LinkLine(TypedDict):
    """A page to open."""

    label: str
    url: str


class FileLine(TypedDict):
    """A file to fetch; `kind` is its media type."""

    name: str
    kind: str
    url: str


# A reserved word as a key, hence the functional form.
Line = TypedDict(
    "Line",
    {
        "id": int,
        "from": Literal["you", "citybot"],
        "text": str,
        "choices": list[ChoiceLine],
        "links": list[LinkLine],
        "attachments": list[FileLine],
        "at": str,
        "answers": int | None,
    },
)


def replies(deliveries: Iterable[Delivery]) -> list[Line]:
    """What we said, oldest first; `answers` is the id of the person's line it answers."""
    return [_line(d.id, d.reply, d.at, d.cause) for d in deliveries]


def talk(transcript: Iterable[Said]) -> list[Line]:
    """Both sides, oldest first."""
    return [_said(said) for said in transcript]


def cursor(lines: Sequence[Line], before: int = 0) -> int:
    """The newest reply's id: what a browser hands back as `after` once it has these lines."""
    return max((line["id"] for line in lines if line["from"] == "citybot"), default=before)


def label_of(transcript: Sequence[Said], picked: str) -> str | None:
    """What stood on the button that was tapped, newest first."""
    for said in reversed(transcript):
        for choice in said.reply.choices:
            if choice.value == picked:
                return choice.label
    return None


def _said(said: Said) -> Line:
    line = _line(said.id, said.reply, said.at, None)
    if said.by_person:
        line["from"] = "you"
    return line


def _line(line_id: int, reply: Reply, at: datetime, answers: int | None) -> Line:
    return {
        "id": line_id,
        "from": "citybot",
        "text": reply.text,
        "choices": [{"value": c.value, "label": c.label} for c in reply.choices],
        "links": [{"label": x.label, "url": x.url} for x in reply.links if _is_web(x.url)],
        "attachments": _files(line_id, reply.attachments),
        "at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "answers": answers,
    }


def _files(line_id: int, attachments: Sequence[Attachment]) -> list[FileLine]:
    found: list[FileLine] = []
    for number, attachment in enumerate(attachments):
        where = attachment.url_or_bytes
        url = where if isinstance(where, str) else f"/chat/files/{line_id}/{number}"
        if isinstance(where, bytes) or _is_web(where):
            found.append({"name": attachment.name, "kind": attachment.kind, "url": url})
    return found


def _is_web(url: str) -> bool:
    """Only http and https: `javascript:` in a link would run in our page."""
    try:
        return urlsplit(url.strip()).scheme in ("http", "https")
    except ValueError:
        return False
