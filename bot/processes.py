"""What a process does: all of it, or one or more of the roles web, worker, delivery and clock.

web       routes and webhooks, channels that listen, turns as their messages come in
worker    turns that were left waiting, and what is counted in the background
delivery  the outbox to the channels, broadcasts included, and calls to webhooks
clock     due rows: reminders, events, polls, broadcasts, digest, handover, lapses, retention
"""

from typing import Final

ROLES: Final = ("web", "worker", "delivery", "clock")
EVERY_ROLE: Final = " ".join(ROLES)


def read_roles(text: str) -> frozenset[str]:
    """The roles in `web,worker` or `web worker`. Raises ValueError for an unknown one, or none."""
    named = frozenset(text.replace(",", " ").split())
    if not named or not named <= frozenset(ROLES):
        raise ValueError(f"not roles: {text!r}")
    return named
