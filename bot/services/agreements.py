"""What people agree to when they register, word for word; each text is agreed to by itself."""

from collections.abc import Iterable, Mapping
from typing import Final

from bot.config import Settings
from bot.i18n import _, format_day, translate
from bot.services.consents import Consents
from bot.services.events import Event, shred_day
from bot.services.fields import Field
from bot.services.texts import in_language

PURPOSE_NAMES: Final[Mapping[str, str]] = {
    "registration": _("for an event"),
    "cross-border": _("for keeping data abroad"),
    "sensitive": _("for what is specially protected"),
}
PURPOSES: Final = tuple(PURPOSE_NAMES)
"""What a consent for an event may be for; it is kept as `PURPOSE:EVENT`."""


def agreement(settings: Settings, event: Event, language: str) -> str:
    """What a person agrees to by registering."""
    return translate(
        language,
        _(
            "By registering you agree that {who} and the organisers use these answers for this "
            "event only. They are deleted on {day}; you can cancel or have them deleted before."
        ),
        who=settings.organisation or settings.name,
        day=format_day(language, shred_day(event)),
    )


def cross_border(settings: Settings, language: str) -> str:
    """Where people must agree by itself that their data leaves their country."""
    return translate(
        language,
        _(
            "Your answers would be kept by {who}, outside the country you may be in. Only for this "
            "event, and only until it is over and settled. You can have them deleted at any time: "
            "write “delete my data”. Do you agree to that?"
        ),
        who=settings.cross_border,
    )


def sensitive(event: Event, language: str, fields: Iterable[Field] | None = None) -> str:
    """Before what the law protects specially may be asked: `fields`, or all such of the event."""
    asked = event.fields if fields is None else fields
    reasons = (in_language(f.reason, language) for f in asked if f.sensitive)
    return translate(
        language,
        _(
            "The organisers have a question that is specially protected ({reasons}). You need not "
            "answer it to take part. May I ask it, and may they keep your answer until {day}?"
        ),
        reasons="; ".join(filter(None, reasons)),
        day=format_day(language, shred_day(event)),
    )


def withdraw_all(consents: Consents, person_id: str, event_id: str) -> None:
    """Whatever was agreed to for an event holds no more."""
    for purpose in PURPOSES:
        consents.withdraw(person_id, f"{purpose}:{event_id}")
