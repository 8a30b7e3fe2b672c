"""Files that lie on the platform already: what is sent to many is uploaded once.

And what is sent again is then the same message, which the platform recognises.
https://developer.work.weixin.qq.com/document/path/90253
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakValueDictionary

from bot.channel import Refused

_KEPT: Final = timedelta(days=2)  # the platform keeps a file for three
_MOST = 1000
_IMAGE, _FILE = 10 * 2**20, 20 * 2**20  # bytes; and any file has to have more than five
_LEAST = 6


def kind_of(media_type: str, content: bytes) -> str:
    """As what it is uploaded: JPG and PNG are shown, all else is a file. Raises Refused."""
    if not _LEAST <= len(content) <= _FILE:
        raise Refused("file", f"{len(content)} bytes")
    shown = media_type in ("image/png", "image/jpeg") and len(content) <= _IMAGE
    return "image" if shown else "file"


def digest_of(kind: str, content: bytes, name: str) -> bytes:
    """What a file is known by."""
    head = f"{kind}\n{name}\n".encode("utf-8", "surrogatepass")
    return hashlib.sha256(head + content).digest()


class Shelf:
    """The files of this process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ids: OrderedDict[bytes, tuple[str, datetime]] = OrderedDict()
        self._locks: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    def one_at_a_time(self, digest: bytes) -> asyncio.Lock:
        """So that many who want the same file wait for one upload."""
        return self._locks.setdefault(digest, asyncio.Lock())

    def find(self, digest: bytes) -> str | None:
        """The id of a file that is there; None when it has to be uploaded."""
        found = self._ids.get(digest)
        return found[0] if found and self._now() < found[1] else None

    def keep(self, digest: bytes, media_id: str) -> None:
        """It is there; how long counts from when it first was."""
        if self.find(digest) != media_id:
            self._ids[digest] = (media_id, self._now() + _KEPT)
        while len(self._ids) > _MOST:
            self._ids.popitem(last=False)
