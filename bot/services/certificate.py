"""The certificate of who was at an event: one page of PDF in the person's language."""

from datetime import datetime
from typing import Final

from bot.config import Settings
from bot.i18n import _, format_day, translate
from bot.message import Attachment
from bot.services.events import Event
from bot.services.registration import Registration
from bot.services.typesetting import Sheet, Style, can_write
from bot.text import shorten

NAMES: Final = ("name", "full_name", "fullname")
"""Fields that say how a person is called."""

_TITLE_LIMIT, _NAME_LIMIT = 160, 80
_ACCENT, _SOFT = "#14524f", "#676259"
_SMALL, _PLAIN = Style(9.5, colour=_SOFT), Style(12)


def is_due(event: Event, registration: Registration, now: datetime) -> bool:
    """Whether there is something to certify: the event is over, and the person was seen there."""
    return event.is_over(now) and registration.status == "attended"


def name_of(registration: Registration) -> str:
    """What the person is called, as they wrote it; "" when nobody asked."""
    said = (registration.answers.get(field) for field in NAMES)
    return str(next(filter(None, said), ""))


def certificate(
    settings: Settings, event: Event, registration: Registration, language: str, now: datetime
) -> Attachment:
    """The file. A name our fonts cannot write is left blank, with a line to write it by hand."""
    issuer = settings.organisation or settings.name
    heading = translate(language, _("Certificate of attendance"))
    sheet = Sheet(f"{heading}: {event.name(language)}", issuer, language)
    sheet.frame(_ACCENT)
    sheet.down(110)
    sheet.write(issuer, Style(13, colour=_ACCENT))
    sheet.down(46)
    sheet.write(heading, Style(27, bold=True, colour=_ACCENT))
    sheet.down(52)
    sheet.write(translate(language, _("This confirms that")), _PLAIN)
    _name(sheet, name_of(registration))
    sheet.write(translate(language, _("took part in")), _PLAIN)
    sheet.down(14)
    sheet.write(shorten(event.name(language), _TITLE_LIMIT), Style(19, bold=True))
    sheet.down(12)
    sheet.write(days(event, language), _PLAIN)
    if place := event.where(language):
        sheet.write(shorten(place, _TITLE_LIMIT), _PLAIN)
    _foot(sheet, settings, event, registration, (language, now))
    return Attachment("application/pdf", sheet.finish(), f"{event.id}.pdf")


def days(event: Event, language: str) -> str:
    """The day, or the first and the last, as the place counts them."""
    first, last = (
        at.astimezone(event.local_zone).date() for at in (event.starts_at, event.ends_at)
    )
    if first == last:
        return format_day(language, first)
    return translate(
        language,
        _("{first} to {last}"),
        first=format_day(language, first),
        last=format_day(language, last),
    )


def _name(sheet: Sheet, name: str) -> None:
    sheet.down(16)
    if name and can_write(name):
        sheet.write(shorten(name, _NAME_LIMIT), Style(24, bold=True))
        sheet.down(18)
    else:
        sheet.down(38)
        sheet.rule(300)
        sheet.down(20)


def _foot(
    sheet: Sheet,
    settings: Settings,
    event: Event,
    registration: Registration,
    said: tuple[str, datetime],
) -> None:
    """When it was made, what it is called, and who can confirm it."""
    language, now = said
    sheet.y = min(sheet.y - 40, 190)
    sheet.rule(120)
    sheet.down(14)
    made = translate(
        language,
        _("Made on {day}. Reference: {reference}"),
        day=format_day(language, now.astimezone(event.local_zone).date()),
        reference=registration.reference,
    )
    sheet.write(made, _SMALL)
    if contact := event.contact or settings.contact:
        confirms = _("Attendance was recorded at the event. Who can confirm it: {contact}")
        sheet.write(translate(language, confirms, contact=contact), _SMALL)
