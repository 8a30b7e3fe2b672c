"""What the fake keeps of every call it took and every update it pushed."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API. `status` is 0 where no answer was given.

    taken  whether it had its effect, which a cut connection does not tell the caller
    """

    method: str
    params: dict[str, Any]
    status: int
    at: float
    taken: bool
    description: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def chat(self) -> int | None:
        """The chat it went to."""
        chat = self.params.get("chat_id")
        return None if chat is None else int(chat)


@dataclass(frozen=True, slots=True)
class Push:
    """One try to push an update to the webhook. `status` is 0 where nobody answered."""

    update_id: int
    attempt: int
    status: int
    at: float
    retry_after: float | None = None
