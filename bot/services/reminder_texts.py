"""How a reminder is worded, in the person's language and on their own clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.i18n import _, translate
from bot.message import Choice, Link, Reply
from bot.services.event_texts import moment, when
from bot.services.events import Event

LATE = timedelta(minutes=10)  # from here on we say that it comes late


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: their language, their zone where they told us, and the moment."""

    language: str
    zone: ZoneInfo | None
    now: datetime

    def say(self, msgid: str, /, **values: object) -> str:
        """A text in their language."""
        return translate(self.language, msgid, **values)


def on_the_clock(language: str, at: datetime, zone: ZoneInfo) -> str:
    """A moment with the place whose clock shows it."""
    return moment(language, at, str(zone))


def of_ones_own(reader: Reader, reminder_id: int, text: str, planned: str | None) -> Reply:
    """What somebody asked for themselves; `planned` when it comes late."""
    lines = [reader.say(_("Your reminder: {text}"), text=text) if text else _bare(reader)]
    lines += [_late(reader, planned)] if planned else []
    choices = (
        Choice(f"remind-later:{reminder_id}.60", reader.say(_("In an hour"))),
        Choice(f"remind-later:{reminder_id}.1440", reader.say(_("In a day"))),
    )
    return Reply("\n\n".join(lines), choices)


def of_event(
    reader: Reader, event: Event, is_ahead: bool, more: str = "", planned: str | None = None
) -> Reply:
    """What an event says about itself, before it begins or after; `more` is in other words."""
    lead = _("Your reminder: {event}") if is_ahead else _("About {event}")
    lines = [
        reader.say(lead, event=event.name(reader.language)),
        "\n".join(filter(None, (*_times(reader, event), event.where(reader.language)))),
        more,
    ]
    lines += [_late(reader, planned)] if planned else []
    lines.append(reader.say(_("No more reminders? Write: stop")))
    links = (Link(reader.say(_("More about it")), event.link),) if event.link else ()
    return Reply("\n\n".join(filter(None, lines)), links=links)


def _times(reader: Reader, event: Event) -> tuple[str, ...]:
    """The event's own time, and the reader's where their clock shows another."""
    there = when(event, reader.language)
    here = reader.zone
    same = here is None or (
        event.starts_at.astimezone(here).replace(tzinfo=None)
        == event.starts_at.astimezone(event.local_zone).replace(tzinfo=None)
    )
    if same or here is None:
        return (there,)
    own = on_the_clock(reader.language, event.starts_at, here)
    return there, reader.say(_("On your clock: {time}"), time=own)


def _bare(reader: Reader) -> str:
    return reader.say(_("You wanted to be reminded now."))


def _late(reader: Reader, planned: str) -> str:
    return reader.say(_("I am late, and I am sorry: it was meant for {time}."), time=planned)
