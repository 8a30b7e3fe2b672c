"""The secret that signs sessions, links and invitations: made once, then kept."""

import os
import secrets
import tempfile
from pathlib import Path

from bot.config import UNREADABLE_FILE, BadSetting, Settings, content_of


def keep_secret(settings: Settings) -> str:
    """The secret that signs sessions: the setting, or one made once and kept in data_dir (0600).

    Raises BadSetting when the kept one cannot be read or is empty: all sessions could be forged.
    """
    if settings.secret:
        return settings.secret
    path = settings.data_dir / "secret"
    if not path.exists():
        _make_secret(path)
    if not (secret := content_of("secret", path)):
        raise BadSetting(UNREADABLE_FILE, key="secret", path=str(path))
    return secret


def _make_secret(path: Path) -> None:
    """Written whole under another name first: nobody ever reads half a secret, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mode 600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(fresh, path)
    except FileExistsError:  # another process was faster: its secret counts
        pass
    finally:
        os.unlink(fresh)
