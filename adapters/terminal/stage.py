"""What a terminal channel needs of the place where it speaks and listens."""

from typing import Protocol

from adapters.terminal.page import Page
from bot.i18n import _, translate

_HINT = _("Press Ctrl-C once more to leave.")


class Stage(Protocol):
    """Plain lines, or a screen with colours.

    attended  a person sits there: they are greeted, and told how to come back
    language  of the stage's own words
    """

    attended: bool
    language: str

    async def read(self) -> str | None:
        """What the person writes next; None when they leave or the input ends."""

    def show(self, page: Page) -> None:
        """Print a message. Raises OSError when nobody reads any more."""

    def tell(self, text: str) -> None:
        """Print a sentence of the terminal itself. Raises OSError likewise."""


def interrupted(language: str) -> str:
    """What is said at the first Ctrl-C; the second one leaves."""
    return translate(language, _HINT)
