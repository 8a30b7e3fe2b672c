"""What we talk about: one file a dialog, each defining `dialog`, collected here.

A new dialog is a new file. Names and wordings must be its own: load() raises ValueError at
start when two dialogs clash.
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from bot.dialog import Command, Dialog, Form

FALLBACK = "answer"  # takes what nothing else claims
# Modules of this folder that hold no dialog.
_NOT_DIALOGS = frozenset({"asking", "wordless", "event", "polling", "rasa", "reminding"})


def load() -> Mapping[str, Dialog]:
    """Every dialog by name. Raises ValueError for a name used twice or a module without one."""
    found: dict[str, Dialog] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        if module in _NOT_DIALOGS:
            continue
        for dialog in _dialogs(module):
            if dialog.name in found:
                raise ValueError(f"two dialogs are named {dialog.name!r}")
            found[dialog.name] = dialog
    return found


def _dialogs(module: str) -> tuple[Dialog, ...]:
    """A module's `dialog`, or its `dialogs` where several belong together."""
    content = import_module(f"dialogs.{module}")
    held = getattr(content, "dialogs", None) or (getattr(content, "dialog", None),)
    if not all(isinstance(dialog, Command | Form) for dialog in held):
        raise ValueError(f"dialogs/{module}.py defines no dialog")
    return tuple(held)
