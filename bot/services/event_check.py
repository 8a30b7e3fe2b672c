"""Whether an event can be kept as an organiser wrote it: refused before anything changes."""

import re
from zoneinfo import ZoneInfo

from bot.i18n import _
from bot.services.events import STATES, Event
from bot.services.fields import BadEvent

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?", re.ASCII)
_MOST_SEATS = 1_000_000
_MOST_HOURS = 24 * 60
_URL = re.compile(r"https?://[^\s<>\"]{1,2000}")


def check_event(event: Event) -> None:
    """Raises BadEvent for the first thing that cannot be."""
    for check in (_name, _times, _seats, _words):
        check(event)


def read_zone(name: str) -> ZoneInfo:
    """A zone by its IANA name. Raises BadEvent."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, a path, the name of a continent
        raise BadEvent(
            _("{zone} is no time zone; write it like Europe/Berlin or Asia/Shanghai."), zone=name
        ) from error


def _name(event: Event) -> None:
    if not _ID.fullmatch(event.id):
        raise BadEvent(
            _("{id} is no id for an event: use a-z, 0-9 and -, at most 80."), id=event.id
        )
    if not event.title:
        raise BadEvent(_("{event} needs a title."), event=event.id)
    if event.state not in STATES:
        raise BadEvent(
            _("{event}: the state must be one of {states}."),
            event=event.id,
            states=", ".join(STATES),
        )


def _times(event: Event) -> None:
    read_zone(event.zone)
    if event.ends_at <= event.starts_at:
        raise BadEvent(_("{event} ends before it starts."), event=event.id)
    if event.opens_at and event.closes_at and event.closes_at <= event.opens_at:
        raise BadEvent(_("{event}: registration ends before it begins."), event=event.id)
    if event.opens_at and event.opens_at >= event.starts_at:
        raise BadEvent(_("{event}: registration would begin after the event."), event=event.id)
    if event.shred_on and event.shred_on < event.ends_at.astimezone(event.local_zone).date():
        raise BadEvent(
            _("{event}: answers cannot be deleted before the event ends."), event=event.id
        )


def _seats(event: Event) -> None:
    numbers = (event.reserved, event.seats_each - 1, event.offer_hours, event.capacity or 0)
    if min(numbers) < 0 or max(numbers) > _MOST_SEATS or event.offer_hours > _MOST_HOURS:
        raise BadEvent(
            _("{event}: seats and hours must be numbers that can be, from 0."), event=event.id
        )
    if event.capacity is not None and event.reserved > event.capacity:
        raise BadEvent(_("{event}: more seats are reserved than there are."), event=event.id)


def _words(event: Event) -> None:
    for url in (event.link, *(material.url for material in event.materials)):
        if url and not _URL.fullmatch(url):
            raise BadEvent(
                _("{event}: {url} is no address of a page (https://…)."), event=event.id, url=url
            )
