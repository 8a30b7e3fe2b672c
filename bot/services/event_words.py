"""What the states of events and of registrations are called, for the team."""

from collections.abc import Mapping
from typing import Final

from bot.i18n import _

STATE_NAMES: Final[Mapping[str, str]] = {
    "draft": _("draft"),
    "open": _("open"),
    "closed": _("closed"),
    "cancelled": _("cancelled"),
}
STATUS_NAMES: Final[Mapping[str, str]] = {
    "confirmed": _("confirmed"),
    "offered": _("offered a seat"),
    "waiting": _("waiting"),
    "cancelled": _("cancelled"),
    "attended": _("attended"),
    "no_show": _("did not come"),
}
