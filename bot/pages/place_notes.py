"""What the page of a registration says was done there, as long as that is true."""

from bot.i18n import _, translate_plural
from bot.pages.door import Visit
from bot.services.registration import ACTIVE, Registration

# What was done, as the address says it, and how the registration then stands: a note that is not
# true of it is not shown.
_NOTES = {
    "changed": (ACTIVE, *2 * (_("Your changes are saved."),)),
    "cancelled": (
        ("cancelled",),
        _("Your registration is cancelled. The seat goes to somebody else."),
        _("Your registration is cancelled. The seats go to somebody else."),
    ),
    "taken": (
        ("confirmed",),
        _("The seat is yours. See you there!"),
        _("The seats are yours. See you there!"),
    ),
    "passed": (
        ("cancelled",),
        _("All right, the seat goes to the next person. Thank you for telling us."),
        _("All right, the seats go to the next person. Thank you for telling us."),
    ),
}


def note(visit: Visit, registration: Registration) -> str:
    """What was done, as far as it is true of how the registration stands now."""
    after, one, many = _NOTES.get(visit.request.query.get("done", ""), ((), "", ""))
    if registration.status not in after:
        return ""
    return translate_plural(visit.language, one, many, registration.seats)
