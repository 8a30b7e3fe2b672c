"""Files that a browser is to save under a name of ours, and never to show from our origin."""

import re
from urllib.parse import quote


def saved_as(name: str) -> str:
    """The file's name as RFC 6266 writes it, for old and new browsers."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80].lstrip(".") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name[:80], safe='')}"
