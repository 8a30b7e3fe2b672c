"""The key of each open poll: what leads from a person to a ballot, until it is destroyed.

A key is a file of its own, mode 600, in a folder that no backup of ours takes in. It is in no
database, no log and no message. Several processes share the folder (setting `keys_dir`).
"""

import contextlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from bot.config import Settings

_BYTES = 32
_SUFFIX = ".key"


class Keys:
    """The folder of keys. Poll ids are slugs: no name of a file leaves it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, settings: Settings) -> "Keys":
        """The keys of a house."""
        return cls(Path(settings.keys_dir) if settings.keys_dir else settings.data_dir / "keys")

    def make(self, poll_id: str) -> None:
        """A key for a poll that has none; one that is there stays. Raises OSError."""
        path = self._path(poll_id)
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, fresh = tempfile.mkstemp(dir=self._folder, prefix=".key-")  # mode 600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_BYTES))
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another process was faster: its key counts
                os.link(fresh, path)
        finally:
            os.unlink(fresh)

    def has(self, poll_id: str) -> bool:
        """Whether the key is there and whole."""
        return self._read(poll_id) is not None

    def ballot_key(self, poll_id: str, voter_key: str) -> str | None:
        """The name of a voter's ballot, 128 bits; None when the key is lost or destroyed."""
        key = self._read(poll_id)
        if key is None:
            return None
        return hmac.digest(key, f"{poll_id}|{voter_key}".encode(), sha256).hex()[:32]

    def destroy(self, poll_id: str) -> bool:
        """Overwrite and remove a key; False when there was none. Safe to repeat after a kill."""
        path = self._path(poll_id)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def held(self) -> Iterable[str]:
        """The polls whose keys are there."""
        return sorted(path.name.removesuffix(_SUFFIX) for path in self._folder.glob(f"*{_SUFFIX}"))

    def _read(self, poll_id: str) -> bytes | None:
        try:
            key = self._path(poll_id).read_bytes()
        except FileNotFoundError:
            return None
        return key if len(key) == _BYTES else None

    def _path(self, poll_id: str) -> Path:
        return self._folder / f"{poll_id}{_SUFFIX}"
