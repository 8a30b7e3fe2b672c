"""The menu below the chat: three buttons, five entries below each, built from what we can do.

https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.channel import Told
from bot.i18n import _, translate
from bot.message import Choice
from bot.text import columns, shorten

BUTTONS, ENTRIES = 3, 5
BUTTON_WIDTH, ENTRY_WIDTH = 8, 16  # 4 and 8 Chinese characters; a Latin one is half as wide
# What belongs below which button; what stands nowhere belongs below the last.
GROUPS: Final = (
    (_("Ask"), ("greeting", "help", "human", "match")),
    (_("Join in"), ("register", "events", "poll", "polls", "reminder", "reminders")),
    (_("More"), ()),
)
# Labels that are too long here in one of our languages.
SHORT: Final = {"human": _("A person")}


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu as the platform wants it, and what had to be changed for it."""

    buttons: tuple[dict[str, Any], ...]
    told: tuple[Told, ...]


def menu_of(entries: Sequence[Choice], language: str) -> Menu:
    """The menu of these dialogs; `value` comes back when one is tapped, `label` is a msgid.

    Raises ValueError without any entry: the platform takes no empty menu.
    """
    if not entries:
        raise ValueError("a menu has an entry")
    told: list[Told] = []
    buttons = tuple(
        {"name": _label(title, language, BUTTON_WIDTH, told), "sub_button": below}
        for title, below in _grouped(entries, language, told)
    )
    return Menu(buttons, tuple(told))


def _grouped(
    entries: Sequence[Choice], language: str, told: list[Told]
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for place, (title, _names) in enumerate(GROUPS):
        chosen = [entry for entry in entries if _place(entry.value) == place]
        for left_out in chosen[ENTRIES:]:
            told.append(Told(_("No room in the menu for: {label}"), {"label": left_out.value}))
        if chosen:
            yield title, [_entry(entry, language, told) for entry in chosen[:ENTRIES]]


def _place(name: str) -> int:
    found = (place for place, (_title, names) in enumerate(GROUPS) if name in names)
    return next(found, len(GROUPS) - 1)


def _entry(entry: Choice, language: str, told: list[Told]) -> dict[str, str]:
    label = _label(SHORT.get(entry.value, entry.label), language, ENTRY_WIDTH, told)
    return {"type": "click", "name": label, "key": entry.value}


def _label(msgid: str, language: str, width: int, told: list[Told]) -> str:
    whole = translate(language, msgid)
    label = shorten(whole, width, columns)
    if label != whole:
        told.append(
            Told(_("Shortened for the menu: {whole} → {label}"), {"whole": whole, "label": label})
        )
    return label
