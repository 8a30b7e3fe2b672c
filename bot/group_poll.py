"""What stands in the place of a platform's own poll where there is none."""

import orjson

from bot.message import Attachment


def poll_in_words(file: Attachment) -> str:
    """A platform's own poll where there is none: what it asks, and what one may say to it."""
    try:
        poll = orjson.loads(file.url_or_bytes)
        return "\n".join((str(poll["question"]), *(f"· {option}" for option in poll["options"])))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return file.name
