"""How an event is told to a person: when it is, where, and how many places are left."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.i18n import (
    _,
    format_day,
    format_list,
    format_moment,
    format_number,
    format_time,
    language_called,
    place_name,
    sentences,
    translate,
    translate_plural,
)
from bot.services.events import Event
from bot.services.fields import Field
from bot.services.texts import Texts, language_of


def moment(language: str, at: datetime, zone: str) -> str:
    """A moment in the event's own time, with the place whose time it is.

    People read it on the other side of the world.
    """
    local = ZoneInfo(zone)
    return translate(
        language,
        _("{moment} ({place})"),
        moment=format_moment(language, at, local),
        place=place_name(language, local),
    )


def elsewhere(event: Event, language: str, zones: Iterable[str]) -> tuple[str, ...]:
    """When it begins by other clocks, each once; those that show the same time are left out."""
    shown = {event.starts_at.astimezone(event.local_zone).utcoffset()}
    read = []
    for zone in zones:
        offset = event.starts_at.astimezone(ZoneInfo(zone)).utcoffset()
        if offset not in shown:
            shown.add(offset)
            read.append(moment(language, event.starts_at, zone))
    return tuple(read)


def when(event: Event, language: str) -> str:
    """When it begins; when it takes several days, until which."""
    begins = moment(language, event.starts_at, event.zone)
    first, last = (
        at.astimezone(event.local_zone).date() for at in (event.starts_at, event.ends_at)
    )
    if last == first:
        return begins
    return translate(
        language, _("{begins}, until {day}"), begins=begins, day=format_day(language, last)
    )


def until(event: Event, language: str) -> str:
    """When it ends: the time of the same day, or another day with its time."""
    first, last = (at.astimezone(event.local_zone) for at in (event.starts_at, event.ends_at))
    if first.date() == last.date():
        return format_time(language, last.time())
    return format_moment(language, event.ends_at, event.local_zone)


def state_of(event: Event, language: str, now: datetime, heard_at: datetime | None = None) -> str:
    """Whether one can register, and how many seats are left.

    `heard_at`: the moment the person asked, where that was before `now`.
    """
    asked_at = heard_at or now
    if event.state == "cancelled":
        return translate(language, _("This event was cancelled."))
    if event.is_over(now):
        return translate(language, _("This event is over."))
    if event.state == "open" and event.is_early(asked_at):
        opens = moment(language, event.opens_at or event.starts_at, event.zone)
        return translate(language, _("Registration begins on {moment}."), moment=opens)
    if not event.is_open(asked_at):
        return translate(language, _("Registration for this event is over."))
    closes = min(event.closes_at or event.starts_at, event.starts_at)
    until = translate(
        language,
        _("You can register until {moment}."),
        moment=moment(language, closes, event.zone),
    )
    return sentences(places_left(event, language), until)


def other_language(event: Event, language: str) -> str:
    """Said where nobody has written it in the person's language; "" where somebody has."""
    texts = (event.summary, event.place_in, event.for_whom, event.results)
    others = foreign(language, texts)
    if not others:
        return title_only_in(language, event)
    return only_in(language, others | foreign(language, (event.title,)))


def title_only_in(language: str, event: Event) -> str:
    """Likewise of its title alone."""
    others = _called(language, foreign(language, (event.title,)))
    if not others:
        return ""
    return translate(language, _("The title is only in {language}."), language=others)


def titles_only_in(language: str, events: Iterable[Event]) -> str:
    """Said once below a list of events."""
    others = _called(language, foreign(language, (event.title for event in events)))
    told = _("Some titles are only in {language}.")
    return translate(language, told, language=others) if others else ""


def of_their_language(event: Event, fields: Iterable[Field], language: str) -> str:
    """Likewise of its name and what its organisers ask."""
    asked = (text for field in fields for text in field.texts)
    return only_in(language, foreign(language, (event.title, *asked)))


def foreign(language: str, written: Iterable[Texts]) -> frozenset[str]:
    """The other languages in which a person of `language` reads these texts."""
    return frozenset(language_of(texts, language) for texts in written if texts) - {language}


def only_in(language: str, others: Iterable[str]) -> str:
    """Said of texts that are there in these languages only; "" of none."""
    named = _called(language, others)
    told = _("The organisers have written this only in {language}.")
    return translate(language, told, language=named) if named else ""


def _called(language: str, others: Iterable[str]) -> str:
    """Languages as a person of `language` calls them; "" of none."""
    names = tuple(language_called(language, code) for code in sorted(others))
    return format_list(language, names) if names else ""


def places_left(event: Event, language: str) -> str:
    """What to say of the seats."""
    if event.free is None:
        return translate(language, _("There is room for everybody."))
    if event.free > 0 and event.awaited:
        return translate_plural(
            language,
            _("{count} seat is left, but others wait before you; there is a waiting list."),
            _("{count} seats are left, but others wait before you; there is a waiting list."),
            event.free,
        )
    if event.free > 0:
        return translate_plural(
            language, _("{count} seat is left."), _("{count} seats are left."), event.free
        )
    if event.waiting_list:
        return translate(language, _("All seats are taken; there is a waiting list."))
    return translate(language, _("All seats are taken."))


def seats(language: str, count: int) -> str:
    """ "1 seat", "3 seats"."""
    text = translate_plural(language, _("{count} seat"), _("{count} seats"), count)
    return text if count < 1000 else text.replace(str(count), format_number(language, count))
