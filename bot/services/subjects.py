"""What an article is about, as figures need it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Subject:
    """An article. `theme`: the id of its main theme, "" for none; `topic`: that theme in words.

    `checked_on`: when its facts were last looked at, by the oldest of its languages; None: never.
    """

    title: str
    theme: str
    topic: str
    checked_on: date | None
