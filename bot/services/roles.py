"""What each role of the team may do. Whatever no role names, nobody may."""

from collections.abc import Mapping
from typing import Final

from bot.i18n import _

READ: Final = "read"  # figures, questions and talks under pseudonyms
REVIEW: Final = "review"  # answer people; decide what becomes of a question without an answer
EDIT: Final = "edit"  # write and publish articles
ORGANISE: Final = "organise"  # programmes, events, registrations
POLL: Final = "poll"  # polls
PRIVATE: Final = "private"  # who somebody is: export, erase, text that was blacked out
AUDIT: Final = "audit"  # what the team did
TEAM: Final = "team"  # who is in it, and its roles; channels and settings

ROLES: Final[Mapping[str, frozenset[str]]] = {
    "viewer": frozenset({READ}),
    "reviewer": frozenset({READ, REVIEW}),
    "editor": frozenset({READ, REVIEW, EDIT}),
    "organiser": frozenset({READ, ORGANISE}),
    "poll-officer": frozenset({READ, POLL}),
    "privacy-officer": frozenset({READ, PRIVATE, AUDIT}),
    "admin": frozenset({READ, REVIEW, EDIT, ORGANISE, POLL, PRIVATE, AUDIT, TEAM}),
}
NAMES: Final[Mapping[str, str]] = {
    "viewer": _("viewer"),
    "reviewer": _("reviewer"),
    "editor": _("editor"),
    "organiser": _("organiser"),
    "poll-officer": _("poll officer"),
    "privacy-officer": _("privacy officer"),
    "admin": _("administrator"),
}


def may(role: str, right: str) -> bool:
    """Whether a role has a right; an unknown role has none."""
    return right in ROLES.get(role, frozenset())
