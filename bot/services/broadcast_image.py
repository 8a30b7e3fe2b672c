"""The picture of a broadcast: a PNG or JPEG that every platform takes, and what it shows."""

from base64 import b64encode
from typing import Final

from bot.i18n import _
from bot.services.broadcast import BadBroadcast, Picture
from bot.services.broadcast_mistakes import Mistakes
from bot.services.texts import Texts
from bot.services.whole_picture import is_whole_jpeg, is_whole_png
from bot.text import clean

LARGEST: Final = 1_000_000  # bytes; WeChat takes the least: 2 MB as "image" is told, 1 MB is safe
ALT_LIMIT: Final = 300
_SIGNS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_WHOLE: Final = {"image/png": is_whole_png, "image/jpeg": is_whole_jpeg}


def read_picture(content: bytes, alt: Texts) -> Picture:
    """A picture with its bytes as they came. Raises BadBroadcast with all that is wrong."""
    mistakes = Mistakes()
    kind = mistakes.of(_kind, content)
    shows = mistakes.of(_shows, alt)
    mistakes.refuse()
    return Picture(kind or "", b64encode(content).decode(), shows or {})


def _kind(content: bytes) -> str:
    kind = next((kind for sign, kind in _SIGNS.items() if content.startswith(sign)), None)
    if kind is None:
        raise BadBroadcast(_("The picture must be a PNG or a JPEG."), place="file")
    if len(content) > LARGEST:
        told = _("The picture is too large: at most {limit} kB.")
        raise BadBroadcast(told, place="file", limit=LARGEST // 1000)
    if not _WHOLE[kind](content):
        told = _("The picture is damaged or incomplete. Please save it anew and pick it again.")
        raise BadBroadcast(told, place="file")
    return kind


def _shows(alt: Texts) -> Texts:
    shows = {code: " ".join(clean(text).split()) for code, text in alt.items()}
    shows = {code: text for code, text in shows.items() if text}
    if not shows:
        told = _("Please write what the picture shows, for who cannot see it.")
        raise BadBroadcast(told, place="alt")
    mistakes, told = Mistakes(), _("{place}: at most {limit} characters.")
    for code in (code for code, text in shows.items() if len(text) > ALT_LIMIT):
        mistakes.add(told, place=f"alt.{code}", limit=ALT_LIMIT)
    mistakes.refuse()
    return shows
