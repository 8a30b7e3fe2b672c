"""Which dialogs took a turn, and who may know of it."""

from dataclasses import dataclass

from bot.dialog import Dialog


@dataclass(slots=True)
class Took:
    """Grows while a turn is taken.

    dialog    the one that took it last; "" for none
    private   what was said is not to be kept
    is_secret whether the team is not to see it
    """

    dialog: str = ""
    private: bool = False
    is_secret: bool = False

    def note(self, dialog: Dialog | None) -> None:
        """This one has a part in it."""
        if dialog is not None:
            self.dialog, self.is_secret = dialog.name, self.is_secret or dialog.secret

    @property
    def shown_as(self) -> str | None:
        """Its dialog as the team may see it; None: it may not."""
        return None if self.private or self.is_secret else self.dialog
